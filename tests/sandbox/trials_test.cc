// Batches of trials in real sandboxes: what each change comes to, and that one harms no other.
#include "sandbox/process/trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/sandbox/await_path.h"
#include "tests/sandbox/trial_batch.h"

namespace inquest::sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(TrialBatch, JudgesEachChangeOfAPythonScript) {
  harness_.AddFile("check.py", kCheck);
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  Try("def add(a, b):\n    return a * 3\n");
  Try("def add(a, b):\n    return a + b\n");
  Try("def add(a, b)\n");
  TryPatch(Diff("calc.py", "no such line\n", "x\n"));
  Try("def add(a, b):\n    return a * b\n");

  EXPECT_THAT(Run("python3 check.py"),
              ElementsAre(kBugShowed, kPassed, kBugShowed, kRejected, kPassed));
}

TEST_F(TrialBatch, JudgesEachChangeByUnittestAndPytest) {
  harness_.AddFile("test_calc.py",
                   "import unittest\nfrom calc import add\n\n\nclass Adds(unittest.TestCase):\n"
                   "    def test_adds(self):\n        self.assertEqual(add(2, 2), 4)\n");
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  Try("def add(a, b):\n    return a + b\n");
  Try("def add(a, b):\n    return b\n");
  Try("def add(a, b):\n    return b * a\n");

  EXPECT_THAT(Run("python3 -m unittest test_calc"), ElementsAre(kPassed, kBugShowed, kPassed));
  EXPECT_THAT(Run("/usr/bin/python3 -m pytest -q test_calc.py"),
              ElementsAre(kPassed, kBugShowed, kPassed));
}

TEST_F(TrialBatch, JudgesEachChangeOfAShellScriptThatAPipeReads) {
  Subject("greet.sh", "echo goodbye\n");
  Try("echo hello\n");
  Try("exit 7\n");

  EXPECT_THAT(Run("sh greet.sh | grep -q hello"), ElementsAre(kPassed, kBugShowed));
}

TEST_F(TrialBatch, BuildsEachChangeAnewAlsoWhereMakeLooksAtTimes) {
  harness_.AddFile("Makefile",
                   "calc: calc.o main.o\n\tgcc -o $@ calc.o main.o\n"
                   "%.o: %.c\n\tgcc -c -o $@ $<\n");
  harness_.AddFile("main.c", "int add(int, int);\nint main(void) { return add(2, 2) != 4; }\n");
  Subject("calc.c", "int add(int a, int b) { return a - b; }\n");
  for (int i = 0; i < 4; ++i) {
    Try("int add(int a, int b) { return a + b; }\n");
    Try("int add(int a, int b) { return b; }\n");
    TryPatch(Diff("main.c", "int add(int, int);\nint main(void) { return add(2, 2) != 4; }\n",
                  "int add(int, int);\nint main(void) { return add(2, 2) != 5; }\n"));
    Try("int add(int a, int b) { return a +; }\n");
  }

  const auto results = Run("./calc", "make -s");

  ASSERT_THAT(results, SizeIs(16));
  for (std::size_t i = 0; i < results.size(); i += 4) {
    EXPECT_THAT(std::vector(results.begin() + static_cast<std::ptrdiff_t>(i),
                            results.begin() + static_cast<std::ptrdiff_t>(i + 4)),
                ElementsAre(kPassed, kBugShowed, kBugShowed, kDoesNotBuild));
  }
}

TEST_F(TrialBatch, ATrialThatHangsIsCutAndTheNextOneIsRight) {
  harness_.AddFile("check.py", kCheck);
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  Try("def add(a, b):\n    while True:\n        pass\n");
  Try("def add(a, b):\n    return a + b\n");
  Try("import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
      "def add(a, b):\n    while True:\n        pass\n");
  Try("def add(a, b):\n    return a + b\n");

  EXPECT_THAT(Run("python3 check.py"),
              ElementsAre(kFailedOtherwise, kPassed, kFailedOtherwise, kPassed));
  EXPECT_THAT(Run("python3 check.py; exit $?"),
              ElementsAre(kFailedOtherwise, kPassed, kFailedOtherwise, kPassed));

  oracle_.set_timeout_counts(true);
  EXPECT_THAT(Run("python3 check.py"), ElementsAre(kBugShowed, kPassed, kBugShowed, kPassed));
}

// The target of the trials hangs after its failure; what ends it is the line that says so.
TEST_F(TrialBatch, ATrialIsOverOnceItSaysThatATestFailed) {
  harness_.AddFile("check.sh",
                   "if sh subject.sh; then echo ok 1; else echo not ok 1; failed=1\n"
                   "  if test -e /tmp/tried; then sleep 100; else touch /tmp/tried; fi\nfi\n"
                   "exit ${failed:-0}\n");
  Subject("subject.sh", "exit 1\n");
  Try("exit 2\n");
  Try("exit 3\n");
  Try("exit 0\n");

  // One that went on would be out of time, and that does not count as the bug.
  EXPECT_THAT(Run("sh check.sh"), ElementsAre(kBugShowed, kBugShowed, kPassed));
}

TEST_F(TrialBatch, ATrialGoesOnAfterAFailureThatIsExpected) {
  harness_.AddFile("check.sh",
                   "echo not ok 1 - later '# SKIP'\nif sh subject.sh; then echo ok 2; else "
                   "echo not ok 2; exit 1; fi\n");
  Subject("subject.sh", "exit 1\n");
  Try("exit 0\n");
  Try("exit 3\n");

  EXPECT_THAT(Run("sh check.sh"), ElementsAre(kPassed, kBugShowed));
}

TEST_F(TrialBatch, WhatATrialLeavesRunningDoesNotDisturbTheNext) {
  harness_.AddFile("check.sh", "if pgrep sleep; then exit 5; fi\n. ./subject.sh\n");
  Subject("subject.sh", "false\n");
  Try("setsid sleep 100 & sleep 100 & setsid sh -c 'sleep 100; true' & true\n");
  Try("true\n");
  Try("bomb() { sleep 100 & bomb | bomb & }; bomb; sleep 0.1; true\n");
  Try("true\n");
  Try("sleep 100 & for i in 1 2; do setsid sh -c '. ./subject.sh' & done; exit 1\n");
  Try("true\n");

  const auto results = Run("sh check.sh");

  ASSERT_THAT(results, SizeIs(6));
  EXPECT_EQ(results[1], kPassed);
  EXPECT_EQ(results[3], kPassed);
  EXPECT_EQ(results[4], kBugShowed);
  EXPECT_EQ(results[5], kPassed);
}

TEST_F(TrialBatch, ATrialThatWantsAllMemoryOrPrintsForEverIsEnded) {
  harness_.AddFile("check.py", kCheck);
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  Try("x = []\nwhile True:\n    x.append(bytearray(1 << 24))\n");
  Try("def add(a, b):\n    return a + b\n");
  Try("while True:\n    print('x' * 10000)\n");
  Try("def add(a, b):\n    return a + b\n");

  const auto results = Run("python3 check.py");

  ASSERT_THAT(results, SizeIs(4));
  EXPECT_NE(results[0], kPassed);
  EXPECT_EQ(results[1], kPassed);
  EXPECT_NE(results[2], kPassed);
  EXPECT_EQ(results[3], kPassed);
}

TEST_F(TrialBatch, FilesAreAsBeforeInTheNextTrialWhateverTheTargetDidToThem) {
  harness_.AddFile("other.sh", "echo other\n");
  ASSERT_TRUE(harness_.AddProgram("tool", "#!/bin/sh\ntrue\n").ok());
  Subject("subject.sh", "false\n");
  Try("rm subject.sh other.sh tool; mkdir -p new; exit 0\n");
  TryPatch(Diff("other.sh", "echo other\n", "echo changed\n"));
  TryPatch("--- a/tool\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-#!/bin/sh\n-true\n");
  TryPatch("--- /dev/null\n+++ b/deep/er/made\n@@ -0,0 +1,1 @@\n+made\n");
  Try("test \"$(cat other.sh)\" = 'echo other' && ./tool && ! test -e deep/er/made\n");
  Try("mkdir -p /tmp/left/behind; echo false >subject.sh; ln -sf /etc/passwd other.sh; chmod 000 "
      "tool; exit 0\n");
  Try("test \"$(cat other.sh)\" = 'echo other' && test -x tool && ! test -e /tmp/left\n");

  EXPECT_THAT(Run("sh subject.sh"),
              ElementsAre(kPassed, kBugShowed, kBugShowed, kBugShowed, kPassed, kPassed, kPassed));
}

TEST_F(TrialBatch, StaleCompiledPythonOfAChangedFileIsNotUsed) {
  const std::string broken = "def add(a, b):\n    return a - b\n";
  harness_.AddFile("check.py", kCheck);
  Subject("calc.py", broken);
  Try("def add(a, b):\n    return a + b\n");
  Try("def add(a, b):\n    return b - a\n");

  EXPECT_THAT(Run("ls __pycache__/calc.*.pyc 2>/dev/null || python3 -c \"import py_compile as p; "
                  "p.compile('calc.py', invalidation_mode=p.PycInvalidationMode.UNCHECKED_HASH)\"\n"
                  "python3 check.py"),
              ElementsAre(kPassed, kBugShowed));
}

TEST_F(TrialBatch, TheOracleIsAnsweredAsForARunByItself) {
  Subject("subject.sh", "echo 'Error: bad total 7'; exit 1\n");
  Try("echo fine\n");
  Try("echo 'Error: bad total 7'\n");
  Try("echo 'Error: bad total 12' >&2; exit 3\n");
  Try("echo other; exit 1\n");

  EXPECT_THAT(Run("sh subject.sh"), ElementsAre(kPassed, kPassed, kBugShowed, kBugShowed));
  oracle_.Clear();
  oracle_.set_output_contains("bad total");
  EXPECT_THAT(Run("sh subject.sh"), ElementsAre(kPassed, kPassed, kBugShowed, kFailedOtherwise));
  oracle_.Clear();
  oracle_.set_output_matches("^Error: bad total [0-9]+$");
  EXPECT_THAT(Run("sh subject.sh"), ElementsAre(kPassed, kBugShowed, kBugShowed, kFailedOtherwise));
  oracle_.Clear();
  oracle_.set_any_failure(true);
  oracle_.set_expected_stdout_digest(harness_.Put("fine \r\n\n"));
  EXPECT_THAT(Run("sh subject.sh"), ElementsAre(kPassed, kBugShowed, kBugShowed, kBugShowed));
}

TEST_F(TrialBatch, NothingIsTriedWhereBaseDoesNotFailOrDoesNotBuildOrNothingCanJudge) {
  Subject("subject.sh", "true\n");
  Try("false\n");

  EXPECT_THAT(Run("sh subject.sh"), IsEmpty());
  EXPECT_THAT(Run("sh subject.sh", "false"), IsEmpty());
  oracle_.set_output_matches("(");
  EXPECT_THAT(Run("false"), IsEmpty());
}

TEST_F(TrialBatch, EndsWhenEnoughHavePassedAndTriesAsOftenAsAsked) {
  Subject("subject.sh", "false\n");
  Try("echo x >>runs; test $(wc -l <runs) -lt 3\n");
  Try("true\n");
  Try("true\n");
  Try("true\n");
  plan_.set_runs(5);
  plan_.set_enough(2);

  const v1::RunOutcome outcome = harness_.Run(Spec("sh subject.sh"));

  EXPECT_THAT(Results(outcome), ElementsAre(kBugShowed, kPassed, kPassed));
  EXPECT_EQ(outcome.trials(0).runs(), 3);
  EXPECT_EQ(outcome.trials(1).runs(), 5);
}

TEST_F(TrialBatch, ACancelledBatchEndsAtOnceAndKeepsWhatItReached) {
  Subject("subject.sh", "false\n");
  Try("true\n");
  Try("touch \"$INQUEST_OUT/hangs\"; sleep 1000\n");
  v1::RunSpec spec = Spec("test -e always; . ./subject.sh");
  spec.mutable_trial_plan()->mutable_time_limit()->set_seconds(30);
  auto running = harness_.Start({"inv", 99, 1}, spec);
  for (const char* path : {"runs/inv.99.1", "runs/inv.99.1/out", "runs/inv.99.1/out/hangs"}) {
    AwaitPath(harness_.directory() / path);
  }
  const auto asked = std::chrono::steady_clock::now();

  harness_.executor().Cancel({"inv", 99, 1});
  const auto outcome = running.get();

  ASSERT_TRUE(outcome.ok());
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(2));
  EXPECT_EQ(outcome->problem(), v1::RunOutcome::PROBLEM_CANCELLED);
  ASSERT_EQ(outcome->trials_size(), 1) << outcome->DebugString();
  EXPECT_EQ(outcome->trials(0).result(), kPassed);
}

TEST_F(TrialBatch, ABatchEndsInTheTimeThatThePolicyAllowsAndSaysWhatItReached) {
  harness_.policy().mutable_sandbox()->mutable_time_limit()->set_seconds(8);
  Subject("subject.sh", "false\n");
  for (int i = 0; i < 40; ++i) Try("sleep 0.5\n");
  plan_.set_runs(2);

  v1::RunSpec spec = Spec("sh subject.sh");
  spec.mutable_phases(0)->mutable_time_limit()->set_seconds(8);
  const v1::RunOutcome outcome = harness_.Run(spec);

  ASSERT_EQ(outcome.phases_size(), 1);
  EXPECT_EQ(outcome.phases(0).ending(), v1::ENDING_EXITED);
  EXPECT_GE(outcome.trials_size(), 2);
  EXPECT_LE(outcome.trials_size(), 4);
}

TEST_F(TrialBatch, TwoBatchesShareOneSlotInTurn) {
  ProcessHarness one("/usr/bin:/bin", 1);
  one.options().instruments_directory = ProgramDirectory() + "/../share/inquest/instruments";
  one.Restart();
  one.AddFile("subject.sh", "false\n");
  plan_.add_trials()->add_patches()->set_digest(one.Put(Diff("subject.sh", "false\n", "true\n")));
  v1::RunSpec spec = one.Spec("sh subject.sh");
  *spec.mutable_trial_plan() = plan_;
  *spec.mutable_oracle() = oracle_;

  auto first = one.Start({"inv", 1, 1}, spec);
  auto second = one.Start({"inv", 2, 1}, spec);

  EXPECT_THAT(Results(*second.get()), ElementsAre(kPassed));
  EXPECT_THAT(Results(*first.get()), ElementsAre(kPassed));
}

TEST(ReadTrials, SkipsWhatMakesNoSense) {
  v1::RunOutcome outcome;

  ReadTrials(
      "0 1 3 250000\n0 3 1 1\n-1 1 1 1\n2000 1 1 1\n1 0 1 1\n1 6 1 1\n1 1 -1 1\n1 1 1\n"
      "1 1 1 1 1\n1 1 1 1x\n99999999999999999999 1 1 1\n\n\x01\xff\n7 5 0 12",
      &outcome);

  ASSERT_EQ(outcome.trials_size(), 2) << outcome.DebugString();
  EXPECT_EQ(outcome.trials(0).trial(), 0);
  EXPECT_EQ(outcome.trials(0).result(), kPassed);
  EXPECT_EQ(outcome.trials(0).runs(), 3);
  EXPECT_EQ(outcome.trials(0).wall_time().nanos(), 250'000'000);
  EXPECT_EQ(outcome.trials(1).trial(), 7);
  EXPECT_EQ(outcome.trials(1).result(), kRejected);
}

TEST(ReadTrials, TakesNoMoreThanAPlanHolds) {
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += std::to_string(i % 4000) + " 1 1 1\n";
  v1::RunOutcome outcome;

  ReadTrials(lines, &outcome);

  EXPECT_EQ(outcome.trials_size(), kTrialsLimit);
}

}  // namespace
}  // namespace inquest::sandbox
