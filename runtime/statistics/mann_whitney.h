#pragma once

#include <span>

// Whether one of two samples is larger, whatever their distributions are. Pure.
namespace inquest::statistics {

struct Larger {
  // Of the one-sided Mann-Whitney test (H. B. Mann, D. R. Whitney, Annals of Mathematical
  // Statistics 18, 1947): how likely values of the first sample come out so much above those of the
  // second if both are drawn alike. Exact where no two values are equal and both samples are small,
  // else by the normal approximation with corrections for ties and continuity.
  double p_value = 1;
  // Probability that a value of the first is above one of the second, ties counting half (A.
  // Vargha, H. D. Delaney, Journal of Educational and Behavioral Statistics 25, 2000): 0.5 says
  // nothing.
  double effect_size = 0.5;
};

// Either sample may be empty: nothing is known then.
Larger IsLarger(std::span<const double> first, std::span<const double> second);

}  // namespace inquest::statistics
