// The verbs about settings and about the store as a whole, by the real programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ProjectSettings : public testing::Test {
 protected:
  void SetUp() override {
    WriteFile(tree() + "/ages.py", "def adult(age):\n    return age > 18\n");
    WriteFile(tree() + "/tests/__init__.py", "");
    WriteFile(tree() + "/tests/test_ages.py",
              "import unittest\nfrom ages import adult\n\n\nclass Ages(unittest.TestCase):\n"
              "    def test_edge(self):\n        self.assertTrue(adult(18))\n");
    ASSERT_EQ(home_.Run({"init", tree()}).exit_code, 0);
  }
  std::string tree() const { return home_.path() + "/target"; }
  std::string file() const { return tree() + "/.inquest/project.yaml"; }

  Home home_;
};

TEST_F(ProjectSettings, AreProposedFromWhatTheTreeLooksLike) {
  EXPECT_THAT(ReadWhole(file()),
              HasSubstr("\ntest: \"python3 -m unittest discover -s tests -t .\"\n"));
  EXPECT_THAT(home_.Run({"init", tree()}).err, HasSubstr("FILE_EXISTS"));
}

TEST_F(ProjectSettings, CountOnceTheirBytesAreTrusted) {
  const auto origin_of_test = [&] {
    const Outcome shown = home_.Run({"config", "show", "--source", tree(), "--json"});
    const nlohmann::json all = nlohmann::json::parse(shown.out);
    for (const auto& setting : all["settings"]) {
      if (setting["key"] == "test") return std::string(setting["origin"]);
    }
    return std::string();
  };
  EXPECT_EQ(origin_of_test(), "default");
  const Outcome shown = home_.Run({"trust", tree(), "--show"});
  EXPECT_EQ(shown.out, "--- project.yaml\n" + ReadWhole(file()));
  EXPECT_EQ(origin_of_test(), "default");

  ASSERT_EQ(home_.Run({"trust", tree()}).exit_code, 0);
  EXPECT_THAT(origin_of_test(), StartsWith("/"));

  std::ofstream(file(), std::ios::app) << "policy: mine\n";
  EXPECT_EQ(origin_of_test(), "default");
  EXPECT_THAT(home_.Run({"config", "show", "--source", tree()}).err, HasSubstr("not trusted"));
}

TEST_F(ProjectSettings, AnInvestigationGoesByThem) {
  ASSERT_EQ(home_.Run({"investigate", "--source", tree()}).exit_code, 2);
  ASSERT_EQ(home_.Run({"trust", tree()}).exit_code, 0);

  const Outcome outcome = home_.Run(
      {"-c", "budget.runs=2", "investigate", "--source", tree(), "--json", "--max-wall", "1m"});

  const auto result = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_EQ(result["ended_by"], "budget");
  EXPECT_THAT(outcome.err, HasSubstr("and 2 runs"));
}

TEST(Settings, AMistakeInTheUsersFileIsNamedAndDoctorGoesOn) {
  Home home;
  WriteFile(home.environment()["XDG_CONFIG_HOME"] + "/inquest/config.yaml", "polcy: x\n");

  const Outcome listed = home.Run({"list"});
  const Outcome doctor = home.Run({"doctor", "--summary"});

  EXPECT_EQ(listed.exit_code, 2);
  EXPECT_THAT(listed.err, HasSubstr("config.yaml:1:1: unknown field 'polcy'"));
  EXPECT_THAT(doctor.out, HasSubstr("[XX] config.settings"));
  EXPECT_EQ(doctor.exit_code, 1);
}

TEST(Settings, TheSocketOfAnotherDaemonIsUsedAndNeverStarted) {
  Home home;
  Home other;
  ASSERT_EQ(home.Run({"list"}).exit_code, 0);
  const std::string socket = home.environment()["XDG_RUNTIME_DIR"] + "/inquest/inquest.sock";

  EXPECT_EQ(other.Run({"-c", "socket=" + socket, "list"}).exit_code, 0);
  const Outcome nobody = other.Run({"-c", "socket=" + other.path() + "/none", "list"});

  EXPECT_EQ(nobody.exit_code, 4);
  EXPECT_THAT(nobody.err, HasSubstr("DAEMON_NOT_RUNNING"));
  EXPECT_EQ(other.Daemon(), 0);
}

class StoreVerbs : public VerifiedFix {};

TEST_F(StoreVerbs, ABackupIsCheckedAndServesAgain) {
  const std::string backup = home_.path() + "/backup";

  ASSERT_EQ(home_.Run({"db", "backup", backup}).exit_code, 0);

  const Outcome checked = home_.Run({"db", "check", "--data-dir", backup, "--json"});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_EQ(nlohmann::json::parse(checked.out)["investigations"], 1);
  const std::string id = result()["investigation"];
  Home restored;
  std::filesystem::create_directories(restored.environment()["XDG_DATA_HOME"]);
  std::filesystem::rename(backup, restored.environment()["XDG_DATA_HOME"] + "/inquest");
  EXPECT_EQ(restored.Run({"patch", id}).out, home_.Run({"patch", id}).out);
}

TEST_F(StoreVerbs, GcKeepsWhatIsNewOrNamedAndRemovesTheRest) {
  const std::string id = result()["investigation"];
  ASSERT_NE(home_.Daemon(), 0);

  EXPECT_THAT(home_.Run({"gc", "--older-than", "1d"}).out, HasSubstr("removed 0 investigations"));
  EXPECT_THAT(home_.Run({"gc", "--older-than", "1ms", "--dry-run"}).out,
              HasSubstr("would remove 1 investigations"));
  EXPECT_THAT(home_.Run({"gc", "--older-than", "1ms", "--keep", id}).out,
              HasSubstr("removed 0 investigations"));
  EXPECT_EQ(home_.Run({"report", id, "--format", "json"}).exit_code, 0);
  EXPECT_THAT(home_.Run({"db", "check"}).out, StartsWith("ok: 1 investigations"));

  EXPECT_THAT(home_.Run({"gc", "--older-than", "1ms"}).out, HasSubstr("removed 1 investigations"));
  EXPECT_THAT(home_.Run({"show", id}).err, HasSubstr("INVESTIGATION_NOT_FOUND"));
  EXPECT_THAT(home_.Run({"db", "check"}).out,
              HasSubstr("ok: 0 investigations, 0 events, 0 artifacts"));
}

TEST_F(StoreVerbs, GcWaitsForNobodyWhoIsAtWork) {
  ASSERT_EQ(home_
                .Run({"investigate", "--source", tree(), "--test",
                      "/usr/bin/python3 -c 'import time; time.sleep(30); raise SystemExit(1)'",
                      "--detach"})
                .exit_code,
            0);

  const Outcome refused = home_.Run({"gc"});

  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("DAEMON_BUSY"));
  EXPECT_EQ(home_.Run({"cancel", "@last"}).exit_code, 0);
  EXPECT_EQ(home_.Run({"db", "vacuum"}).exit_code, 0);
}

TEST_F(StoreVerbs, CheckNamesDamage) {
  ASSERT_EQ(home_.Run({"db", "vacuum"}).exit_code, 0);  // the daemon is gone, the log empty
  const std::string database = home_.environment()["XDG_DATA_HOME"] + "/inquest/inquest.db";
  std::string bytes = ReadWhole(database);
  const std::size_t at = bytes.rfind("def adult(age)");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'D';
  WriteFile(database, bytes);

  const Outcome checked = home_.Run({"db", "check"});

  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, HasSubstr("artifact "));
  EXPECT_THAT(checked.out, HasSubstr("DAMAGED"));
  EXPECT_THAT(checked.out, Not(HasSubstr("ok:")));
}

}  // namespace
}  // namespace inquest::cli
