#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "sandbox/guest/trials/failure_lines.h"
#include "sandbox/guest/trials/plan.h"
#include "sandbox/guest/trials/zygote.h"

namespace inquest::sandbox::guest {
namespace {

using Words = std::vector<std::string>;

Plan Everything() {
  Plan plan;
  plan.phases = {{"make -j2\nsecond line", 300'000'000}, {"./run 'a b'", 5'000'000}};
  plan.total_us = 55'000'000;
  plan.trial_us = 5'000'000;
  plan.runs = 7;
  plan.enough = 3;
  plan.bug_says = "text 5\n";
  plan.bug_matches = "^x+$";
  plan.failure_counts = true;
  plan.timeout_counts = true;
  plan.has_expected = true;
  plan.expected = std::string("a\0b\n", 4);
  plan.trials = {{.number = 4, .rejected = false, .edits = {}},
                 {.number = 9, .rejected = true, .edits = {}}};
  plan.trials[0].edits = {{"a b.py", 3, 8, "new 9\ntext", false, false},
                          {"made", 0, 0, "all", true, false},
                          {"gone", 0, 0, "", false, true}};
  return plan;
}

TEST(TrialPlan, SurvivesItsOwnFormat) {
  const std::string bytes = FormatPlan(Everything());
  Plan read;

  ASSERT_TRUE(ParsePlan(bytes, &read));

  EXPECT_EQ(FormatPlan(read), bytes);
  EXPECT_EQ(read.phases[0].command, "make -j2\nsecond line");
  EXPECT_EQ(read.phases[1].limit_us, 5'000'000);
  EXPECT_EQ(read.runs, 7);
  EXPECT_EQ(read.bug_matches, "^x+$");
  EXPECT_TRUE(read.failure_counts && read.timeout_counts);
  EXPECT_EQ(read.expected.size(), 4U);
  ASSERT_EQ(read.trials.size(), 2U);
  EXPECT_TRUE(read.trials[1].rejected);
  ASSERT_EQ(read.trials[0].edits.size(), 3U);
  EXPECT_EQ(read.trials[0].edits[0].path, "a b.py");
  EXPECT_EQ(read.trials[0].edits[0].end, 8U);
  EXPECT_EQ(read.trials[0].edits[0].text, "new 9\ntext");
  EXPECT_TRUE(read.trials[0].edits[1].creates);
  EXPECT_TRUE(read.trials[0].edits[2].deletes);
}

TEST(TrialPlan, RefusesEveryCutOfAPlanThatIsNotAWholeNumberOfRecords) {
  const std::string bytes = FormatPlan(Everything());
  for (const char* damaged : {"", "phase 5\nab", "phase x\n", "phase\n", "limit 1\n1", "what 0\n",
                              "phase 1\na"
                              "runs 1\nx",
                              "phase 1\na"
                              "edit 1\na"}) {
    Plan plan;
    EXPECT_FALSE(ParsePlan(damaged, &plan)) << damaged;
  }
  Plan plan;
  EXPECT_FALSE(ParsePlan(bytes.substr(0, bytes.size() - 1), &plan));
}

TEST(PlainWords, SplitsWhatAShellWouldOnlySplit) {
  EXPECT_EQ(PlainWords("A=1 python3  -m pytest 'a b' \"c d\"e"),
            (Words{"A=1", "python3", "-m", "pytest", "a b", "c de"}));
  for (const char* shell : {"a | b", "a; b", "a && b", "$x", "a `b`", "a > b", "a*", "'a", "~/a",
                            "\"$x\"", "a\nb", "a \\b"}) {
    EXPECT_EQ(PlainWords(shell), std::nullopt) << shell;
  }
}

TEST(FailureLines, AreTheWordsOfTapAutomakeAndGoogleTest) {
  EXPECT_TRUE(SaysFailure("not ok 3 - adds"));
  EXPECT_TRUE(SaysFailure("FAIL: tests/add.sh"));
  EXPECT_TRUE(SaysFailure("[  FAILED  ] Add.Adds (0 ms)"));
  EXPECT_FALSE(SaysFailure("ok 3 - adds"));
  EXPECT_FALSE(SaysFailure("not ok 3 - adds # SKIP not yet"));
  EXPECT_FALSE(SaysFailure("XFAIL: tests/add.sh"));
  EXPECT_FALSE(SaysFailure("it is not ok"));
}

void BlockChanges() {
  sigset_t changes;
  sigemptyset(&changes);
  sigaddset(&changes, SIGIO);
  sigprocmask(SIG_BLOCK, &changes, nullptr);
}

TEST(FailureLines, AreFoundOnceTheyAreWhole) {
  BlockChanges();
  const std::string path = testing::TempDir() + "failure_lines";
  FailureLines lines(path);
  std::ofstream out(path, std::ios::app);
  out << "ok 1\nnot o" << std::flush;
  EXPECT_FALSE(lines.Found());
  out << "k 2" << std::flush;
  EXPECT_FALSE(lines.Found());
  out << "\nok 3\n" << std::flush;
  EXPECT_TRUE(lines.Found());
}

TEST(FailureLines, OfOneTestAreThoseThatNameIt) {
  BlockChanges();
  const std::string path = testing::TempDir() + "failure_lines_of_one";
  FailureLines lines(path, "not ok 2");
  std::ofstream out(path, std::ios::app);
  out << "not ok 1\nok 2\n" << std::flush;
  EXPECT_FALSE(lines.Found());
  out << "not ok 2\n" << std::flush;
  EXPECT_TRUE(lines.Found());
}

}  // namespace
}  // namespace inquest::sandbox::guest
