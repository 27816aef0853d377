#include "runtime/report/figures.h"

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsShownShort) {
  EXPECT_EQ(ShowDuration(milliseconds(0)), "0.0s");
  EXPECT_EQ(ShowDuration(milliseconds(12'340)), "12.3s");
  EXPECT_EQ(ShowDuration(milliseconds(185'000)), "3m05s");
  EXPECT_EQ(ShowDuration(milliseconds(7'800'000)), "2h10m");
}

TEST(Bytes, AreShownInPowersOf1024) {
  EXPECT_EQ(ShowBytes(0), "0");
  EXPECT_EQ(ShowBytes(1023), "1023");
  EXPECT_EQ(ShowBytes(1024), "1.0K");
  EXPECT_EQ(ShowBytes(15 << 20), "15M");
}

}  // namespace
}  // namespace inquest::report
