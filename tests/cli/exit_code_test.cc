#include "runtime/cli/exit_code.h"

#include <gtest/gtest.h>

#include <string>

namespace inquest::cli {
namespace {

v1::Investigation Ended(v1::Outcome outcome, v1::EndedBy ended_by, const std::string& reason) {
  v1::Investigation investigation;
  investigation.set_state(v1::STATE_ENDED);
  investigation.set_outcome(outcome);
  investigation.set_ended_by(ended_by);
  investigation.set_ended_reason(reason);
  return investigation;
}

TEST(ExitCode, OfAVerifiedFixIsZero) {
  EXPECT_EQ(ExitCodeOf(Ended(v1::OUTCOME_VERIFIED_FIX, v1::ENDED_BY_DONE, "")),
            ExitCode::kVerifiedFix);
}

TEST(ExitCode, OfEverythingElseIsNeverZero) {
  for (int outcome = v1::OUTCOME_UNSPECIFIED; outcome < v1::OUTCOME_VERIFIED_FIX; ++outcome) {
    for (int ended_by = v1::EndedBy_MIN; ended_by <= v1::EndedBy_MAX; ++ended_by) {
      for (const char* reason : {"", "BUILD_FAILED", "NO_PATCH_SURVIVES", "POLICY_DENIED"}) {
        EXPECT_NE(ExitCodeOf(Ended(static_cast<v1::Outcome>(outcome),
                                   static_cast<v1::EndedBy>(ended_by), reason)),
                  ExitCode::kVerifiedFix);
      }
    }
  }
}

TEST(ExitCode, OfAnEndTellsWhy) {
  const auto code = [](v1::EndedBy ended_by, const char* reason) {
    return ExitCodeOf(Ended(v1::OUTCOME_OBSERVED, ended_by, reason));
  };

  EXPECT_EQ(code(v1::ENDED_BY_DONE, "NO_PATCH_SURVIVES"), ExitCode::kEndedWithout);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "TRIGGER_DOES_NOT_FAIL"), ExitCode::kEndedWithout);
  EXPECT_EQ(code(v1::ENDED_BY_CANCELLED, "CANCELLED"), ExitCode::kEndedWithout);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "BUILD_FAILED"), ExitCode::kUsage);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "GIT_REVISION_NOT_FOUND"), ExitCode::kUsage);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "TRIGGER_CANNOT_START"), ExitCode::kUsage);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "POLICY_DENIED"), ExitCode::kPolicy);
  EXPECT_EQ(code(v1::ENDED_BY_ERROR, "SANDBOX_REFUSED"), ExitCode::kUnavailable);
  EXPECT_EQ(code(v1::ENDED_BY_BUDGET, "BUDGET_EXHAUSTED"), ExitCode::kBudget);
}

TEST(ExitCode, OfACallThatFailedTellsWhy) {
  EXPECT_EQ(ExitCodeOf(Status(Code::kNotFound, "X", "")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Status(Code::kPermissionDenied, "X", "")), ExitCode::kPolicy);
  EXPECT_EQ(ExitCodeOf(Status(Code::kUnavailable, "X", "")), ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(Status(Code::kCancelled, "X", "")), ExitCode::kInterrupted);
  EXPECT_EQ(ExitCodeOf(Status(Code::kInvalidArgument, "POLICY_DENIED", "")), ExitCode::kPolicy);
}

TEST(ExitCode, HelpNamesEveryCode) {
  for (const char* code : {"  0 ", "  1 ", "  2 ", "  3 ", "  4 ", "  5 ", "  130 "}) {
    EXPECT_NE(ExitCodeHelp().find(code), std::string_view::npos) << code;
  }
}

}  // namespace
}  // namespace inquest::cli
