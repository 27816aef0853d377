#include "runtime/statistics/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace inquest::statistics {
namespace {

// Above this many values in a sample the approximation is as good.
constexpr std::size_t kExactMost = 30;

// P(U >= u) where all orders of m + n different values are as likely: the number of orders by U is
// the Gaussian binomial coefficient's polynomial, the product of (1 - x^(n+i)) / (1 - x^i), i
// = 1..m.
double ExactTail(double u, std::size_t m, std::size_t n) {
  const std::size_t most = m * n;
  std::vector<double> orders(most + 1, 0);
  orders[0] = 1;
  for (std::size_t i = 1; i <= m; ++i) {
    for (std::size_t at = most; at >= n + i; --at) orders[at] -= orders[at - n - i];
    for (std::size_t at = i; at <= most; ++at) orders[at] += orders[at - i];
  }
  double all = 0;
  double tail = 0;
  for (std::size_t at = 0; at <= most; ++at) {
    all += orders[at];
    if (static_cast<double>(at) >= u) tail += orders[at];
  }
  return tail / all;
}

// The sum of t^3 - t over groups of t equal values.
double Ties(std::span<const double> first, std::span<const double> second) {
  std::vector<double> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  std::sort(all.begin(), all.end());
  double ties = 0;
  for (std::size_t at = 0; at < all.size();) {
    std::size_t end = at;
    while (end < all.size() && all[end] == all[at]) ++end;
    const auto equal = static_cast<double>(end - at);
    ties += equal * equal * equal - equal;
    at = end;
  }
  return ties;
}

double ApproximateTail(double u, double m, double n, double ties) {
  const double all = m + n;
  const double variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  return 0.5 * std::erfc((u - m * n / 2 - 0.5) / std::sqrt(2 * variance));
}

}  // namespace

Larger IsLarger(std::span<const double> first, std::span<const double> second) {
  Larger larger;
  if (first.empty() || second.empty()) return larger;
  double u = 0;
  for (const double a : first) {
    for (const double b : second) u += a > b ? 1 : (a == b ? 0.5 : 0);
  }
  const auto m = static_cast<double>(first.size());
  const auto n = static_cast<double>(second.size());
  larger.effect_size = u / (m * n);
  const double ties = Ties(first, second);
  const bool small = first.size() <= kExactMost && second.size() <= kExactMost;
  larger.p_value = small && ties == 0 ? ExactTail(u, first.size(), second.size())
                                      : ApproximateTail(u, m, n, ties);
  return larger;
}

}  // namespace inquest::statistics
