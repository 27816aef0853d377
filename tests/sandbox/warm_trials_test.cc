// Trials by interpreters that are kept warm, and how long they are waited for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

#include "tests/sandbox/trial_batch.h"

namespace inquest::sandbox {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// The first test fails at once and the others take their time, so that what runs all of them takes
// many times as long as what stops at the first failure.
TEST_F(TrialBatch, StopsPytestAtTheFirstFailureAndGivesAPassItsTime) {
  harness_.AddFile("test_calc.py",
                   "import pathlib\nimport threading\nfrom calc import add\n\n\n"
                   "def test_adds():\n    assert add(2, 2) == 4\n\n\n"
                   "def test_waits():\n    with open('waited.txt', 'a') as log:\n"
                   "        log.write('x')\n    threading.Event().wait(1.5)\n"
                   "    assert len(pathlib.Path('waited.txt').read_text()) < 6\n");
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  for (int i = 0; i < 20; ++i)
    Try("def add(a, b):\n    return b - a - " + std::to_string(i) + "\n");
  Try("def add(a, b):\n    return a + b\n");

  std::vector<v1::TrialOutcome::Result> expected(20, kBugShowed);
  expected.push_back(kPassed);
  EXPECT_EQ(Run("/usr/bin/python3 -m pytest -q test_calc.py"), expected);
}

// Where the unchanged trigger hangs, or would if its own clock did not end it, trials that ended by
// themselves tell how long to wait: all the changes that hang fit into the time of the batch, and
// the right one is reached.
TEST_F(TrialBatch, WhereBaseHangsTrialsThatHangAreCutSooner) {
  harness_.AddFile("check.py", kCheck);
  harness_.AddFile("clocked.py",
                   "import signal\n\n\ndef stop(*_):\n    raise TimeoutError\n\n\n"
                   "signal.signal(signal.SIGALRM, stop)\nsignal.alarm(2)\nimport check\n");
  Subject("calc.py", "def add(a, b):\n    while True:\n        pass\n");
  for (int i = 0; i < 8; ++i) Try("def add(a, b):\n    return " + std::to_string(i + 10) + "\n");
  for (int i = 0; i < 20; ++i) {
    Try("def add(a, b):\n    while a < " + std::to_string(i + 10) + ":\n        pass\n");
  }
  Try("def add(a, b):\n    return a + b\n");
  plan_.mutable_time_limit()->set_seconds(1);
  plan_.mutable_time_limit()->set_nanos(500'000'000);
  oracle_.set_timeout_counts(true);

  std::vector<v1::TrialOutcome::Result> expected(28, kBugShowed);
  expected.push_back(kPassed);
  EXPECT_EQ(Run("python3 check.py"), expected);
  EXPECT_EQ(Run("python3 clocked.py"), expected);
}

// What a child of the warm interpreter does is what a fresh interpreter does.
TEST_F(TrialBatch, AWarmInterpreterEndsAsAFreshOneDoes) {
  harness_.AddFile("helper.py", "count = []\n");
  Subject("main.py", "raise SystemExit(9)\n");
  const char* const ways[] = {
      "import sys\nsys.exit()\n",
      "import sys\nsys.exit('a text')\n",
      "import os\nos._exit(0)\n",
      "import os\nos._exit(3)\n",
      "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
      "assert False\n",
      "import helper\nhelper.count.append(1)\nassert helper.count == [1]\n",
      "import threading\nthreading.Thread(target=lambda: print('late')).start()\n",
      "import atexit, os\natexit.register(lambda: os._exit(4))\n",
      "import sys\nassert sys.argv == ['main.py', 'an argument'] and __name__ == '__main__'\n",
      "import sys\nassert sys.stdin.read() == ''\n",
      "import subprocess\nassert subprocess.run(['true']).returncode == 0\n",
      "import multiprocessing as m\nif __name__ == '__main__':\n"
      "    p = m.Process(target=print)\n    p.start()\n    p.join()\n    assert p.exitcode == 0\n",
      "import pickle\nclass A: pass\nassert type(pickle.loads(pickle.dumps(A()))) is A\n",
  };
  for (const char* way : ways) Try(way);

  const auto warm = Run("python3 main.py 'an argument'");
  const auto shell = Run("true; python3 main.py 'an argument'");

  ASSERT_THAT(warm, SizeIs(std::size(ways)));
  EXPECT_EQ(warm, shell);
}

TEST_F(TrialBatch, KeepsPythonWarmBehindATimeoutItsOptionsAndAChangeOfFolder) {
  harness_.AddFile("sub/data", "");
  Subject("main.py", "raise SystemExit(9)\n");
  Try("import sys\nassert 'tempfile' in sys.modules\n");  // nothing loads it by itself
  Try("import sys\nassert 'tempfile' not in sys.modules\n");

  for (const char* command :
       {"python3 main.py", "timeout 10 python3 main.py",
        "A=1 timeout 1m python3 -B -W ignore main.py", "cd sub && python3 ../main.py",
        "cd sub && timeout 10 python3 ../main.py"}) {
    EXPECT_THAT(Run(command), ElementsAre(kPassed, kBugShowed)) << command;
  }
  for (const char* command : {"timeout -s INT 10 python3 main.py", "cd sub; python3 ../main.py"}) {
    EXPECT_THAT(Run(command), ElementsAre(kBugShowed, kPassed)) << command;
  }
}

TEST_F(TrialBatch, JudgesEachChangeOfNodeWhateverWorkersLeaveBehind) {
  harness_.AddFile("check.js",
                   "const { spawnSync } = require('child_process');\n"
                   "if (spawnSync('pgrep', ['sleep']).status === 0) process.exit(5);\n"
                   "require('assert').strictEqual(require('./calc.js')(2, 2), 4);\n");
  Subject("calc.js", "module.exports = (a, b) => a - b;\n");
  const std::string right = "module.exports = (a, b) => a + b;\n";
  Try(right);
  Try("require('child_process').spawn('sleep', ['100'], { detached: true });\nprocess.exit(0);\n");
  Try(right);
  Try("for (;;) {}\n");
  Try(right);
  Try("throw new Error('no');\n");
  Try("module.exports = (a, b) =>\n");
  Try("process.exitCode = 3;\n" + right);
  Try("setTimeout(() => { throw new Error('late'); }, 10);\n" + right);
  Try("process.kill(process.pid, 'SIGKILL');\n");
  Try(right);

  EXPECT_THAT(Run("node check.js"),
              ElementsAre(kPassed, kPassed, kPassed, kFailedOtherwise, kPassed, kBugShowed,
                          kBugShowed, kBugShowed, kBugShowed, kBugShowed, kPassed));
}

// `node --test` of folders finds the files that it finds by itself, with a warm interpreter as
// well.
TEST_F(TrialBatch, JudgesEachChangeByAllFilesOfNodesTestRunner) {
  const std::string asks =
      "const test = require('node:test');\nconst assert = require('assert');\n";
  harness_.AddFile("test/deep/adds.js", asks +
                                            "test('adds', () => assert.strictEqual("
                                            "require('../../calc.js').add(2, 2), 4));\n");
  harness_.AddFile("lib/calc.test.js", asks +
                                           "test('doubles', () => assert.strictEqual("
                                           "require('../calc.js').double(3), 6));\n");
  harness_.AddFile("lib/contest.js", "process.exit(7);\n");
  harness_.AddFile("node_modules/other/test.js", "process.exit(8);\n");
  harness_.AddFile("package.json", "{\"scripts\": {\"test\": \"node --test\"}}\n");
  Subject("calc.js", "exports.add = (a, b) => a - b;\nexports.double = (a) => a + a;\n");
  Try("exports.add = (a, b) => a + b;\nexports.double = (a) => a + a;\n");
  Try("exports.add = (a, b) => a + b;\nexports.double = (a) => a * a;\n");
  Try("exports.add = (a, b) => b;\nexports.double = (a) => a + a;\n");
  Try("exports.add = (a, b) => a * b;\nexports.double = (a) => 2 * a;\n");

  for (const char* command : {"node --test", "node --test test lib", "npm test",
                              "node --test --test-reporter=tap", "true; node --test"}) {
    EXPECT_THAT(Run(command), ElementsAre(kPassed, kBugShowed, kBugShowed, kPassed)) << command;
  }
}

TEST_F(TrialBatch, AModuleInThePlaceOfOneOfTheLibraryIsTheOneThatRuns) {
  harness_.AddFile("main.py", "import string\nassert string.answer() == 42\n");
  Subject("string.py", "def answer():\n    return 41\n");
  Try("def answer():\n    return 42\n");
  Try("def answer():\n    return 43\n");

  EXPECT_THAT(Run("python3 main.py"), ElementsAre(kPassed, kBugShowed));
}

}  // namespace
}  // namespace inquest::sandbox
