#include <filesystem>

#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPrivateFolder = 0700;
constexpr std::size_t kPathMax = 4096;

}  // namespace

ExitCode Demo(Session& session, Interrupts& interrupts) {
  const std::string source = ProgramDirectory() + "/../share/inquest/demo";
  std::error_code error;
  if (!fs::is_directory(source, error)) {
    return Fail(session,
                Status(Code::kUnavailable, "DEMO_MISSING", "there is no folder " + source));
  }
  InvestigateOptions options;
  options.source = source;
  options.test_command = "python3 -m unittest discover -s tests -t .";
  options.title = "an order at the edge of a tier does not get the better rate";
  session.console().Note("a shop's invoices, seven files in Python; the suite fails:");
  session.console().Note("  inquest investigate --source " + OneLine(source, kPathMax) +
                         " --test '" + options.test_command + "'");
  const ExitCode ended = Investigate(session, interrupts, options);
  if (ended == ExitCode::kInterrupted || ended == ExitCode::kUnavailable) return ended;
  const std::string folder = session.paths().state;
  const Status made = MakeDirectories(folder, kPrivateFolder);
  if (!made.ok()) return Fail(session, made);
  const ExitCode reported = Report(session, {"@last", "html", folder + "/demo.html"});
  return reported == ExitCode::kVerifiedFix ? ended : reported;
}

}  // namespace inquest::cli
