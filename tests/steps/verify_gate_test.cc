#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "steps/verify/gate.h"

namespace inquest::steps {
namespace {

// One run a character: x shows the bug, o is clean, ? fails in another way.
class Runs {
 public:
  explicit Runs(const std::string& answers) {
    for (const char c : answers) {
      auto observation = std::make_shared<v1::Observation>();
      observation->mutable_run()->set_oracle_answer(c == 'x'   ? v1::ORACLE_ANSWER_BUG_SHOWS
                                                    : c == 'o' ? v1::ORACLE_ANSWER_CLEAN
                                                               : v1::ORACLE_ANSWER_OTHER_FAILURE);
      auto run = std::make_unique<Observed>();
      run->observation = std::move(observation);
      pointers_.push_back(run.get());
      runs_.push_back(std::move(run));
    }
  }
  std::span<const Observed* const> get() const { return pointers_; }

 private:
  std::vector<std::unique_ptr<Observed>> runs_;
  std::vector<const Observed*> pointers_;
};

std::string Reason(int failures, int runs, double lower, const std::string& before,
                   const std::string& after, const std::string& revert) {
  v1::Reproduction reproduction;
  reproduction.set_failures(failures);
  reproduction.set_runs(runs);
  reproduction.set_rate_lower(lower);
  const Runs b(before), a(after), r(revert);
  return VerifyGate(reproduction, {b.get(), a.get(), r.get()}, 0.01).reason;
}

TEST(VerifyGate, PassesWhenBaseFailsThePatchHoldsAndTheRevertFailsAgain) {
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxx", "oooo", "xxxx"), "");
}

TEST(VerifyGate, RejectsAPatchUnderWhichAnyRunIsNotClean) {
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxx", "ooxo", "xxxx"), "PATCH_DOES_NOT_HOLD");
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxx", "oo?o", "xxxx"), "PATCH_DOES_NOT_HOLD");
}

TEST(VerifyGate, DoesNotCreditThePatchWhenBaseStopsFailingByItself) {
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxo", "oooo", "xxxx"), "BASE_STOPPED_FAILING");
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxx", "oooo", "xxoo"), "BASE_STOPPED_FAILING");
  EXPECT_EQ(Reason(15, 30, 0.34, "xxoxoooooooooooo", "oooooooooooooooo", "xoxxoxoxxoxoxxox"),
            "BASE_STOPPED_FAILING");
}

TEST(VerifyGate, DoesNotCreditThePatchWhenARareBugShowedOnceAndThenHealed) {
  EXPECT_EQ(Reason(3, 30, 0.1, "x" + std::string(43, 'o'), std::string(44, 'o'),
                   "x" + std::string(43, 'o')),
            "BASE_STOPPED_FAILING");
}

TEST(VerifyGate, AcceptsAFlakyBugThatGoesOnAtItsRate) {
  EXPECT_EQ(Reason(15, 30, 0.34, "xoxoxoxoxoxo", "oooooooooooo", "oxoxoxoxoxox"), "");
}

TEST(VerifyGate, AcceptsABugThatWasTakenForOneThatAlwaysShows) {
  EXPECT_EQ(Reason(10, 10, 0.74, "xxxoxxxx", "oooooooo", "xxxxxoxx"), "");
}

}  // namespace
}  // namespace inquest::steps
