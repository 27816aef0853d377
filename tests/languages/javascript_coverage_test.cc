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

// Runs the instrument as it ships, under the machine's own node, outside of the sandbox.
namespace inquest::languages {
namespace {

class JavascriptCoverage : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "coverage.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
    Write("gcd.js",
          "function gcd(a, b) {\n  if (b === 0) {\n    return a;\n  }\n"
          "  return gcd(b, a % b);\n}\nmodule.exports = { gcd };\n");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "tree" / name) << text;
  }

  // The exit code; 128 + n for a signal. Output goes to the file log.
  int Run(const std::string& command, const std::string& environment = "") {
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/javascript-coverage";
    const std::string line = "cd '" + (root_ / "tree").string() + "' && NODE_OPTIONS='--require " +
                             instrument + "/inquest_coverage.cjs' INQUEST_OUT='" +
                             (root_ / "out").string() + "' INQUEST_WORKSPACE='" +
                             (root_ / "tree").string() + "' " + environment + " " + command +
                             " > ../log 2>&1";
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
      const std::string process = std::to_string(record.at("p").get<std::int64_t>()) + "/";
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

TEST_F(JavascriptCoverage, TellsWhichLinesEachTestOfNodeTestRan) {
  Write("gcd.test.js",
        "const test = require('node:test');\nconst assert = require('assert');\n"
        "const { gcd } = require('./gcd.js');\n"
        "test('zero', () => assert.strictEqual(gcd(3, 0), 3));\n"
        "test.describe('more', () => {\n"
        "  test.it('wrong', () => assert.strictEqual(gcd(4, 2), 3));\n"
        "  test.it('later', { skip: true }, () => gcd(1, 1));\n});\n");

  EXPECT_EQ(Run("node --test"), 1) << Log();

  Read();
  EXPECT_EQ(outcomes_["gcd.test.js::zero"], "passed");
  EXPECT_EQ(ran_["gcd.test.js::zero"]["gcd.js"], "1-3 ");
  EXPECT_EQ(outcomes_["gcd.test.js::more > wrong"], "failed");
  EXPECT_EQ(ran_["gcd.test.js::more > wrong"]["gcd.js"], "1-3,5 ");
  EXPECT_EQ(outcomes_["gcd.test.js::more > later"], "skipped");
  EXPECT_EQ(ran_[""]["gcd.js"], "7 ") << "what ran when the module was loaded";
}

TEST_F(JavascriptCoverage, SeesTestsThatAreEsModules) {
  Write("price.mjs", "export function twice(n) {\n  return n * 2;\n}\n");
  Write("price.test.mjs",
        "import test from 'node:test';\nimport assert from 'node:assert';\n"
        "import { twice } from './price.mjs';\n"
        "test('twice', async (t) => {\n"
        "  await t.test('of one', () => assert.strictEqual(twice(1), 3));\n});\n");

  EXPECT_EQ(Run("node price.test.mjs"), 1) << Log();

  Read();
  EXPECT_EQ(outcomes_["price.test.mjs::twice"], "failed");
  EXPECT_EQ(ran_["price.test.mjs::twice"]["price.mjs"], "1-2 ");
}

TEST_F(JavascriptCoverage, OfABareProgramIsThatOfTheProcess) {
  Write("main.js", "const { gcd } = require('./gcd.js');\nrequire('assert')(gcd(4, 2) === 3);\n");

  EXPECT_EQ(Run("node main.js"), 1);

  Read();
  EXPECT_EQ(outcomes_[""], "failed");
  EXPECT_EQ(ran_[""]["gcd.js"], "1-3,5,7 ");
}

TEST_F(JavascriptCoverage, SeesChildProcessesAndThreads) {
  Write("main.js", "const { gcd } = require('./gcd.js');\ngcd(4, 2);\n");
  Write("child.js", "require('child_process').execFileSync(process.execPath, ['main.js']);\n");
  Write("thread.js", "new (require('worker_threads').Worker)('./main.js');\n");

  for (const char* program : {"node child.js", "node thread.js"}) {
    std::filesystem::remove(root_ / "out" / "coverage.jsonl");
    ran_.clear();
    EXPECT_EQ(Run(program), 0) << Log();
    Read();
    EXPECT_EQ(ran_[""]["gcd.js"], "1-3,5,7 ") << program;
  }
}

TEST_F(JavascriptCoverage, SurvivesAHangThatIsKilled) {
  // It hangs until its trace is on disk (the file is there before its first line is), and is killed
  // in the middle of that.
  Write("hang.js",
        "const fs = require('fs');\nconst { gcd } = require('./gcd.js');\ngcd(4, 2);\n"
        "const trace = process.env.INQUEST_OUT + '/coverage.jsonl';\n"
        "while (!fs.existsSync(trace) || !/\\n/.test(fs.readFileSync(trace))) {}\n"
        "process.kill(process.pid, 'SIGKILL');\n");

  EXPECT_EQ(Run("node hang.js"), 128 + SIGKILL);

  Read();
  EXPECT_EQ(outcomes_[""], "running");
  EXPECT_NE(ran_[""]["gcd.js"].find('5'), std::string::npos);
}

TEST_F(JavascriptCoverage, CountsOnAfterATestThatWasLong) {
  Write("long.test.js",
        "const test = require('node:test');\nconst fs = require('fs');\n"
        "const { gcd } = require('./gcd.js');\n"
        "const trace = process.env.INQUEST_OUT + '/coverage.jsonl';\n"
        "test('long', () => { gcd(4, 2); while (!/w0/.test(fs.readFileSync(trace))) {} });\n"
        "test('first', () => { gcd(3, 0); });\ntest('second', () => { gcd(3, 0); });\n");

  EXPECT_EQ(Run("node long.test.js"), 0) << Log();

  Read();
  EXPECT_EQ(outcomes_["long.test.js::long"], "passed");
  EXPECT_NE(ran_["long.test.js::long"]["gcd.js"].find('5'), std::string::npos);
  EXPECT_EQ(ran_["long.test.js::first"]["gcd.js"], "1-3 ");
  EXPECT_EQ(ran_["long.test.js::second"]["gcd.js"], "1-3 ");
}

TEST_F(JavascriptCoverage, ChangesNeitherExitCodeNorOutput) {
  Write("main.js",
        "function down(n) {\n  return down(n + 1);\n}\n"
        "try {\n  down(0);\n} catch (error) {\n  console.log(error.name);\n}\n"
        "console.log(new Error('here').stack.includes('inquest'));\nprocess.exit(7);\n");

  EXPECT_EQ(Run("node main.js"), 7);
  EXPECT_EQ(Log(), "RangeError\nfalse\n");
  EXPECT_EQ(Run("node main.js", "INQUEST_OUT=/nonexistent"), 7);
  EXPECT_EQ(Log(), "RangeError\nfalse\n");
}

}  // namespace
}  // namespace inquest::languages
