#include "runtime/statistics/mann_whitney.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace inquest::statistics {
namespace {

TEST(IsLarger, OfSeparatedSamplesIsAsUnlikelyAsThatOneOrderOfAll) {
  const Larger larger = IsLarger(std::array<double, 4>{5, 6, 7, 8}, std::array<double, 3>{1, 2, 3});

  EXPECT_DOUBLE_EQ(larger.p_value, 1.0 / 35);  // 7 over 3
  EXPECT_DOUBLE_EQ(larger.effect_size, 1);
}

TEST(IsLarger, HasTheExactTailOfMixedSamples) {
  const Larger larger =
      IsLarger(std::array<double, 4>{4, 6, 7, 8}, std::array<double, 4>{1, 2, 3, 9});

  EXPECT_DOUBLE_EQ(larger.effect_size, 12.0 / 16);
  EXPECT_NEAR(larger.p_value, 12.0 / 70, 1e-12);  // orders with U >= 12: 1 + 1 + 2 + 3 + 5
}

TEST(IsLarger, OfEqualValuesSaysNothing) {
  const Larger larger = IsLarger(std::array<double, 3>{2, 2, 2}, std::array<double, 3>{2, 2, 2});

  EXPECT_DOUBLE_EQ(larger.p_value, 1);
  EXPECT_DOUBLE_EQ(larger.effect_size, 0.5);
}

TEST(IsLarger, OfNothingSaysNothing) {
  EXPECT_DOUBLE_EQ(IsLarger({}, std::array<double, 1>{1}).p_value, 1);
}

TEST(IsLarger, OfLargeSamplesIsNearTheExactTail) {
  std::vector<double> first;
  std::vector<double> second;
  for (int i = 0; i < 30; ++i) {
    first.push_back(2 * i + 5.5);
    second.push_back(2 * i);
  }
  const double exact = IsLarger(first, second).p_value;
  first.push_back(2 * 30 + 5.5);
  second.push_back(2 * 30);

  EXPECT_NEAR(IsLarger(first, second).p_value, exact, 0.02);
}

}  // namespace
}  // namespace inquest::statistics
