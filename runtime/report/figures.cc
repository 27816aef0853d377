#include "runtime/report/figures.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "runtime/base/visible_text.h"

namespace inquest::report {
namespace {

constexpr std::size_t kLineMax = 400;
constexpr std::size_t kNameMax = 60;
constexpr double kSmallestShown = 0.0005;

std::string Format(const char* format, double value, const char* unit) {
  std::array<char, 48> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, value, unit);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string MeasurementWords(const v1::Predicate& predicate) {
  switch (predicate.measurement()) {
    case v1::MEASUREMENT_FAILURE_RATE:
      return "failure rate";
    case v1::MEASUREMENT_LINE_EXECUTED_RATE:
      return "share of failing runs that run the location";
    case v1::MEASUREMENT_WALL_SECONDS:
      return "median wall time";
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return "median peak memory";
    case v1::MEASUREMENT_OUTPUT_MATCH_RATE:
      return "share of runs whose output matches " + OneLine(predicate.matches(), kNameMax);
    case v1::MEASUREMENT_VALUE_MATCH_RATE:
      return "share of failing runs in which " + OneLine(predicate.expression(), kNameMax) +
             " matches " + OneLine(predicate.matches(), kNameMax);
    default:
      return "an unknown measurement";
  }
}

std::string ValueWords(const v1::Predicate& predicate) {
  switch (predicate.measurement()) {
    case v1::MEASUREMENT_WALL_SECONDS:
      return Format("%.10g%s", predicate.value(), " s");
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return Format("%.10g%s", predicate.value(), " bytes");
    default:
      return Percent(predicate.value());
  }
}

std::string PredicateWords(const v1::Predicate& predicate) {
  const std::string arms = predicate.arms() == v1::ARM_SELECTOR_CONTROL ? " of the control"
                           : predicate.arms() == v1::ARM_SELECTOR_ANY_INTERVENTION
                               ? " of some intervention"
                               : " of every intervention";
  const bool most = predicate.comparison() == v1::COMPARISON_AT_MOST;
  const bool any = !most && predicate.value() > 0 && predicate.value() < kSmallestShown;
  if (any) return MeasurementWords(predicate) + arms + " above 0 %";
  return MeasurementWords(predicate) + arms + (most ? " at most " : " at least ") +
         ValueWords(predicate);
}

}  // namespace

std::string ShowDuration(std::chrono::milliseconds duration) {
  const std::int64_t ms = std::max<std::int64_t>(duration.count(), 0);
  if (ms < 60'000) return Format("%.1f%s", static_cast<double>(ms) / 1000.0, "s");
  const bool hours = ms >= 3'600'000;
  const std::int64_t large = ms / (hours ? 3'600'000 : 60'000);
  const std::int64_t small = hours ? ms / 60'000 % 60 : ms / 1'000 % 60;
  const std::string two = (small < 10 ? "0" : "") + std::to_string(small);
  return std::to_string(large) + (hours ? "h" : "m") + two + (hours ? "m" : "s");
}

std::string ShowBytes(std::int64_t bytes) {
  constexpr std::array<const char*, 4> kSuffixes{"", "K", "M", "G"};
  double value = static_cast<double>(bytes);
  std::size_t index = 0;
  while (value >= 1024 && index + 1 < kSuffixes.size()) {
    value /= 1024;
    ++index;
  }
  return Format(index == 0 || value >= 10 ? "%.0f%s" : "%.1f%s", value, kSuffixes[index]);
}

std::string Percent(double share) { return Format("%.1f%s", share * 100, " %"); }

std::string RateWords(const v1::Reproduction& reproduction) {
  return std::to_string(reproduction.failures()) + " of " + std::to_string(reproduction.runs()) +
         " runs failed (95 % limits " + Percent(reproduction.rate_lower()) + " to " +
         Percent(reproduction.rate_upper()) + ")";
}

std::string PlaceWords(const v1::Location& location) {
  if (location.path().empty()) return {};
  std::string place = location.path() + ":" + std::to_string(location.first_line());
  if (!location.function().empty()) place += " (" + location.function() + ")";
  return OneLine(place, kLineMax);
}

std::string PredictionWords(const google::protobuf::RepeatedPtrField<v1::Predicate>& predicates) {
  std::string words;
  for (const v1::Predicate& predicate : predicates) {
    words += (words.empty() ? "" : " and ") + PredicateWords(predicate);
  }
  return words;
}

}  // namespace inquest::report
