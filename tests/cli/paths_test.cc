#include "runtime/cli/paths.h"

#include <gtest/gtest.h>

#include <map>

namespace inquest::cli {
namespace {

Paths With(std::map<std::string, std::string> variables) {
  return FindPaths([variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

TEST(Paths, AreBelowHomeWithoutVariables) {
  const Paths paths = With({{"HOME", "/home/ada"}});

  EXPECT_EQ(paths.data, "/home/ada/.local/share/inquest");
  EXPECT_EQ(paths.config, "/home/ada/.config/inquest");
  EXPECT_EQ(paths.state, "/home/ada/.local/state/inquest");
  EXPECT_EQ(paths.socket, "/home/ada/.local/share/inquest/inquest.sock");
}

TEST(Paths, FollowTheVariables) {
  const Paths paths = With({{"HOME", "/home/ada"},
                            {"XDG_DATA_HOME", "/data"},
                            {"XDG_CONFIG_HOME", "/config"},
                            {"XDG_STATE_HOME", "/state"},
                            {"XDG_RUNTIME_DIR", "/run/user/1"}});

  EXPECT_EQ(paths.data, "/data/inquest");
  EXPECT_EQ(paths.config, "/config/inquest");
  EXPECT_EQ(paths.state, "/state/inquest");
  EXPECT_EQ(paths.socket, "/run/user/1/inquest/inquest.sock");
}

TEST(Paths, IgnoreVariablesThatAreRelative) {
  EXPECT_EQ(With({{"HOME", "/home/ada"}, {"XDG_DATA_HOME", "data"}}).data,
            "/home/ada/.local/share/inquest");
}

}  // namespace
}  // namespace inquest::cli
