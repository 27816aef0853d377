#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the investigator and the sandbox for one visit of test: a control and one intervention,
// which never fails.
class TestStepControl : public testing::Test {
 protected:
  TestStepControl() {
    brief_.step = v1::STEP_TEST;
    brief_.reproduction.emplace().set_rate_lower(0.1);
    brief_.reproduction->mutable_recipe()->set_shell_command("run the test");
    v1::Hypothesis& hypothesis = brief_.hypotheses.emplace_back();
    hypothesis.set_id("h1");
    brief_.active_hypothesis = "h1";
    Predict(v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST, 0.01);
    Predict(v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST, 0);
  }

  void Predict(v1::ArmSelector arms, v1::Comparison comparison, double value) {
    v1::Predicate& predicate = *brief_.hypotheses[0].mutable_prediction()->add_if_true();
    predicate.set_arms(arms);
    predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
    predicate.set_comparison(comparison);
    predicate.set_value(value);
  }

  v1::Judgement Finish() {
    while (true) {
      Action action = steps::Test(brief_, seen_);
      if (const auto* settle = std::get_if<Settle>(&action)) return settle->settled.judgement();
      for (const v1::Effect& effect : std::get<Want>(action).effects) Do(effect);
    }
  }

  void Do(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_ask()) {
      v1::Experiment& experiment = *observation->mutable_submission()->mutable_experiment();
      experiment.set_hypothesis_id("h1");
      experiment.add_arms()->set_name("control");
      experiment.mutable_arms(0)->set_trace(true);
      experiment.add_arms()->set_name("i1");
      experiment.mutable_arms(1)->set_patch_digest(std::string(64, 'a'));
    } else {
      const bool control = effect.run().patches().empty();
      const bool fails = control && ++control_runs_ == failing_control_run_;
      v1::RunOutcome& run = *observation->mutable_run();
      run.set_oracle_answer(fails ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
      v1::PhaseOutcome& phase = *run.add_phases();
      phase.set_name("test");
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(fails ? 1 : 0);
    }
    seen_.push_back({effect.key(), 0, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  std::vector<Observed> seen_;
  int failing_control_run_ = 0;  // counted from 1; 0: none fails
  int control_runs_ = 0;
};

TEST_F(TestStepControl, GoesOnWithTheControlOfAFlakyBugUntilItFails) {
  failing_control_run_ = 31;

  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED);
  EXPECT_EQ(control_runs_, 31);
}

TEST_F(TestStepControl, GivesTheControlUpWhenItsRateSaysThatItHadToFail) {
  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  EXPECT_EQ(control_runs_, 44);  // 0.9 ^ 44 < 0.01
}

}  // namespace
}  // namespace inquest::steps
