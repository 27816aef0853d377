#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the investigator and the sandbox for one visit of fix.
class FixStep : public testing::Test {
 protected:
  FixStep() {
    brief_.step = v1::STEP_FIX;
    brief_.symptom.emplace().mutable_typical_wall_time()->set_seconds(1);
    brief_.reproduction.emplace().set_rate_lower(0.74);
    brief_.reproduction->mutable_recipe()->set_shell_command("run the test");
    brief_.active_hypothesis = "h1";
  }

  // A candidate whose digest is a letter repeated; it passes when `passes`.
  void Offer(char letter, bool passes, const std::string& hypothesis_id = "") {
    Offer(std::string(64, letter), passes, hypothesis_id);
  }
  void Offer(const std::string& digest, bool passes, const std::string& hypothesis_id = "") {
    v1::Candidate& candidate = *submission_.add_candidates();
    candidate.set_patch_digest(digest);
    candidate.set_hypothesis_id(hypothesis_id);
    if (passes) passing_.insert(digest);
  }

  Settle Finish() {
    while (true) {
      Action action = Fix(brief_, seen_);
      if (auto* settle = std::get_if<Settle>(&action)) return std::move(*settle);
      for (const v1::Effect& effect : std::get<Want>(action).effects) Do(effect);
    }
  }

  void Do(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_ask()) {
      *observation->mutable_submission() = submission_;
    } else if (effect.run().has_trial_plan()) {
      ++batches_;
      int number = 0;
      for (const v1::Trial& trial : effect.run().trial_plan().trials()) {
        if (sieve_is_barren_) break;
        const std::string& digest = trial.patches(0).digest();
        const bool passes = passing_.contains(digest) || sieve_lets_pass_.contains(digest);
        v1::TrialOutcome& outcome = *observation->mutable_run()->add_trials();
        outcome.set_trial(number++);
        outcome.set_result(passes ? v1::TrialOutcome::RESULT_PASSED
                                  : v1::TrialOutcome::RESULT_BUG_SHOWED);
        outcome.mutable_wall_time()->set_nanos(20'000'000);
      }
    } else if (effect.analyse().has_write_regression_test()) {
      v1::RegressionTest& test = *observation->mutable_analysis()->mutable_regression_test();
      test.set_patch_digest(kTest);
      test.set_command("run the new test");
    } else {
      ++runs_;
      v1::RunOutcome& run = *observation->mutable_run();
      const bool passes = passing_.contains(effect.run().patches(0).digest());
      run.set_oracle_answer(passes ? v1::ORACLE_ANSWER_CLEAN : v1::ORACLE_ANSWER_BUG_SHOWS);
      v1::PhaseOutcome& phase = *run.add_phases();
      phase.set_name("test");
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(passes ? 0 : 1);
    }
    seen_.push_back({effect.key(), 0, std::make_shared<v1::Effect>(effect), observation});
  }

  // A trigger that always fails and runs no test.
  void NeedRegressionTest() {
    brief_.reproduction->set_runs(10);
    brief_.reproduction->set_failures(10);
    brief_.acquired.set_language("python");
  }

  static constexpr const char* kTest = "the test's patch";

  Brief brief_;
  v1::Submission submission_;
  std::set<std::string> passing_;
  std::vector<Observed> seen_;
  std::set<std::string> sieve_lets_pass_;
  bool sieve_is_barren_ = false;
  int runs_ = 0;
  int batches_ = 0;
};

TEST_F(FixStep, DeliversTheFirstSurvivorOfTheActiveHypothesisAndItsRivals) {
  Offer('a', false);
  Offer('b', true, "h2");
  Offer('c', true);
  Offer('d', true);

  const Settle settle = Finish();

  ASSERT_EQ(settle.settled.settlement(), v1::SETTLEMENT_DONE) << settle.settled.message();
  EXPECT_EQ(settle.settled.fix().patch_digest(), std::string(64, 'c'));
  EXPECT_EQ(settle.settled.fix().survivors_size(), 3);
}

TEST_F(FixStep, IsRefutedWhenOnlyRivalsSurvive) {
  Offer('a', false);
  Offer('b', true, "h2");

  EXPECT_EQ(Finish().settled.settlement(), v1::SETTLEMENT_REFUTED);
}

TEST_F(FixStep, LooksForRivalsOnlyAsLongAsTheTriggerAllows) {
  brief_.symptom->mutable_typical_wall_time()->set_seconds(3600);
  Offer('a', true);
  for (int i = 0; i < 100; ++i) Offer(static_cast<char>('b' + i % 20), false);

  EXPECT_EQ(Finish().settled.fix().survivors_size(), 1);
  EXPECT_LT(runs_, 30);
}

TEST_F(FixStep, SievesManyCandidatesAndRunsWhatPassesByItself) {
  for (int i = 0; i < 300; ++i) Offer("d" + std::to_string(i), i == 130 || i == 200);
  sieve_lets_pass_ = {"d5"};

  const Settle settle = Finish();

  ASSERT_EQ(settle.settled.settlement(), v1::SETTLEMENT_DONE) << settle.settled.message();
  EXPECT_EQ(settle.settled.fix().patch_digest(), "d130");
  EXPECT_GT(batches_, 0);
  // One clean run short for d5, all of them for d130, and for no other but its rivals'.
  EXPECT_LE(runs_, 20);
}

TEST_F(FixStep, FindsRivalsAmongWhatTheSieveLetsPass) {
  for (int i = 0; i < 60; ++i) Offer("d" + std::to_string(i), i == 2 || i == 55);

  EXPECT_EQ(Finish().settled.fix().survivors_size(), 2);
}

TEST_F(FixStep, RunsEachCandidateByItselfWhereTheSieveReachesNothing) {
  sieve_is_barren_ = true;
  for (int i = 0; i < 20; ++i) Offer("d" + std::to_string(i), i == 11);

  const Settle settle = Finish();

  EXPECT_EQ(settle.settled.fix().patch_digest(), "d11");
  EXPECT_GE(runs_, 20);
}

TEST_F(FixStep, SievesNoFewCandidates) {
  for (int i = 0; i < 6; ++i) Offer("d" + std::to_string(i), i == 5);

  EXPECT_EQ(Finish().settled.fix().patch_digest(), "d5");
  EXPECT_EQ(batches_, 0);
}

TEST_F(FixStep, NamesTheRegressionTestThatTellsThePatchedTreeFromBase) {
  NeedRegressionTest();
  Offer('a', true);

  const v1::Fix fix = Finish().settled.fix();

  EXPECT_EQ(fix.patch_digest(), std::string(64, 'a'));
  EXPECT_EQ(fix.regression_patch_digest(), kTest);
  EXPECT_EQ(fix.regression_command(), "run the new test");
}

TEST_F(FixStep, NamesNoRegressionTestThatBasePassesToo) {
  NeedRegressionTest();
  Offer('a', true);
  passing_.insert(kTest);

  const v1::Fix fix = Finish().settled.fix();

  EXPECT_EQ(fix.patch_digest(), std::string(64, 'a'));
  EXPECT_EQ(fix.regression_patch_digest(), "");
  EXPECT_EQ(fix.regression_command(), "run the test");
}

TEST_F(FixStep, WritesNoRegressionTestWhereAFailingTestIsNamed) {
  NeedRegressionTest();
  brief_.symptom->add_readings()->add_failures()->set_test("test_a");
  Offer('a', true);

  EXPECT_EQ(Finish().settled.fix().regression_patch_digest(), "");
}

}  // namespace
}  // namespace inquest::steps
