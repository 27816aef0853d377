#include "runtime/cli/console.h"

#include <gtest/gtest.h>

namespace inquest::cli {
namespace {

TEST(UseColor, FollowsTheTerminalByDefault) {
  EXPECT_TRUE(UseColor(ColorChoice::kAuto, {.term = "xterm"}, true));
  EXPECT_FALSE(UseColor(ColorChoice::kAuto, {.term = "xterm"}, false));
  EXPECT_FALSE(UseColor(ColorChoice::kAuto, {.term = "dumb"}, true));
}

TEST(UseColor, HonoursTheCommonVariables) {
  EXPECT_FALSE(UseColor(ColorChoice::kAuto, {.no_color = "1", .term = "xterm"}, true));
  EXPECT_TRUE(UseColor(ColorChoice::kAuto, {.no_color = "", .term = "xterm"}, true));
  EXPECT_TRUE(UseColor(ColorChoice::kAuto, {.clicolor_force = "1"}, false));
  EXPECT_FALSE(UseColor(ColorChoice::kAuto, {.clicolor_force = "0"}, false));
}

TEST(UseColor, ListensToTheFlagFirst) {
  EXPECT_TRUE(UseColor(ColorChoice::kAlways, {.no_color = "1"}, false));
  EXPECT_FALSE(UseColor(ColorChoice::kNever, {.clicolor_force = "1"}, true));
}

TEST(Console, PutsNoLiveLineWhereThereIsNoTerminal) {
  EXPECT_FALSE(Console(ColorChoice::kAuto, {.stderr_is_terminal = false}).live());
  EXPECT_FALSE(Console(ColorChoice::kAuto, {.stderr_is_terminal = true, .ci = true}).live());
  EXPECT_FALSE(Console(ColorChoice::kAuto, {.stderr_is_terminal = true, .term = "dumb"}).live());
  EXPECT_TRUE(Console(ColorChoice::kAuto, {.stderr_is_terminal = true, .term = "xterm"}).live());
}

}  // namespace
}  // namespace inquest::cli
