#include "steps/test/verdict.h"

#include <cstdio>
#include <map>
#include <optional>

#include "steps/test/measurements.h"

namespace inquest::steps {
namespace {

// What a measurement says: a share as it is, a median by its limits.
struct Range {
  double lower = 0;
  double upper = 0;
};

std::optional<Range> Share(int count, int of) {
  if (of == 0) return std::nullopt;
  const double share = static_cast<double>(count) / of;
  return Range{share, share};
}

std::optional<Range> Limits(double lower, double upper) {
  if (upper <= 0) return std::nullopt;
  return Range{lower, upper};
}

using Counts = google::protobuf::Map<std::string, std::int32_t>;

std::optional<Range> ShareOfMatches(const Counts& matches, const std::string& key, int of) {
  const auto found = matches.find(key);
  return found == matches.end() ? std::nullopt : Share(found->second, of);
}

int CountOf(const Counts& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

std::optional<Range> Measured(const v1::Predicate& predicate, const v1::ArmMeasurement& arm) {
  switch (predicate.measurement()) {
    case v1::MEASUREMENT_FAILURE_RATE:
      return Share(arm.failures(), arm.runs());
    case v1::MEASUREMENT_LINE_EXECUTED_RATE:
      if (arm.runs_with_location() < 0) return std::nullopt;
      return Share(arm.runs_with_location(), arm.failures());
    case v1::MEASUREMENT_WALL_SECONDS:
      return Limits(arm.wall_seconds_lower(), arm.wall_seconds_upper());
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return Limits(arm.peak_memory_bytes_lower(), arm.peak_memory_bytes_upper());
    case v1::MEASUREMENT_OUTPUT_MATCH_RATE:
      return ShareOfMatches(arm.output_matches(), MatchKey(predicate), arm.runs());
    case v1::MEASUREMENT_VALUE_MATCH_RATE:
      return ShareOfMatches(arm.value_matches(), MatchKey(predicate),
                            CountOf(arm.value_runs(), MatchKey(predicate)));
    default:
      return std::nullopt;
  }
}

bool HoldsOn(const v1::Predicate& predicate, const v1::ArmMeasurement& arm) {
  const auto range = Measured(predicate, arm);
  if (!range.has_value()) return false;
  return predicate.comparison() == v1::COMPARISON_AT_MOST ? range->upper <= predicate.value()
                                                          : range->lower >= predicate.value();
}

bool SpeaksOf(const v1::Predicate& predicate, const v1::ArmMeasurement& arm) {
  return arm.intervention() == (predicate.arms() != v1::ARM_SELECTOR_CONTROL);
}

bool Holds(const v1::Predicate& predicate, std::span<const v1::ArmMeasurement> arms) {
  int spoken_of = 0;
  int held = 0;
  for (const v1::ArmMeasurement& arm : arms) {
    if (!SpeaksOf(predicate, arm)) continue;
    ++spoken_of;
    if (HoldsOn(predicate, arm)) ++held;
  }
  if (predicate.arms() == v1::ARM_SELECTOR_ANY_INTERVENTION) return held > 0;
  return spoken_of > 0 && held == spoken_of;
}

using Predicates = google::protobuf::RepeatedPtrField<v1::Predicate>;

bool AllHold(const Predicates& predicates, std::span<const v1::ArmMeasurement> arms) {
  for (const v1::Predicate& predicate : predicates) {
    if (!Holds(predicate, arms)) return false;
  }
  return !predicates.empty();
}

std::string Numbers(const char* what, double median, double lower, double upper, double unit,
                    const char* unit_name) {
  char text[160];
  if (upper > 0) {
    std::snprintf(text, sizeof text, ", %s %.3g %s (%.3g to %.3g)", what, median / unit, unit_name,
                  lower / unit, upper / unit);
  } else {
    std::snprintf(text, sizeof text, ", %s %.3g %s", what, median / unit, unit_name);
  }
  return text;
}

// What was measured of one arm beside how often it failed.
std::string DescribeMore(const v1::ArmMeasurement& arm) {
  constexpr double kMebibyte = 1 << 20;
  std::string text;
  if (arm.wall_seconds() > 0) {
    text += Numbers("took", arm.wall_seconds(), arm.wall_seconds_lower(), arm.wall_seconds_upper(),
                    1, "s");
  }
  if (arm.peak_memory_bytes() > 0) {
    text += Numbers("used", arm.peak_memory_bytes(), arm.peak_memory_bytes_lower(),
                    arm.peak_memory_bytes_upper(), kMebibyte, "MiB");
  }
  // In the order of their keys, which a protobuf map does not keep.
  const std::map<std::string, int> outputs(arm.output_matches().begin(),
                                           arm.output_matches().end());
  for (const auto& [pattern, count] : outputs) {
    text += ", the output of " + std::to_string(count) + " of its runs matched " + pattern;
  }
  const std::map<std::string, int> values(arm.value_matches().begin(), arm.value_matches().end());
  for (const auto& [value, count] : values) {
    text += ", " + value + " in " + std::to_string(count) + " of " +
            std::to_string(CountOf(arm.value_runs(), value)) + " failing runs";
  }
  return text;
}

std::string Describe(std::span<const v1::ArmMeasurement> arms) {
  std::string text;
  int interventions = 0;
  int quiet = 0;
  for (const v1::ArmMeasurement& arm : arms) {
    const std::string more = DescribeMore(arm);
    if (arm.intervention()) {
      ++interventions;
      if (arm.runs() > 0 && arm.failures() == 0) ++quiet;
      if (!more.empty()) text += arm.arm() + more + "; ";
      continue;
    }
    text += arm.arm() + " failed in " + std::to_string(arm.failures()) + " of " +
            std::to_string(arm.runs()) + " runs";
    if (arm.runs_with_location() >= 0) {
      text += ", the location ran in " + std::to_string(arm.runs_with_location()) + " of those";
    }
    text += more + "; ";
  }
  return text + std::to_string(quiet) + " of " + std::to_string(interventions) +
         " interventions made the failure go away";
}

std::string NameOf(v1::Measurement measurement) {
  switch (measurement) {
    case v1::MEASUREMENT_FAILURE_RATE:
      return "the failure rate";
    case v1::MEASUREMENT_LINE_EXECUTED_RATE:
      return "whether the location ran";
    case v1::MEASUREMENT_WALL_SECONDS:
      return "the wall time";
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return "the peak memory";
    case v1::MEASUREMENT_OUTPUT_MATCH_RATE:
      return "the output";
    case v1::MEASUREMENT_VALUE_MATCH_RATE:
      return "the value";
    default:
      return "an unknown measurement";
  }
}

// Predicates that could not be decided because no arm that they speak of was measured so.
std::string Missing(const v1::Prediction& prediction, std::span<const v1::ArmMeasurement> arms) {
  std::string missing;
  for (const Predicates* list : {&prediction.if_true(), &prediction.if_false()}) {
    for (const v1::Predicate& predicate : *list) {
      bool measured = false;
      for (const v1::ArmMeasurement& arm : arms) {
        measured = measured || (SpeaksOf(predicate, arm) && Measured(predicate, arm).has_value());
      }
      const std::string name = NameOf(predicate.measurement());
      if (measured || missing.find(name) != std::string::npos) continue;
      missing += (missing.empty() ? "; not measured: " : ", ") + name;
    }
  }
  return missing;
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
  if (!if_true && !if_false) verdict.reason += Missing(prediction, measurements);
  return verdict;
}

}  // namespace inquest::steps
