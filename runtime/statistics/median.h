#pragma once

#include <optional>
#include <vector>

// The middle of a measurement with noise, whose distribution nobody knows. Pure.
namespace inquest::statistics {

// Fewer values than this say nothing about where the median is: even all of them on one side of it
// are luck more often than one time in 20 (two-sided).
inline constexpr int kFewestForLimits = 6;

struct Median {
  double value = 0;
  // 95 % limits by order statistics: the sign test turned round (W. R. Thompson, Annals of
  // Mathematical Statistics 7, 1936). At or below `lower`, and at or above `upper`, the median is
  // with a probability of at most 0.025 each. Unset: too few values.
  struct Limits {
    double lower = 0;
    double upper = 0;
  };
  std::optional<Limits> limits;
};

// `values` is not empty.
Median MedianOf(std::vector<double> values);

}  // namespace inquest::statistics
