#include <gtest/gtest.h>

#include <string>

#include "steps/hypothesize/gate.h"

namespace inquest::steps {
namespace {

v1::Predicate Predicate(v1::Measurement measurement, double value) {
  v1::Predicate predicate;
  predicate.set_arms(v1::ARM_SELECTOR_CONTROL);
  predicate.set_measurement(measurement);
  predicate.set_comparison(v1::COMPARISON_AT_LEAST);
  predicate.set_value(value);
  return predicate;
}

// What the gate says of a hypothesis with this prediction: the reason's last words, or nothing.
std::string Refusal(const v1::Predicate& predicate) {
  v1::Submission submission;
  v1::Hypothesis& hypothesis = *submission.add_hypotheses();
  hypothesis.set_mechanism("the rate is read once");
  hypothesis.mutable_location()->set_path("a.py");
  hypothesis.mutable_location()->set_first_line(1);
  hypothesis.mutable_location()->set_last_line(1);
  hypothesis.add_citations()->set_quote("x");
  *hypothesis.mutable_prediction()->add_if_true() = predicate;
  *hypothesis.mutable_prediction()->add_if_false() = predicate;
  const auto defects = HypothesizeGate({}, submission);
  if (defects.empty()) return "";
  EXPECT_EQ(defects[0].reason(), "PREDICTION_MISSING");
  return defects[0].message().substr(defects[0].message().rfind("; ") + 2);
}

TEST(HypothesizeGate, TakesTimesAndSizesAboveOne) {
  EXPECT_EQ(Refusal(Predicate(v1::MEASUREMENT_WALL_SECONDS, 2.5)), "");
  EXPECT_EQ(Refusal(Predicate(v1::MEASUREMENT_PEAK_MEMORY_BYTES, 1e9)), "");
  EXPECT_EQ(Refusal(Predicate(v1::MEASUREMENT_WALL_SECONDS, 0)),
            "a time or a size is compared with more than 0");
}

TEST(HypothesizeGate, TakesSharesFromZeroToOne) {
  EXPECT_EQ(Refusal(Predicate(v1::MEASUREMENT_FAILURE_RATE, 1)), "");
  EXPECT_EQ(Refusal(Predicate(v1::MEASUREMENT_FAILURE_RATE, 1.1)),
            "a share is compared with a value in 0..1");
}

TEST(HypothesizeGate, WantsAPatternForOutputAndAnExpressionForValues) {
  v1::Predicate predicate = Predicate(v1::MEASUREMENT_OUTPUT_MATCH_RATE, 1);
  EXPECT_EQ(Refusal(predicate), "what matches is a pattern");
  predicate.set_matches("x");
  EXPECT_EQ(Refusal(predicate), "");
  predicate.set_measurement(v1::MEASUREMENT_VALUE_MATCH_RATE);
  EXPECT_EQ(Refusal(predicate), "a value is that of an expression");
  predicate.set_expression("total");
  EXPECT_EQ(Refusal(predicate), "");
}

TEST(HypothesizeGate, LooksAtValuesInTheControlOnly) {
  v1::Predicate predicate = Predicate(v1::MEASUREMENT_VALUE_MATCH_RATE, 1);
  predicate.set_matches("x");
  predicate.set_expression("total");
  predicate.set_arms(v1::ARM_SELECTOR_ANY_INTERVENTION);

  EXPECT_EQ(Refusal(predicate),
            "values are looked at in the control: an intervention moves the lines");
}

}  // namespace
}  // namespace inquest::steps
