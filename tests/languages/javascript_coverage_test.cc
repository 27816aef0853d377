#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/base/file.h"

// Runs the instrument as it ships, under the machine's own node, outside of the sandbox.
namespace inquest::languages {
namespace {

class JavaScriptCoverage : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "coverage.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
    Write("gcd.js",
          "exports.gcd = function gcd(a, b) {\n  if (b === 0) {\n    return a;\n  }\n"
          "  return gcd(b, a % b);\n};\n");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "tree" / name) << text;
  }

  // The exit code; -1 for a signal. Output goes to the file log.
  int Run(const std::string& command) {
    const std::string instrument = std::string(INQUEST_BINARY_DIR) +
                                   "/share/inquest/instruments/javascript-coverage/" +
                                   "inquest_coverage.cjs";
    const std::string line = "cd '" + (root_ / "tree").string() +
                             "' && NODE_OPTIONS='--require \"" + instrument + "\"' INQUEST_OUT='" +
                             (root_ / "out").string() + "' INQUEST_WORKSPACE='" +
                             (root_ / "tree").string() + "' " + command + " > ../log 2>&1";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string Log() { return *ReadFile((root_ / "log").string(), 1 << 20); }

  // test -> file -> ranges, and test -> last outcome.
  void Read() {
    std::ifstream in(root_ / "out" / "coverage.jsonl");
    std::map<std::string, std::string> files;
    for (std::string line; std::getline(in, line);) {
      const auto record = nlohmann::json::parse(line);
      const std::string process = std::to_string(record.at("p").get<int>()) + "/";
      for (const auto& [number, path] : record.at("files").items()) {
        files[process + number] = path.get<std::string>();
      }
      const std::string test = record.at("test").get<std::string>();
      outcomes_[test] = record.at("outcome").get<std::string>();
      for (const auto& [number, lines] : record.at("lines").items()) {
        ran_[test][files[process + number]] += lines.get<std::string>() + " ";
      }
    }
  }

  void ExpectBothTests() {
    Read();
    EXPECT_EQ(outcomes_["zero"], "passed");
    EXPECT_EQ(ran_["zero"]["gcd.js"], "1-3 ");
    EXPECT_EQ(outcomes_["wrong"], "failed");
    EXPECT_EQ(ran_["wrong"]["gcd.js"], "1-3,5 ");
  }

  std::filesystem::path root_;
  std::map<std::string, std::map<std::string, std::string>> ran_;
  std::map<std::string, std::string> outcomes_;
};

TEST_F(JavaScriptCoverage, TellsWhichLinesEachTestOfACommonJsFileRan) {
  Write("gcd.test.js",
        "const test = require('node:test');\nconst assert = require('assert');\n"
        "const { gcd } = require('./gcd');\n"
        "test('zero', () => assert.equal(gcd(3, 0), 3));\n"
        "test('wrong', () => assert.equal(gcd(4, 2), 3));\n");

  EXPECT_EQ(Run("node --test"), 1) << Log();

  ExpectBothTests();
}

TEST_F(JavaScriptCoverage, TellsWhichLinesEachTestOfAnEsModuleRan) {
  Write("gcd.test.mjs",
        "import test from 'node:test';\nimport assert from 'assert';\n"
        "import { gcd } from './gcd.js';\n"
        "test('zero', () => assert.equal(gcd(3, 0), 3));\n"
        "test('wrong', async () => assert.equal(gcd(4, 2), 3));\n");

  EXPECT_EQ(Run("node gcd.test.mjs"), 1) << Log();

  ExpectBothTests();
}

TEST_F(JavaScriptCoverage, OfABareProgramIsThatOfTheProcess) {
  Write("main.js", "const { gcd } = require('./gcd');\nrequire('assert').equal(gcd(4, 2), 3);\n");

  EXPECT_EQ(Run("node main.js"), 1) << Log();

  Read();
  EXPECT_EQ(outcomes_[""], "failed");
  EXPECT_EQ(ran_[""]["gcd.js"], "1-3,5 ");
}

TEST_F(JavaScriptCoverage, NamesTheTestThatNeverEnds) {
  Write("hang.js", "require('node:test')('hang', () => { for (;;) {} });\n");

  EXPECT_NE(Run("timeout -s KILL 1 node hang.js"), 0);

  Read();
  EXPECT_EQ(outcomes_["hang"], "running");
}

}  // namespace
}  // namespace inquest::languages
