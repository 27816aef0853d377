#include <csignal>
#include <string>
#include <vector>

#include "runtime/base/visible_text.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/console.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/paths.h"
#include "runtime/cli/session.h"
#include "runtime/cli/settings.h"

namespace inquest::cli {
namespace {

int Main(const std::vector<std::string>& words) {
  // A reader that leaves early is told apart by the failed write, quietly.
  ::signal(SIGPIPE, SIG_IGN);
  const Arguments arguments = ParseArguments(words);
  Paths paths = FindPaths(FromProcessEnvironment);
  const Result<SettingsLayers> layers =
      arguments.verb ? LoadSettings(FromProcessEnvironment, paths, arguments.settings)
                     : SettingsLayers();
  const v1::Settings settings = layers.ok() ? Resolve(*layers) : v1::Settings();
  Console console(arguments.color.value_or(ColorChoiceOf(settings.color())), FindSurroundings());
  if (!arguments.verb) {
    if (arguments.exit_code == ExitCode::kVerifiedFix) {
      console.Data(arguments.text);
    } else {
      std::string text = ForTerminal(arguments.text);
      while (text.ends_with('\n')) text.pop_back();
      console.Note(text);
    }
    return static_cast<int>(arguments.exit_code);
  }
  if (!settings.socket().empty()) {
    paths.socket = settings.socket();
    paths.others_daemon = true;
  }
  Interrupts interrupts;
  const bool json = arguments.json.value_or(settings.output() == "json");
  Session session(console, paths, json, layers.ok() ? *layers : SettingsLayers());
  if (!layers.ok() && !arguments.without_settings)
    return static_cast<int>(Fail(session, layers.status()));
  return static_cast<int>(arguments.verb(session, interrupts));
}

}  // namespace
}  // namespace inquest::cli

int main(int argc, char** argv) {
  return inquest::cli::Main(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
