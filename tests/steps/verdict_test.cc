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

}  // namespace
}  // namespace inquest::steps
