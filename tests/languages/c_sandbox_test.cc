#include <gmock/gmock.h>
#include <signal.h>

#include "runtime/analysis/answers.h"
#include "runtime/analysis/coverage.h"
#include "tests/sandbox/process_harness.h"

// The instruments for C where they are at home.
namespace inquest::sandbox {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr char kCrash[] =
    "#include <stdio.h>\nstatic int first(const int* all) {\n  return all[0];\n}\n"
    "int main(int count, char** words) {\n  int one = 1;\n  (void)words;\n"
    "  printf(\"%d\\n\", first(count > 1 ? 0 : &one));\n  return 0;\n}\n";

class CInSandbox : public testing::Test {
 protected:
  void SetUp() override {
    harness_.options().instruments_directory =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments";
    harness_.policy().mutable_sandbox()->set_debugger(true);
    harness_.Restart();
    harness_.AddFile("crash.c", kCrash);
  }

  v1::RunOutcome Run(const std::string& command, const std::string& instrument) {
    v1::RunSpec spec = harness_.Spec(command);
    spec.set_instrument(instrument);
    return harness_.Run(spec);
  }

  std::string Collected(const v1::RunOutcome& outcome, const std::string& path) {
    for (const v1::CollectedFile& file : outcome.collected()) {
      if (file.path() == path) return harness_.Text(file.artifact());
    }
    return "";
  }

  ProcessHarness harness_;
};

TEST_F(CInSandbox, CoverageOfACrashIsCollected) {
  const auto outcome = Run("gcc -o crash crash.c && ./crash 1", "c-coverage");

  ASSERT_EQ(outcome.phases_size(), 1) << outcome.explanation();
  EXPECT_EQ(outcome.phases(0).signal(), SIGSEGV) << harness_.Text(outcome.phases(0).stderr());
  const auto coverage = analysis::ReadCoverage(Collected(outcome, "coverage.jsonl"));
  ASSERT_EQ(coverage.tests.size(), 1U) << harness_.Text(outcome.phases(0).stderr());
  EXPECT_EQ(coverage.tests[0].outcome, analysis::TestOutcome::kFailed);
  EXPECT_TRUE(analysis::Ran(coverage.tests[0], "crash.c", 3, 3));
}

TEST_F(CInSandbox, ASanitizerNamesTheLineOfACrash) {
  const auto outcome = Run("gcc -o crash crash.c && ./crash 1", "c-sanitize");

  ASSERT_EQ(outcome.phases_size(), 1) << outcome.explanation();
  EXPECT_THAT(harness_.Text(outcome.phases(0).stderr()), HasSubstr("crash.c:3"));
}

TEST_F(CInSandbox, AnswersAreCollected) {
  const auto outcome = Run("gcc -o crash crash.c && ./crash", "c-inputs");

  ASSERT_EQ(outcome.phases_size(), 1) << outcome.explanation();
  analysis::Answers answers;
  answers.Add(Collected(outcome, "answers.jsonl"));
  ASSERT_TRUE(answers.by_input().contains("crash")) << Collected(outcome, "answers.jsonl");
  EXPECT_EQ(answers.by_input().at("crash").answer, "exit 0; prints '1\\n'");
}

TEST_F(CInSandbox, ADebuggerSeesTheCrashOnlyWhereTheRunMayHaveOne) {
  v1::RunSpec spec = harness_.Spec(
      "gcc -g -o crash crash.c && gdb -q -nx -batch -iex 'set debuginfod enabled off' "
      "-iex 'set auto-load off' -ex run -ex bt --args ./crash 1");
  const auto refused = harness_.Run(spec);
  spec.set_debugger(true);
  const auto outcome = harness_.Run(spec);

  ASSERT_EQ(outcome.phases_size(), 1) << outcome.explanation();
  EXPECT_THAT(harness_.Text(outcome.phases(0).stdout()), HasSubstr("in main (count=2"));
  EXPECT_THAT(outcome.layers(), Contains("seccomp-debugger"));
  ASSERT_EQ(refused.phases_size(), 1);
  EXPECT_THAT(harness_.Text(refused.phases(0).stdout()), Not(HasSubstr("in main (count=2")));
  EXPECT_THAT(refused.layers(), Not(Contains("seccomp-debugger")));
}

}  // namespace
}  // namespace inquest::sandbox
