#pragma once

// How often a thing happens that was seen k times in n runs, and how many clean runs it takes to
// believe that it has stopped. Pure.
namespace inquest::statistics {

// One-sided 95 % Clopper-Pearson limits of a rate, from `count` of `runs` (C. J. Clopper, E. S.
// Pearson, Biometrika 26, 1934): the rate at which seeing `count` or more (or: or fewer) has
// probability 0.05. runs = 0: 0 and 1.
double RateLower(int count, int runs);
double RateUpper(int count, int runs);

// P(X >= count) and P(X <= count) for X ~ Binomial(runs, rate).
double AtLeast(int count, int runs, double rate);
double AtMost(int count, int runs, double rate);

// Never fewer than this, however certain the failure: one clean run may be an accident of the
// machine.
inline constexpr int kFewestRuns = 3;
// What is made at most: a failure that needs more cannot be verified in bearable time, and whoever
// asks must say so rather than prove with fewer.
inline constexpr int kMostRuns = 2000;

// Clean runs after which an unfixed bug, failing at `rate_lower`, would have been caught with
// probability 1 - alpha, over `candidates` tries: n >= ln(alpha / candidates) / ln(1 - rate_lower),
// at least kFewestRuns. May be more than kMostRuns (INT_MAX: the rate is unknown).
int RunsRequired(double alpha, int candidates, double rate_lower);

}  // namespace inquest::statistics
