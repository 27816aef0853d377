// What the proof asks of a patch after its rounds: that each hunk is needed, and that the suite
// fails nowhere anew.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

class VerifyParts : public testing::Test {
 protected:
  VerifyParts() {
    brief_.reproduction.emplace();
    brief_.reproduction->set_failures(5);
    brief_.reproduction->set_runs(5);
    brief_.reproduction->set_rate_lower(1);
    brief_.reproduction->mutable_recipe()->set_shell_command("./trigger");
    brief_.target.set_build_command("make");
    brief_.fix.emplace().set_patch_digest("patch");
    brief_.candidates_entered_verify = 1;
  }

  // Why the patch of two hunks is refused; nothing: it gets past these parts.
  std::optional<std::string> Refused() {
    std::vector<Observed> so_far;
    while (true) {
      const Action action = Verify(brief_, so_far);
      const Want* want = std::get_if<Want>(&action);
      if (want == nullptr) return std::get<Settle>(action).settled.reason();
      for (const v1::Effect& effect : want->effects) {
        const auto observation = Answer(effect);
        if (observation == nullptr) return std::nullopt;
        so_far.push_back({effect.key(), 1, std::make_shared<v1::Effect>(effect), observation});
      }
    }
  }

  void HaveSuite() {
    without_second_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS);
    suite_base_ = suite_after_ = Ran(v1::ORACLE_ANSWER_CLEAN);
    brief_.target.set_suite_command("make check");
  }

  v1::RunOutcome without_second_;
  v1::RunOutcome suite_base_, suite_after_;

 private:
  std::shared_ptr<v1::Observation> Answer(const v1::Effect& effect) const {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.key() == "split") {
      observation->mutable_analysis()->add_without_hunk("second alone");
      observation->mutable_analysis()->add_without_hunk("first alone");
      return observation;
    }
    if (effect.key().starts_with("read/suite-")) return observation;
    if (!effect.has_run()) return nullptr;
    if (effect.key().starts_with("suite-")) {
      const bool base = effect.run().patches().empty();
      *observation->mutable_run() = base ? suite_base_ : suite_after_;
      return observation;
    }
    const auto& patches = effect.run().patches();
    const bool fixed = patches.size() == 1 && patches[0].digest() == "patch";
    *observation->mutable_run() =
        fixed ? Ran(v1::ORACLE_ANSWER_CLEAN) : Ran(v1::ORACLE_ANSWER_BUG_SHOWS);
    if (patches.size() == 1 && patches[0].digest() == "first alone") {
      *observation->mutable_run() = without_second_;
    }
    return observation;
  }

 protected:
  static v1::RunOutcome Ran(v1::OracleAnswer answer, const std::string& phase = "test") {
    v1::RunOutcome run;
    run.set_oracle_answer(answer);
    v1::PhaseOutcome& last = *run.add_phases();
    last.set_name(phase);
    last.set_ending(v1::ENDING_EXITED);
    last.set_exit_code(answer == v1::ORACLE_ANSWER_CLEAN ? 0 : 1);
    return run;
  }

 private:
  Brief brief_;
};

TEST_F(VerifyParts, OfThePatchAreNeededWhereTheBugShowsWithoutThem) {
  without_second_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS);
  EXPECT_EQ(Refused(), std::nullopt);
}

TEST_F(VerifyParts, OfThePatchAreNotNeededWhereItDoesNot) {
  without_second_ = Ran(v1::ORACLE_ANSWER_CLEAN);
  EXPECT_EQ(Refused(), "HUNK_NOT_NEEDED");
}

TEST_F(VerifyParts, OfThePatchAreNeededWhereTheTargetDoesNotBuildWithoutThem) {
  without_second_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS, "build");
  EXPECT_EQ(Refused(), std::nullopt);
}

TEST_F(VerifyParts, OfThePatchAreNotProvenNeededByARunThatWasLost) {
  without_second_.set_problem(v1::RunOutcome::PROBLEM_LOST);
  EXPECT_EQ(Refused(), "RUN_LOST");
}

TEST_F(VerifyParts, OfASuiteThatFailsAlikeHold) {
  HaveSuite();
  EXPECT_EQ(Refused(), std::nullopt);
  suite_base_ = suite_after_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS, "suite");
  EXPECT_EQ(Refused(), std::nullopt);
}

TEST_F(VerifyParts, OfASuiteThatFailsWithThePatchAloneFall) {
  HaveSuite();
  suite_after_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS, "suite");
  EXPECT_EQ(Refused(), "SUITE_REGRESSION");
}

TEST_F(VerifyParts, OfASuiteThatDidNotEndAreNotCompared) {
  HaveSuite();
  for (v1::RunOutcome* run : {&suite_base_, &suite_after_}) {
    run->mutable_phases(0)->set_ending(v1::ENDING_TIMED_OUT);
  }
  EXPECT_EQ(Refused(), "SUITE_OUT_OF_TIME");

  suite_after_ = Ran(v1::ORACLE_ANSWER_CLEAN);
  EXPECT_EQ(Refused(), std::nullopt) << "base may hang";
}

TEST_F(VerifyParts, OfASuiteWhoseRunsWereLostAreNotCompared) {
  HaveSuite();
  suite_base_.set_problem(v1::RunOutcome::PROBLEM_LOST);
  suite_after_.set_problem(v1::RunOutcome::PROBLEM_LOST);
  EXPECT_EQ(Refused(), "RUN_LOST");
}

}  // namespace
}  // namespace inquest::steps
