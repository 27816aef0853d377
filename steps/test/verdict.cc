#include "steps/test/verdict.h"

#include <optional>

namespace inquest::steps {
namespace {

std::optional<double> Value(const v1::ArmMeasurement& arm, v1::Measurement measurement) {
  switch (measurement) {
    case v1::MEASUREMENT_FAILURE_RATE:
      if (arm.runs() == 0) return std::nullopt;
      return static_cast<double>(arm.failures()) / arm.runs();
    case v1::MEASUREMENT_LINE_EXECUTED_RATE:
      if (arm.failures() == 0 || arm.runs_with_location() < 0) return std::nullopt;
      return static_cast<double>(arm.runs_with_location()) / arm.failures();
    default:
      return std::nullopt;
  }
}

bool HoldsOn(const v1::Predicate& predicate, const v1::ArmMeasurement& arm) {
  const auto value = Value(arm, predicate.measurement());
  if (!value.has_value()) return false;
  return predicate.comparison() == v1::COMPARISON_AT_MOST ? *value <= predicate.value()
                                                          : *value >= predicate.value();
}

bool Holds(const v1::Predicate& predicate, std::span<const v1::ArmMeasurement> arms) {
  int spoken_of = 0;
  int held = 0;
  const bool wants_control = predicate.arms() == v1::ARM_SELECTOR_CONTROL;
  for (const v1::ArmMeasurement& arm : arms) {
    if (arm.intervention() == wants_control) continue;
    ++spoken_of;
    if (HoldsOn(predicate, arm)) ++held;
  }
  if (predicate.arms() == v1::ARM_SELECTOR_ANY_INTERVENTION) return held > 0;
  return spoken_of > 0 && held == spoken_of;
}

bool AllHold(const google::protobuf::RepeatedPtrField<v1::Predicate>& predicates,
             std::span<const v1::ArmMeasurement> arms) {
  for (const v1::Predicate& predicate : predicates) {
    if (!Holds(predicate, arms)) return false;
  }
  return !predicates.empty();
}

std::string Describe(std::span<const v1::ArmMeasurement> arms) {
  std::string text;
  int interventions = 0;
  int quiet = 0;
  for (const v1::ArmMeasurement& arm : arms) {
    if (arm.intervention()) {
      ++interventions;
      if (arm.runs() > 0 && arm.failures() == 0) ++quiet;
      continue;
    }
    text += arm.arm() + " failed in " + std::to_string(arm.failures()) + " of " +
            std::to_string(arm.runs()) + " runs";
    if (arm.runs_with_location() >= 0) {
      text += ", the location ran in " + std::to_string(arm.runs_with_location()) + " of those";
    }
    text += "; ";
  }
  return text + std::to_string(quiet) + " of " + std::to_string(interventions) +
         " interventions made the failure go away";
}

}  // namespace

Verdict Judge(const v1::Prediction& prediction, std::span<const v1::ArmMeasurement> measurements) {
  Verdict verdict;
  verdict.reason = Describe(measurements);
  for (const v1::ArmMeasurement& arm : measurements) {
    if (!arm.intervention() && arm.failures() > 0 && arm.runs_with_location() == 0) {
      verdict.status = v1::HYPOTHESIS_STATUS_REFUTED;
      return verdict;
    }
  }
  const bool if_true = AllHold(prediction.if_true(), measurements);
  const bool if_false = AllHold(prediction.if_false(), measurements);
  if (if_true && !if_false) verdict.status = v1::HYPOTHESIS_STATUS_SUPPORTED;
  if (if_false && !if_true) verdict.status = v1::HYPOTHESIS_STATUS_REFUTED;
  return verdict;
}

}  // namespace inquest::steps
