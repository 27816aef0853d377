#include "runtime/statistics/binomial.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inquest::statistics {
namespace {

constexpr double kTail = 0.05;
constexpr int kBisections = 60;

double Probability(int count, int runs, double rate) {
  if (rate <= 0) return count == 0 ? 1 : 0;
  if (rate >= 1) return count == runs ? 1 : 0;
  const double log_choose =
      std::lgamma(runs + 1.0) - std::lgamma(count + 1.0) - std::lgamma(runs - count + 1.0);
  return std::exp(log_choose + count * std::log(rate) + (runs - count) * std::log1p(-rate));
}

}  // namespace

double AtLeast(int count, int runs, double rate) {
  double sum = 0;
  for (int k = std::max(count, 0); k <= runs; ++k) sum += Probability(k, runs, rate);
  return std::min(1.0, sum);
}

double AtMost(int count, int runs, double rate) {
  double sum = 0;
  for (int k = 0; k <= std::min(count, runs); ++k) sum += Probability(k, runs, rate);
  return std::min(1.0, sum);
}

double RateLower(int count, int runs) {
  if (count <= 0 || runs <= 0) return 0;
  double low = 0;
  double high = 1;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (AtLeast(count, runs, middle) < kTail ? low : high) = middle;
  }
  return low;
}

double RateUpper(int count, int runs) {
  if (runs <= 0 || count >= runs) return 1;
  return 1 - RateLower(runs - count, runs);
}

int RunsRequired(double alpha, int candidates, double rate_lower) {
  constexpr int kUnbounded = std::numeric_limits<int>::max();
  if (rate_lower <= 0) return kUnbounded;
  if (rate_lower >= 1) return kFewestRuns;
  const double wanted = std::log(alpha / std::max(1, candidates)) / std::log1p(-rate_lower);
  return static_cast<int>(std::clamp(std::ceil(wanted), static_cast<double>(kFewestRuns),
                                     static_cast<double>(kUnbounded)));
}

}  // namespace inquest::statistics
