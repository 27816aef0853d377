#include <nlohmann/json.hpp>

#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/checks.h"
#include "runtime/cli/verbs.h"
#include "runtime/cli/version.h"
#include "runtime/report/json_parts.h"

namespace inquest::cli {
namespace {

constexpr std::string_view kProtocol = "inquest.v1";
// Of the objects of --output json; it grows when a key changes its meaning or goes.
constexpr int kSchema = 1;

}  // namespace

ExitCode Doctor(Session& session, bool summary) {
  const std::vector<Check> checks = RunChecks(session.paths(), FromProcessEnvironment);
  session.console().Data(session.json() ? ChecksAsJson(checks) : ChecksAsText(checks, summary));
  return Overall(checks) == Health::kFailure ? ExitCode::kEndedWithout : ExitCode::kVerifiedFix;
}

ExitCode DebugPaths(Session& session) {
  const Paths& paths = session.paths();
  const std::vector<std::pair<std::string, std::string>> all = {
      {"programs", ProgramDirectory()}, {"config", paths.config}, {"data", paths.data},
      {"state", paths.state},           {"log", paths.log},       {"socket", paths.socket}};
  nlohmann::json object;
  std::string text;
  for (const auto& [name, path] : all) {
    object[name] = path;
    text += name + std::string(10 - name.size(), ' ') + ForTerminal(path) + "\n";
  }
  session.console().Data(session.json() ? report::DumpJson(object) : text);
  return ExitCode::kVerifiedFix;
}

ExitCode Version(Session& session) {
  const nlohmann::json object{{"version", kVersion},
                              {"commit", kCommit},
                              {"build", kBuildType},
                              {"proto", kProtocol},
                              {"schema", kSchema}};
  const std::string text = "inquest " + std::string(kVersion) + " (" + std::string(kCommit) + ", " +
                           std::string(kBuildType) + ", " + std::string(kProtocol) + ")\n";
  session.console().Data(session.json() ? object.dump(2) + "\n" : text);
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
