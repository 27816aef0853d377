#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the investigator and the sandbox for one visit of test.
class TestStep : public testing::Test {
 protected:
  TestStep() {
    brief_.step = v1::STEP_TEST;
    brief_.symptom.emplace().mutable_typical_wall_time()->set_nanos(500'000'000);
    brief_.reproduction.emplace().set_rate_lower(0.74);
    brief_.reproduction->mutable_recipe()->set_shell_command("run the test");
    brief_.reproduction->mutable_recipe()->mutable_oracle()->set_any_failure(true);
    v1::Hypothesis& hypothesis = brief_.hypotheses.emplace_back();
    hypothesis.set_id("h1");
    v1::Predicate& predicate = *hypothesis.mutable_prediction()->add_if_true();
    predicate.set_arms(v1::ARM_SELECTOR_ANY_INTERVENTION);
    predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
    predicate.set_comparison(v1::COMPARISON_AT_MOST);
    brief_.active_hypothesis = "h1";
    v1::Experiment& experiment = *submission_.mutable_experiment();
    experiment.set_hypothesis_id("h1");
    experiment.add_arms()->set_name("control");
    experiment.mutable_arms(0)->set_trace(true);
  }

  void Intervene(int count) {
    for (int i = 0; i < count; ++i) {
      v1::Arm& arm = *submission_.mutable_experiment()->add_arms();
      arm.set_name("a" + std::to_string(i));
      arm.set_patch_digest("p" + std::to_string(i));
    }
  }

  v1::Judgement Finish() {
    while (true) {
      Action action = steps::Test(brief_, seen_);
      if (auto* settle = std::get_if<Settle>(&action)) return settle->settled.judgement();
      for (const v1::Effect& effect : std::get<Want>(action).effects) Do(effect);
    }
  }

  void Do(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    const auto id = static_cast<std::int64_t>(seen_.size() + 1);
    if (effect.has_ask()) {
      *observation->mutable_submission() = submission_;
    } else if (effect.run().has_trial_plan()) {
      batches_.insert(id);
      for (int i = 0; i < effect.run().trial_plan().trials_size() && !sieve_is_barren_; ++i) {
        const auto& digest = effect.run().trial_plan().trials(i).patches(0).digest();
        v1::TrialOutcome& trial = *observation->mutable_run()->add_trials();
        trial.set_trial(i);
        trial.set_result(passing_.contains(digest) ? v1::TrialOutcome::RESULT_PASSED
                                                   : v1::TrialOutcome::RESULT_FAILED_OTHERWISE);
      }
    } else {
      ++runs_;
      const bool base = effect.run().patches().empty();
      const bool clean = !base && passing_.contains(effect.run().patches(0).digest()) &&
                         effect.run().patches(0).digest() != false_pass_;
      v1::RunOutcome& run = *observation->mutable_run();
      run.set_oracle_answer(clean ? v1::ORACLE_ANSWER_CLEAN : v1::ORACLE_ANSWER_BUG_SHOWS);
      run.add_phases()->set_ending(v1::ENDING_EXITED);
    }
    seen_.push_back({effect.key(), id, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  v1::Submission submission_;
  std::set<std::string> passing_;
  std::string false_pass_;
  bool sieve_is_barren_ = false;
  std::vector<Observed> seen_;
  std::set<std::int64_t> batches_;
  int runs_ = 0;
};

TEST_F(TestStep, AnArmThatFellInTheSieveIsMeasuredAsFailingByItsBatch) {
  Intervene(40);
  passing_ = {"p7", "p8"};
  false_pass_ = "p8";

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED) << judgement.reason();
  ASSERT_EQ(judgement.measurements_size(), 41);
  const v1::ArmMeasurement& fell = judgement.measurements(1);
  EXPECT_EQ(fell.arm(), "a0");
  EXPECT_TRUE(fell.intervention());
  EXPECT_EQ(fell.runs(), 1);
  EXPECT_EQ(fell.failures(), 1);
  ASSERT_EQ(fell.effect_ids_size(), 1);
  EXPECT_TRUE(batches_.contains(fell.effect_ids(0)));
  const v1::ArmMeasurement& passed = judgement.measurements(8);
  EXPECT_EQ(passed.failures(), 0);
  EXPECT_GE(passed.runs(), 3);
  EXPECT_FALSE(batches_.contains(passed.effect_ids(0)));
  // Its own run decides, not the sieve.
  EXPECT_EQ(judgement.measurements(9).failures(), 1);
  ASSERT_EQ(judgement.effective_patches_size(), 1);
  EXPECT_EQ(judgement.effective_patches(0), "p7");
}

TEST_F(TestStep, ArmsThatNoBatchReachedAreRunByThemselves) {
  sieve_is_barren_ = true;
  Intervene(12);
  passing_ = {"p11"};

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.effective_patches_size(), 1);
  EXPECT_GE(runs_, 12);
}

TEST_F(TestStep, AFewArmsAreRunByThemselves) {
  Intervene(6);

  Finish();

  EXPECT_TRUE(batches_.empty());
}

}  // namespace
}  // namespace inquest::steps
