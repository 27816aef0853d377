#include "policies/load.h"

#include <gtest/gtest.h>

namespace inquest::policies {
namespace {

std::string Error(const std::string& yaml) { return LoadPolicy("p.yaml", yaml).status().message(); }

TEST(LoadPolicy, SaysWhereAnUnknownFieldStands) {
  EXPECT_EQ(Error("name: x\nsandbox:\n  alowed: true\n"),
            "p.yaml:3:3: unknown field 'alowed' in SandboxRule");
}

TEST(LoadPolicy, RefusesWrongTypesAndDoubleKeys) {
  EXPECT_EQ(Error("name: x\nsandbox: {allowed: perhaps}\n"),
            "p.yaml:2:20: 'allowed' is true or false");
  EXPECT_EQ(Error("name: x\nname: y\n"), "p.yaml:2:1: 'name' is given twice");
  EXPECT_EQ(Error("name: x\nsandbox: {time_limit: soon}\n"),
            "p.yaml:2:23: 'time_limit' is a duration such as 90s");
  EXPECT_EQ(Error("name: x\nsandbox: {network: NETWORK_FULL}\n"),
            "p.yaml:2:20: no Network 'NETWORK_FULL'");
  EXPECT_EQ(Error("name: x\ndefault_budget: {runs: 99999999999}\n"),
            "p.yaml:2:24: 'runs' is a whole number");
}

TEST(LoadPolicy, RefusesWhatIsNoYamlAndAPolicyWithoutAName) {
  EXPECT_NE(Error("name: [x\n").find("p.yaml:"), std::string::npos);
  EXPECT_EQ(Error("description: y\n"), "p.yaml: a policy needs a name");
}

TEST(LoadPolicies, ALaterDirectoryReplacesAPolicyOfTheSameName) {
  const auto shipped = LoadPolicies(
      {INQUEST_SOURCE_DIR "/policies", "/no/such/directory", INQUEST_SOURCE_DIR "/policies"});

  ASSERT_TRUE(shipped.ok()) << shipped.status().ToString();
  EXPECT_EQ(shipped->size(), 1U);
}

}  // namespace
}  // namespace inquest::policies
