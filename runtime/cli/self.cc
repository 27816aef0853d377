#include <nlohmann/json.hpp>

#include "runtime/cli/checks.h"
#include "runtime/cli/verbs.h"
#include "runtime/cli/version.h"

namespace inquest::cli {
namespace {

constexpr std::string_view kProtocol = "inquest.v1";
// Of the objects of --output json; it grows when a key changes its meaning or goes.
constexpr int kSchema = 1;

}  // namespace

ExitCode Doctor(Session& session) {
  const std::vector<Check> checks = RunChecks(session.paths());
  session.console().Data(session.json() ? ChecksAsJson(checks) : ChecksAsText(checks));
  return Overall(checks) == Health::kFailure ? ExitCode::kEndedWithout : ExitCode::kVerifiedFix;
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
