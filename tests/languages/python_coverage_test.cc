#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/base/file.h"

// Runs the instrument as it ships, under the machine's own python3, outside of the sandbox.
namespace inquest::languages {
namespace {

class PythonCoverage : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "coverage.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
    Write("gcd.py", "def gcd(a, b):\n    if b == 0:\n        return a\n    return gcd(b, a % b)\n");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "tree" / name) << text;
  }

  // The exit code; 128 + n for a signal. Output goes to the file log.
  int Run(const std::string& command, const std::string& environment = "") {
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-coverage";
    const std::string line = "cd '" + (root_ / "tree").string() + "' && PYTHONPATH='" + instrument +
                             "' INQUEST_OUT='" + (root_ / "out").string() +
                             "' INQUEST_WORKSPACE='" + (root_ / "tree").string() +
                             "' INQUEST_INSTRUMENT=inquest_coverage PYTHONDONTWRITEBYTECODE=1 " +
                             environment + " " + command + " > ../log 2>&1";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string Log() { return *ReadFile((root_ / "log").string(), 1 << 20); }

  // test -> file -> ranges, and test -> last outcome.
  void Read() {
    std::ifstream in(root_ / "out" / "coverage.jsonl");
    std::map<std::string, std::string> files;
    for (std::string line; std::getline(in, line);) {
      const auto record = nlohmann::json::parse(line);
      const std::string process = std::to_string(record.at("p").get<int>()) + "/";
      if (record.contains("files")) {
        for (const auto& [number, path] : record.at("files").items()) {
          files[process + number] = path.get<std::string>();
        }
      }
      const std::string test = record.at("test").get<std::string>();
      outcomes_[test] = record.at("outcome").get<std::string>();
      for (const auto& [number, lines] : record.at("lines").items()) {
        ran_[test][files[process + number]] += lines.get<std::string>() + " ";
      }
    }
  }

  std::filesystem::path root_;
  std::map<std::string, std::map<std::string, std::string>> ran_;
  std::map<std::string, std::string> outcomes_;
};

TEST_F(PythonCoverage, TellsWhichLinesEachUnittestMethodRan) {
  Write("test_gcd.py",
        "import unittest\nfrom gcd import gcd\nclass T(unittest.TestCase):\n"
        "    def test_zero(self):\n        self.assertEqual(gcd(3, 0), 3)\n"
        "    def test_wrong(self):\n        self.assertEqual(gcd(4, 2), 3)\n");

  EXPECT_EQ(Run("python3 -m unittest"), 1) << Log();

  Read();
  EXPECT_EQ(outcomes_["test_gcd.T.test_zero"], "passed");
  EXPECT_EQ(ran_["test_gcd.T.test_zero"]["gcd.py"], "2-3 ");
  EXPECT_EQ(outcomes_["test_gcd.T.test_wrong"], "failed");
  EXPECT_EQ(ran_["test_gcd.T.test_wrong"]["gcd.py"], "2-4 ");
  EXPECT_NE(ran_[""]["gcd.py"].find('1'), std::string::npos) << "the import";
}

TEST_F(PythonCoverage, TellsWhichLinesEachPytestItemRan) {
  Write("test_gcd.py",
        "import pytest\nfrom gcd import gcd\n"
        "@pytest.mark.parametrize('b', [0, 2])\ndef test_it(b):\n    assert gcd(4, b) == 4\n");

  EXPECT_EQ(Run("/usr/bin/python3 -m pytest -q -p no:cacheprovider"), 1) << Log();

  Read();
  EXPECT_EQ(outcomes_["test_gcd.py::test_it[0]"], "passed");
  EXPECT_EQ(ran_["test_gcd.py::test_it[0]"]["gcd.py"], "2-3 ");
  EXPECT_EQ(outcomes_["test_gcd.py::test_it[2]"], "failed");
  EXPECT_EQ(ran_["test_gcd.py::test_it[2]"]["gcd.py"], "2-4 ");
}

TEST_F(PythonCoverage, OfABareProgramIsThatOfTheProcess) {
  Write("main.py", "from gcd import gcd\nassert gcd(4, 2) == 3\n");

  EXPECT_EQ(Run("python3 main.py"), 1);

  Read();
  EXPECT_EQ(outcomes_[""], "failed");
  EXPECT_NE(ran_[""]["gcd.py"].find('4'), std::string::npos);
}

TEST_F(PythonCoverage, SurvivesAHangThatIsKilledAndAChildThatLeavesWithoutFarewell) {
  // It hangs until its trace is on disk, and is killed in the middle of that.
  Write("hang.py",
        "import os, signal\nfrom gcd import gcd\ngcd(4, 2)\n"
        "trace = os.environ['INQUEST_OUT'] + '/coverage.jsonl'\n"
        "while not os.path.exists(trace):\n    pass\nos.kill(os.getpid(), signal.SIGKILL)\n");
  Write("child.py",
        "import os\nfrom gcd import gcd\nif os.fork() == 0:\n    gcd(4, 2)\n    "
        "os._exit(3)\nos.wait()\n");

  EXPECT_EQ(Run("python3 hang.py"), 128 + SIGKILL);
  Read();
  EXPECT_EQ(outcomes_[""], "running");
  EXPECT_NE(ran_[""]["gcd.py"].find('4'), std::string::npos);

  ran_.clear();
  std::filesystem::remove(root_ / "out" / "coverage.jsonl");
  EXPECT_EQ(Run("python3 child.py"), 0);
  Read();
  EXPECT_NE(ran_[""]["gcd.py"].find('4'), std::string::npos);
}

TEST_F(PythonCoverage, SeesThreads) {
  Write("main.py",
        "import threading\nfrom gcd import gcd\nt = threading.Thread(target=gcd, args=(4, 2))\n"
        "t.start()\nt.join()\n");

  EXPECT_EQ(Run("python3 main.py"), 0);

  Read();
  EXPECT_NE(ran_[""]["gcd.py"].find('4'), std::string::npos);
}

TEST_F(PythonCoverage, GivesWayToTheSitecustomizeThatItHides) {
  Write("main.py", "import os\nprint(os.environ['CHAINED'])\n");
  std::filesystem::create_directories(root_ / "site");
  std::ofstream(root_ / "site" / "sitecustomize.py")
      << "import os\nos.environ['CHAINED'] = 'yes'\n";
  const std::string instrument =
      std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-coverage";

  EXPECT_EQ(
      Run("python3 main.py", "PYTHONPATH='" + instrument + ":" + (root_ / "site").string() + "'"),
      0);

  EXPECT_EQ(Log(), "yes\n");
}

TEST_F(PythonCoverage, WorksThroughTheUserSiteWhenTheCommandSetsItsOwnPath) {
  Write("main.py", "from gcd import gcd\ngcd(4, 2)\n");
  const std::string user =
      std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-coverage/user";

  EXPECT_EQ(Run("env PYTHONPATH=. /usr/bin/python3 main.py", "PYTHONUSERBASE='" + user + "'"), 0);

  Read();
  EXPECT_NE(ran_[""]["gcd.py"].find('4'), std::string::npos);
}

TEST_F(PythonCoverage, ChangesNeitherExitCodeNorOutput) {
  const std::string program =
      "import sys\ndef down(n):\n    return down(n + 1)\ntry:\n    down(0)\nexcept "
      "RecursionError:\n"
      "    print('deep')\nsys.exit(7)\n";
  Write("main.py", program);

  EXPECT_EQ(Run("python3 main.py"), 7);
  EXPECT_EQ(Log(), "deep\n");
  EXPECT_EQ(Run("python3 main.py", "INQUEST_OUT=/nonexistent"), 7);
  EXPECT_EQ(Log(), "deep\n");
}

}  // namespace
}  // namespace inquest::languages
