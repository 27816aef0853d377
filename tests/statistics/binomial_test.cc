#include "runtime/statistics/binomial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace inquest::statistics {
namespace {

TEST(RateLower, IsTheExactLimitWhereItHasAClosedForm) {
  // k = n: the lower limit is 0.05^(1/n); k = 1: 1 - 0.95^(1/n).
  EXPECT_NEAR(RateLower(10, 10), std::pow(0.05, 0.1), 1e-9);
  EXPECT_NEAR(RateLower(1, 20), 1 - std::pow(0.95, 1.0 / 20), 1e-9);
  EXPECT_EQ(RateLower(0, 20), 0);
}

TEST(RateLower, AgreesWithPublishedLimits) {
  // One-sided 95 % = two-sided 90 %: 5 of 10 gives 0.2224 .. 0.7776 in the usual tables.
  EXPECT_NEAR(RateLower(5, 10), 0.2224, 5e-5);
  EXPECT_NEAR(RateUpper(5, 10), 0.7776, 5e-5);
}

TEST(RunsRequired, FollowsTheFormulaAndIsNeverCutShort) {
  EXPECT_EQ(RunsRequired(0.01, 1, 0.02), 228);
  EXPECT_EQ(RunsRequired(0.01, 200, 0.02), 491);
  EXPECT_EQ(RunsRequired(0.01, 1, 0.999), kFewestRuns);
  EXPECT_GT(RunsRequired(0.01, 1, 0.000256), kMostRuns);
  EXPECT_GT(RunsRequired(0.01, 1, 0), kMostRuns);
}

// The promise itself: over simulated flaky bugs, a patch that does nothing passes at most 1 in 100
// times, the rate being measured before and the limit taken from the measurement.
TEST(RunsRequired, LetsANoOpPatchThroughAtMostOnceInAHundred) {
  std::mt19937_64 random(7);
  int accepted = 0;
  constexpr int kTrials = 20000;
  for (int trial = 0; trial < kTrials; ++trial) {
    const double rate = std::uniform_real_distribution<>(0.02, 0.9)(random);
    std::bernoulli_distribution shows(rate);
    int count = 0;
    for (int i = 0; i < 100; ++i) count += shows(random) ? 1 : 0;
    const int runs = RunsRequired(0.01, 1, RateLower(count, 100));
    bool clean = count > 0;
    for (int i = 0; i < runs && clean; ++i) clean = !shows(random);
    accepted += clean ? 1 : 0;
  }
  EXPECT_LE(accepted, kTrials / 100);
}

}  // namespace
}  // namespace inquest::statistics
