#include <csignal>
#include <string>
#include <vector>

#include "runtime/base/visible_text.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/console.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/paths.h"
#include "runtime/cli/session.h"

namespace inquest::cli {
namespace {

int Main(const std::vector<std::string>& words) {
  // A reader that leaves early is told apart by the failed write, quietly.
  ::signal(SIGPIPE, SIG_IGN);
  const Arguments arguments = ParseArguments(words);
  Console console(arguments.color, FindSurroundings());
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
  Interrupts interrupts;
  Session session(console, FindPaths(FromProcessEnvironment), arguments.json);
  return static_cast<int>(arguments.verb(session, interrupts));
}

}  // namespace
}  // namespace inquest::cli

int main(int argc, char** argv) {
  return inquest::cli::Main(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
