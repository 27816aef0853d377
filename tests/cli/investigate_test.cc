// The whole path with the real programs: daemon started by the CLI, sandboxed runs, a verified fix.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/program.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

void Write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

// A tree with an off-by-one in a condition, and a test that shows it.
std::string MakeTarget(const Home& home) {
  std::string root = home.path() + "/target";
  Write(root + "/ages.py",
        "def adult(age):\n    if age > 18:\n        return True\n    return False\n");
  Write(root + "/test_ages.py",
        "import unittest\nfrom ages import adult\n\n\n"
        "class Ages(unittest.TestCase):\n"
        "    def test_child(self):\n        self.assertFalse(adult(17))\n\n"
        "    def test_old(self):\n        self.assertTrue(adult(60))\n\n"
        "    def test_edge(self):\n        self.assertTrue(adult(18))\n");
  return root;
}

std::vector<std::string> Ask(const std::string& root) {
  return {"investigate", "--source", root,    "--test", "/usr/bin/python3 -m unittest -q test_ages",
          "--max-wall",  "2m",       "--json"};
}

TEST(Investigate, FindsAFixAndEveryVerbShowsIt) {
  const Home home;
  const std::string root = MakeTarget(home);

  const Outcome outcome = home.Run(Ask(root));

  ASSERT_EQ(outcome.exit_code, 0) << outcome.err << outcome.out;
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result["outcome"], "VERIFIED_FIX");
  EXPECT_EQ(result["ended_by"], "done");
  EXPECT_NE(result["certificate"], nullptr);
  EXPECT_GT(result["timings"]["total"], 0);
  const std::string id = result["investigation"];
  EXPECT_EQ(home.Run({"patch", id}).out, result["patch"]);
  EXPECT_EQ(json::parse(home.Run({"show", id.substr(0, 6), "--json"}).out)["outcome"],
            "VERIFIED_FIX");
  EXPECT_NE(home.Run({"list"}).out.find(id), std::string::npos);
  EXPECT_NE(home.Run({"hypotheses", "@last"}).out.find("ages.py"), std::string::npos);
  EXPECT_NE(home.Run({"watch", "@last"}).out.find("VERIFIED_FIX"), std::string::npos);
  const json evidence = json::parse(home.Run({"evidence", "@last", "--json"}).out)["evidence"];
  ASSERT_FALSE(evidence.empty());
  const std::string digest = evidence[0]["digest"];
  EXPECT_EQ(home.Run({"evidence", "@last", digest}).exit_code, 0);
}

TEST(Investigate, GoesOnWhenTheDaemonIsKilled) {
  const Home home;
  const pid_t cli = home.Start(Ask(MakeTarget(home)), "long");
  while (home.Daemon() == 0) {
    // The CLI starts the daemon before it asks for anything; its listing waits for that.
    home.Run({"list"});
  }
  const pid_t first = home.Daemon();
  home.KillDaemon();

  const Outcome outcome = home.Wait(cli, "long");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["outcome"], "VERIFIED_FIX");
  EXPECT_NE(home.Daemon(), first);
}

TEST(Investigate, InterruptedIsKeptAndGoesOnLater) {
  const Home home;
  const pid_t cli = home.Start(Ask(MakeTarget(home)), "long");
  while (home.Run({"list"}).out.find("running") == std::string::npos) {
    // Each call waits for the daemon; the investigation is opened meanwhile.
  }
  ASSERT_EQ(::kill(cli, SIGINT), 0);

  const Outcome interrupted = home.Wait(cli, "long");
  const Outcome resumed = home.Run({"resume", "@last", "--json"});

  EXPECT_EQ(interrupted.exit_code, 130) << interrupted.err;
  EXPECT_EQ(json::parse(interrupted.out)["state"], "paused");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(json::parse(resumed.out)["outcome"], "VERIFIED_FIX");
}

TEST(Investigate, ATestThatPassesIsNoBug) {
  const Home home;

  const Outcome outcome = home.Run({"investigate", "--source", MakeTarget(home), "--test", "true",
                                    "--max-wall", "1m", "--json"});

  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["ended_reason"], "TRIGGER_DOES_NOT_FAIL");
}

TEST(Investigate, ABuildThatFailsIsABadTarget) {
  const Home home;

  const Outcome outcome = home.Run({"investigate", "--source", MakeTarget(home), "--build", "false",
                                    "--test", "false", "--max-wall", "1m", "--json"});

  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["ended_reason"], "BUILD_FAILED");
}

TEST(Daemon, IsStartedOnceByProgramsThatNeedItAtOnce) {
  const Home home;
  std::vector<pid_t> programs;
  for (int i = 0; i < 8; ++i) programs.push_back(home.Start({"list"}, "list" + std::to_string(i)));

  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(
        home.Wait(programs[static_cast<std::size_t>(i)], "list" + std::to_string(i)).exit_code, 0);
  }

  const std::string log = home.path() + "/state/inquest/inquestd.log";
  const std::ifstream file(log);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str().find("SOCKET_IN_USE"), std::string::npos);
  EXPECT_NE(home.Daemon(), 0);
}

}  // namespace
}  // namespace inquest::cli
