#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "steps/runs.h"

namespace inquest::steps {
namespace {

// What the phase exits with when sh runs it.
int ExitOf(const std::string& command, const std::string& script) {
  v1::Oracle oracle;
  oracle.set_script(script);
  const v1::Effect effect =
      WantRun({}, {.key = "run", .command = command, .patches = {}, .oracle = &oracle});
  EXPECT_EQ(setenv("JUDGED_RUN", effect.run().phases(0).shell_command().c_str(), 1), 0);
  const int status = std::system("sh -c \"$JUDGED_RUN\" >/dev/null 2>&1");
  return WEXITSTATUS(status);
}

TEST(JudgedRun, TheScriptDecidesAndNotTheExitStatusOfTheCommand) {
  EXPECT_EQ(ExitOf("exit 3", "exit 0"), 0);
  EXPECT_EQ(ExitOf("exit 0", "exit 5"), 5);
}

TEST(JudgedRun, TheScriptSeesBothStreamsAndTheExitStatus) {
  const std::string command = "echo 'it'\"'\"'s 5'; echo bad >&2; exit 7";
  EXPECT_EQ(ExitOf(command, "test \"$(cat \"$INQUEST_STDOUT\")\" = \"it's 5\""), 0);
  EXPECT_EQ(ExitOf(command, "test \"$(cat \"$INQUEST_STDERR\")\" = bad"), 0);
  EXPECT_EQ(ExitOf(command, "test $INQUEST_EXIT = 7"), 0);
  EXPECT_EQ(ExitOf(command, "test $INQUEST_EXIT = 0"), 1);
}

TEST(JudgedRun, ACommandWithoutAScriptIsLeftAsItIs) {
  const v1::Effect effect = WantRun({}, {.key = "run", .command = "exit 3", .patches = {}});
  EXPECT_EQ(effect.run().phases(0).shell_command(), "exit 3");
}

}  // namespace
}  // namespace inquest::steps
