#include "runtime/statistics/median.h"

#include <algorithm>
#include <cstddef>

#include "runtime/base/check.h"
#include "runtime/statistics/binomial.h"

namespace inquest::statistics {
namespace {

constexpr double kTail = 0.025;

}  // namespace

Median MedianOf(std::vector<double> values) {
  CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t count = values.size();
  Median median;
  median.value = (values[(count - 1) / 2] + values[count / 2]) / 2;
  // The median is below the (k+1)th smallest only if at most k values are.
  const int runs = static_cast<int>(count);
  int k = -1;
  while (AtMost(k + 1, runs, 0.5) <= kTail) ++k;
  if (k < 0) return median;
  const auto below = static_cast<std::size_t>(k);
  median.limits = Median::Limits{values[below], values[count - 1 - below]};
  return median;
}

}  // namespace inquest::statistics
