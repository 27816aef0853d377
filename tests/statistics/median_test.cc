#include "runtime/statistics/median.h"

#include <gtest/gtest.h>

namespace inquest::statistics {
namespace {

TEST(MedianOf, IsTheMiddleValueOrTheMeanOfTheTwo) {
  EXPECT_DOUBLE_EQ(MedianOf({3, 1, 2}).value, 2);
  EXPECT_DOUBLE_EQ(MedianOf({4, 1, 3, 2}).value, 2.5);
}

TEST(MedianOf, HasNoLimitsFromFewerThanSixValues) {
  EXPECT_FALSE(MedianOf({1, 2, 3, 4, 5}).limits.has_value());
}

TEST(MedianOf, HasTheExtremesOfSixToEightValuesAsLimits) {
  // 2 * 0.5 ^ 6 = 0.031; one value further in it would be 0.07 with eight.
  const auto six = MedianOf({6, 5, 4, 3, 2, 1}).limits;
  const auto eight = MedianOf({1, 2, 3, 4, 5, 6, 7, 8}).limits;

  ASSERT_TRUE(six.has_value() && eight.has_value());
  EXPECT_DOUBLE_EQ(six->lower, 1);
  EXPECT_DOUBLE_EQ(six->upper, 6);
  EXPECT_DOUBLE_EQ(eight->lower, 1);
  EXPECT_DOUBLE_EQ(eight->upper, 8);
}

TEST(MedianOf, LeavesOneOutlierOutOfTheLimitsOfNineValues) {
  // P(X <= 1) = 10 / 512 = 0.0195 for X ~ Binomial(9, 0.5).
  const auto limits = MedianOf({1, 2, 3, 4, 5, 6, 7, 8, 900}).limits;

  ASSERT_TRUE(limits.has_value());
  EXPECT_DOUBLE_EQ(limits->lower, 2);
  EXPECT_DOUBLE_EQ(limits->upper, 8);
}

}  // namespace
}  // namespace inquest::statistics
