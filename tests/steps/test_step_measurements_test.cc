#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the investigator, the sandbox and the readers for one visit of test: a control that fails
// and one intervention that does not, with a registered prediction over more than failures.
class TestStepMeasurements : public testing::Test {
 protected:
  TestStepMeasurements() {
    brief_.step = v1::STEP_TEST;
    brief_.acquired.set_values_instrument("python-values");
    brief_.reproduction.emplace().set_rate_lower(0.74);
    brief_.reproduction->mutable_recipe()->set_shell_command("run the test");
    v1::Hypothesis& hypothesis = brief_.hypotheses.emplace_back();
    hypothesis.set_id("h1");
    hypothesis.mutable_location()->set_path("shop/price.py");
    hypothesis.mutable_location()->set_first_line(7);
    hypothesis.mutable_location()->set_last_line(8);
    brief_.active_hypothesis = "h1";
  }

  // True at this comparison, false at the other one.
  v1::Predicate& Predict(v1::Measurement measurement, v1::ArmSelector arms,
                         v1::Comparison comparison, double value) {
    v1::Predicate& predicate = *brief_.hypotheses[0].mutable_prediction()->add_if_true();
    predicate.set_arms(arms);
    predicate.set_measurement(measurement);
    predicate.set_comparison(comparison);
    predicate.set_value(value);
    return predicate;
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
    const auto id = static_cast<std::int64_t>(seen_.size() + 1);
    if (effect.has_ask()) {
      v1::Experiment& experiment = *observation->mutable_submission()->mutable_experiment();
      experiment.set_hypothesis_id("h1");
      experiment.add_arms()->set_name("control");
      experiment.mutable_arms(0)->set_trace(true);
      experiment.add_arms()->set_name("i1");
      experiment.mutable_arms(1)->set_patch_digest(std::string(64, 'a'));
    } else if (effect.has_analyse()) {
      Match(effect.analyse().match_runs(), *observation->mutable_analysis());
    } else {
      Run(effect, *observation->mutable_run());
    }
    keys_.push_back(effect.key());
    seen_.push_back({effect.key(), id, std::make_shared<v1::Effect>(effect), observation});
  }

  void Run(const v1::Effect& effect, v1::RunOutcome& run) {
    const bool control = effect.run().patches().empty();
    run.set_oracle_answer(control ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
    v1::PhaseOutcome& phase = *run.add_phases();
    phase.set_name("test");
    phase.set_ending(v1::ENDING_EXITED);
    phase.set_exit_code(control ? 1 : 0);
    phase.mutable_wall_time()->set_seconds(control ? 3 : 1);
    // Noise, and a first run that is slower than all others.
    phase.mutable_wall_time()->set_nanos(static_cast<int>(seen_.size()) * 1'000'000);
    if (effect.key().ends_with("/0")) phase.mutable_wall_time()->set_seconds(60);
    if (has_memory_) phase.set_peak_memory_bytes(control ? 90'000'000 : 10'000'000);
  }

  void Match(const v1::MatchRuns& work, v1::Analysis& analysis) {
    matched_.push_back(work);
    for (const v1::RunOfEffect& run : work.runs()) {
      const bool failed = run.outcome().oracle_answer() == v1::ORACLE_ANSWER_BUG_SHOWS;
      if (unknown_) {
        analysis.add_unknown_in(run.effect_id());
      } else if (failed) {
        analysis.add_matched_in(run.effect_id());
      }
    }
  }

  int CountKeys(const std::string& prefix) const {
    int count = 0;
    for (const std::string& key : keys_) count += key.starts_with(prefix) ? 1 : 0;
    return count;
  }

  Brief brief_;
  std::vector<Observed> seen_;
  std::vector<std::string> keys_;
  std::vector<v1::MatchRuns> matched_;
  bool has_memory_ = true;
  bool unknown_ = false;
};

TEST_F(TestStepMeasurements, TimesNineRunsOfEachArmInTurn) {
  Predict(v1::MEASUREMENT_WALL_SECONDS, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST, 2.5);
  Predict(v1::MEASUREMENT_WALL_SECONDS, v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST,
          1.5);

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED) << judgement.reason();
  EXPECT_EQ(CountKeys("timed/control/"), 9);
  EXPECT_EQ(CountKeys("timed/i1/"), 9);
  std::vector<std::string> timed;
  for (const std::string& key : keys_) {
    if (key.starts_with("timed/")) timed.push_back(key);
  }
  EXPECT_EQ(timed[0], "timed/control/0");
  EXPECT_EQ(timed[1], "timed/i1/0");
  EXPECT_EQ(timed[2], "timed/control/1");
  // The outlier of 60 s is outside of the limits.
  EXPECT_LT(judgement.measurements(0).wall_seconds_upper(), 4);
}

TEST_F(TestStepMeasurements, TimesOnlyTheArmsThatAreSpokenOf) {
  Predict(v1::MEASUREMENT_PEAK_MEMORY_BYTES, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST,
          80'000'000);

  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED);
  EXPECT_EQ(CountKeys("timed/i1/"), 0);
}

TEST_F(TestStepMeasurements, IsInconclusiveWhereMemoryIsNotRecorded) {
  has_memory_ = false;
  Predict(v1::MEASUREMENT_PEAK_MEMORY_BYTES, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST,
          80'000'000);

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.verdict(), v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  EXPECT_TRUE(judgement.reason().ends_with("not measured: the peak memory")) << judgement.reason();
}

TEST_F(TestStepMeasurements, MatchesTheOutputOfEveryArm) {
  Predict(v1::MEASUREMENT_OUTPUT_MATCH_RATE, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST, 1)
      .set_matches("KeyError");
  Predict(v1::MEASUREMENT_OUTPUT_MATCH_RATE, v1::ARM_SELECTOR_EVERY_INTERVENTION,
          v1::COMPARISON_AT_MOST, 0)
      .set_matches("KeyError");

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED) << judgement.reason();
  ASSERT_EQ(matched_.size(), 1U);
  EXPECT_EQ(matched_[0].matches(), "KeyError");
  EXPECT_TRUE(matched_[0].expression().empty());
  EXPECT_EQ(judgement.measurements(0).output_matches().at("KeyError"), 2);
  EXPECT_EQ(judgement.measurements(1).output_matches().at("KeyError"), 0);
}

TEST_F(TestStepMeasurements, RecordsTheValueAtTheLocationInRunsOfItsOwn) {
  v1::Predicate& predicate = Predict(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::ARM_SELECTOR_CONTROL,
                                     v1::COMPARISON_AT_LEAST, 1);
  predicate.set_matches("^-");
  predicate.set_expression("order.total");

  const v1::Judgement judgement = Finish();

  EXPECT_EQ(judgement.verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED) << judgement.reason();
  EXPECT_EQ(judgement.measurements(0).value_matches().at("order.total =~ ^-"), 2);
  EXPECT_EQ(judgement.measurements(0).value_runs().at("order.total =~ ^-"), 2);
  for (const Observed& seen : seen_) {
    if (seen.key != "value/0/0") continue;
    EXPECT_EQ(seen.effect->run().instrument(), "python-values");
    const auto& environment = seen.effect->run().environment();
    EXPECT_EQ(environment.at("INQUEST_VALUE_PATH"), "shop/price.py");
    EXPECT_EQ(environment.at("INQUEST_VALUE_FIRST_LINE"), "7");
    EXPECT_EQ(environment.at("INQUEST_VALUE_LAST_LINE"), "8");
    EXPECT_EQ(environment.at("INQUEST_VALUE_EXPRESSION"), "order.total");
  }
}

TEST_F(TestStepMeasurements, IsInconclusiveWhereNoInstrumentRecordsValues) {
  v1::Predicate& predicate = Predict(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::ARM_SELECTOR_CONTROL,
                                     v1::COMPARISON_AT_LEAST, 1);
  predicate.set_matches("^-");
  predicate.set_expression("order.total");
  brief_.acquired.clear_values_instrument();

  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  EXPECT_EQ(CountKeys("value/"), 0);
}

TEST_F(TestStepMeasurements, IsInconclusiveWhereTheInstrumentLeftNothing) {
  v1::Predicate& predicate = Predict(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::ARM_SELECTOR_CONTROL,
                                     v1::COMPARISON_AT_LEAST, 1);
  predicate.set_matches("^-");
  predicate.set_expression("order.total");
  unknown_ = true;

  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

TEST_F(TestStepMeasurements, RunsNothingMoreForAPredictionOverFailures) {
  Predict(v1::MEASUREMENT_FAILURE_RATE, v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST,
          0);

  EXPECT_EQ(Finish().verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED);
  EXPECT_EQ(CountKeys("timed/") + CountKeys("output/") + CountKeys("value/"), 0);
}

}  // namespace
}  // namespace inquest::steps
