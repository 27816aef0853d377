#include "steps/test/verdict.h"

#include <gtest/gtest.h>

#include <vector>

namespace inquest::steps {
namespace {

v1::Predicate Rate(v1::ArmSelector arms, v1::Comparison comparison, double value) {
  v1::Predicate predicate;
  predicate.set_arms(arms);
  predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  predicate.set_comparison(comparison);
  predicate.set_value(value);
  return predicate;
}

v1::Prediction Registered() {
  v1::Prediction prediction;
  *prediction.add_if_true() = Rate(v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST, 0);
  *prediction.add_if_false() =
      Rate(v1::ARM_SELECTOR_EVERY_INTERVENTION, v1::COMPARISON_AT_LEAST, 0.5);
  return prediction;
}

v1::ArmMeasurement Arm(const char* name, bool intervention, int runs, int failures,
                       int with_location = -1) {
  v1::ArmMeasurement arm;
  arm.set_arm(name);
  arm.set_intervention(intervention);
  arm.set_runs(runs);
  arm.set_failures(failures);
  arm.set_runs_with_location(with_location);
  return arm;
}

TEST(Judge, SupportsWhenOneInterventionRemovesTheFailure) {
  const std::vector measured = {Arm("control", false, 2, 2, 2), Arm("a", true, 1, 1),
                                Arm("b", true, 4, 0)};

  EXPECT_EQ(Judge(Registered(), measured).status, v1::HYPOTHESIS_STATUS_SUPPORTED);
}

TEST(Judge, RefutesWhenEveryInterventionStillFails) {
  const std::vector measured = {Arm("control", false, 2, 2, 2), Arm("a", true, 1, 1)};

  EXPECT_EQ(Judge(Registered(), measured).status, v1::HYPOTHESIS_STATUS_REFUTED);
}

TEST(Judge, RefutesAPlaceThatNoFailingRunExecuted) {
  const std::vector measured = {Arm("control", false, 2, 2, 0), Arm("a", true, 4, 0)};

  EXPECT_EQ(Judge(Registered(), measured).status, v1::HYPOTHESIS_STATUS_REFUTED);
}

TEST(Judge, IsInconclusiveWhenNeitherSideHolds) {
  const std::vector measured = {Arm("control", false, 2, 2), Arm("a", true, 10, 3)};

  EXPECT_EQ(Judge(Registered(), measured).status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

TEST(Judge, TakesNothingThatWasNotMeasured) {
  EXPECT_EQ(Judge(Registered(), {}).status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

v1::Predicate About(v1::Measurement measurement, v1::ArmSelector arms, v1::Comparison comparison,
                    double value) {
  v1::Predicate predicate = Rate(arms, comparison, value);
  predicate.set_measurement(measurement);
  return predicate;
}

// True: the control takes at least two seconds. False: at most one and a half.
v1::Prediction Slow() {
  v1::Prediction prediction;
  *prediction.add_if_true() =
      About(v1::MEASUREMENT_WALL_SECONDS, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST, 2);
  *prediction.add_if_false() =
      About(v1::MEASUREMENT_WALL_SECONDS, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_MOST, 1.5);
  return prediction;
}

v1::ArmMeasurement Timed(double lower, double median, double upper) {
  v1::ArmMeasurement arm = Arm("control", false, 2, 2, 2);
  arm.set_wall_seconds(median);
  arm.set_wall_seconds_lower(lower);
  arm.set_wall_seconds_upper(upper);
  return arm;
}

TEST(Judge, TakesAMedianTimeByItsLimits) {
  EXPECT_EQ(Judge(Slow(), std::vector{Timed(2.1, 2.4, 2.9)}).status,
            v1::HYPOTHESIS_STATUS_SUPPORTED);
  EXPECT_EQ(Judge(Slow(), std::vector{Timed(1.1, 1.2, 1.4)}).status, v1::HYPOTHESIS_STATUS_REFUTED);
}

TEST(Judge, LeavesATimeOpenWhoseLimitsReachAcrossTheValue) {
  EXPECT_EQ(Judge(Slow(), std::vector{Timed(1.9, 2.4, 2.9)}).status,
            v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

TEST(Judge, LeavesATimeOpenThatTooFewRunsMeasured) {
  EXPECT_EQ(Judge(Slow(), std::vector{Timed(0, 2.4, 0)}).status,
            v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

TEST(Judge, SaysWhichMeasurementIsMissing) {
  const Verdict verdict = Judge(Slow(), std::vector{Arm("control", false, 2, 2, 2)});

  EXPECT_EQ(verdict.status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  EXPECT_TRUE(verdict.reason.ends_with("; not measured: the wall time")) << verdict.reason;
}

TEST(Judge, ComparesPeakMemoryOfInterventions) {
  v1::Prediction prediction;
  *prediction.add_if_true() =
      About(v1::MEASUREMENT_PEAK_MEMORY_BYTES, v1::ARM_SELECTOR_ANY_INTERVENTION,
            v1::COMPARISON_AT_MOST, 20'000'000);
  *prediction.add_if_false() =
      About(v1::MEASUREMENT_PEAK_MEMORY_BYTES, v1::ARM_SELECTOR_EVERY_INTERVENTION,
            v1::COMPARISON_AT_LEAST, 30'000'000);
  std::vector arms = {Arm("control", false, 2, 2, 2), Arm("a", true, 4, 0), Arm("b", true, 1, 1)};
  for (v1::ArmMeasurement& arm : arms) {
    arm.set_peak_memory_bytes_lower(40'000'000);
    arm.set_peak_memory_bytes_upper(50'000'000);
  }

  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_REFUTED);
  arms[1].set_peak_memory_bytes_lower(11'000'000);
  arms[1].set_peak_memory_bytes_upper(12'000'000);
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_SUPPORTED);
  arms[1].clear_peak_memory_bytes_upper();
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
}

TEST(Judge, ComparesTheShareOfRunsWhoseOutputMatched) {
  v1::Prediction prediction;
  *prediction.add_if_true() = About(v1::MEASUREMENT_OUTPUT_MATCH_RATE, v1::ARM_SELECTOR_CONTROL,
                                    v1::COMPARISON_AT_LEAST, 0.5);
  prediction.mutable_if_true(0)->set_matches("total: -");
  *prediction.add_if_false() =
      About(v1::MEASUREMENT_OUTPUT_MATCH_RATE, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_MOST, 0);
  prediction.mutable_if_false(0)->set_matches("total: -");
  std::vector arms = {Arm("control", false, 4, 3, 3)};

  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  (*arms[0].mutable_output_matches())["total: -"] = 2;
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_SUPPORTED);
  (*arms[0].mutable_output_matches())["total: -"] = 1;
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_INCONCLUSIVE);
  (*arms[0].mutable_output_matches())["total: -"] = 0;
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_REFUTED);
}

TEST(Judge, ComparesTheShareOfFailingRunsWhoseValueMatched) {
  v1::Prediction prediction;
  *prediction.add_if_true() =
      About(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::ARM_SELECTOR_CONTROL, v1::COMPARISON_AT_LEAST, 1);
  prediction.mutable_if_true(0)->set_matches("^2$");
  prediction.mutable_if_true(0)->set_expression("rate");
  *prediction.add_if_false() = prediction.if_true(0);
  prediction.mutable_if_false(0)->set_comparison(v1::COMPARISON_AT_MOST);
  prediction.mutable_if_false(0)->set_value(0);
  std::vector arms = {Arm("control", false, 9, 9, 9)};

  EXPECT_TRUE(Judge(prediction, arms).reason.ends_with("; not measured: the value"));
  (*arms[0].mutable_value_runs())["rate =~ ^2$"] = 2;
  (*arms[0].mutable_value_matches())["rate =~ ^2$"] = 2;
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_SUPPORTED);
  (*arms[0].mutable_value_matches())["rate =~ ^2$"] = 0;
  EXPECT_EQ(Judge(prediction, arms).status, v1::HYPOTHESIS_STATUS_REFUTED);
}

}  // namespace
}  // namespace inquest::steps
