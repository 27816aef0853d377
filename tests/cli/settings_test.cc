#include "runtime/cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/cli/temporary_folder.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  Result<SettingsLayers> Load(const std::vector<std::string>& overrides = {}) const {
    return LoadSettings(
        [this](const std::string& name) {
          const auto found = environment_.find(name);
          return found == environment_.end() ? std::string() : found->second;
        },
        paths_, overrides);
  }

  static ShownSetting Of(const SettingsLayers& layers, const std::string& key) {
    for (const ShownSetting& setting : ExplainSettings(layers)) {
      if (setting.key == key) return setting;
    }
    ADD_FAILURE() << "there is no key " << key;
    return {};
  }

  const TemporaryFolder folder_;
  Paths paths_{.data = "", .config = folder_.path(), .state = "", .socket = "", .log = ""};
  std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, TheStrongerSourceWinsAndIsNamed) {
  folder_.Write("config.yaml", "policy: of-the-user\nbudget:\n  wall_time: 600s\n  runs: 9\n");
  environment_["INQUEST_BUDGET_WALL_TIME"] = "90s";
  auto layers = Load({"policy=first", "policy=last"});
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  const auto project = ParseSettings("/tree/.inquest/project.yaml",
                                     "test: ./repro.sh\nbudget:\n  wall_time: 60.5s\n  runs: 5\n");

  const SettingsLayers all = WithProject(*layers, *project);

  EXPECT_EQ(Of(all, "policy").value, "last");
  EXPECT_EQ(Of(all, "policy").origin, "-c policy");
  EXPECT_EQ(Of(all, "budget.wall_time").value, "90s");
  EXPECT_EQ(Of(all, "budget.wall_time").origin, "INQUEST_BUDGET_WALL_TIME");
  EXPECT_EQ(Of(all, "budget.runs").origin, "/tree/.inquest/project.yaml");
  EXPECT_EQ(Of(all, "color").origin, "");
  const v1::Settings settings = Resolve(all);
  EXPECT_EQ(settings.policy(), "last");
  EXPECT_EQ(settings.budget().wall_time().seconds(), 90);
  EXPECT_EQ(settings.budget().wall_time().nanos(), 0);
  EXPECT_EQ(settings.budget().runs(), 5);
  EXPECT_EQ(settings.test(), "./repro.sh");
}

TEST_F(SettingsTest, AListIsReplacedNotAddedTo) {
  folder_.Write("config.yaml", "tool_paths: [/opt/a, /opt/b]\n");
  environment_["INQUEST_TOOL_PATHS"] = "/opt/c:/opt/d";

  const auto layers = Load();

  ASSERT_TRUE(layers.ok()) << layers.status().message();
  EXPECT_THAT(Resolve(*layers).tool_paths(), testing::ElementsAre("/opt/c", "/opt/d"));
  EXPECT_EQ(Of(*layers, "tool_paths").value, "/opt/c:/opt/d");
}

TEST_F(SettingsTest, WhatIsNotASettingIsRefusedWithItsPlace) {
  folder_.Write("config.yaml", "policy: scratch\npolcy: strict\n");
  EXPECT_THAT(Load().status().message(), HasSubstr("config.yaml:2:1: unknown field 'polcy'"));
  folder_.Write("config.yaml", "color: sometimes\n");
  EXPECT_THAT(Load().status().message(), HasSubstr("color is auto, always or never"));
  folder_.Write("config.yaml", "# nothing but comments\n");
  EXPECT_TRUE(Load().ok());
  for (const char* wrong : {"polcy=x", "policy", "budget=1", "budget.runs=many", "budget.runs=-1",
                            "budget.wall_time=soon", "debugger=perhaps", "output=xml", ""}) {
    EXPECT_EQ(Load({wrong}).status().reason(), "BAD_SETTING") << wrong;
  }
}

TEST_F(SettingsTest, AValueIsNoYaml) {
  const auto layers = Load({"test=a: [b] # \"c\"\n- d"});

  ASSERT_TRUE(layers.ok()) << layers.status().message();
  EXPECT_EQ(Resolve(*layers).test(), "a: [b] # \"c\"\n- d");
}

TEST_F(SettingsTest, EveryKeyHasAMeaning) {
  for (const ShownSetting& setting : ExplainSettings({})) {
    EXPECT_NE(setting.meaning, "") << setting.key;
  }
}

}  // namespace
}  // namespace inquest::cli
