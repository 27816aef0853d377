#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "tests/end_to_end/runtime_under_test.h"

// Targets whose code is right and whose failure comes and goes by itself: no patch may be credited.
namespace inquest::tests {
namespace {

class NoFaultOfTheCode : public testing::Test {
 protected:
  // A test that holds, and then `misfortune`, Python that may raise.
  void WriteTarget(const std::string& misfortune) {
    runtime_.Write("shop.py",
                   "def total(prices, fee):\n    cost = sum(prices)\n    if cost > 100:\n"
                   "        fee = 0\n    return cost + fee\n");
    runtime_.Write("test_shop.py",
                   "import os\nimport time\nimport unittest\nfrom shop import total\n\n\n"
                   "class ShopTest(unittest.TestCase):\n    def test_total(self):\n"
                   "        self.assertEqual(total([10, 20], 5), 35)\n"
                   "        self.assertEqual(total([101], 5), 101)\n        " +
                       misfortune + "\n");
  }

  Finished Investigate(const std::string& wall) {
    return runtime_.Inquest({"investigate", "--source", runtime_.target(), "--test",
                             "/usr/bin/python3 -m unittest -q", "--max-wall", wall, "--output",
                             "json"});
  }

  RuntimeUnderTest runtime_;
};

void ExpectNoVerifiedFix(const Finished& finished) {
  EXPECT_NE(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.out.find("\"outcome\": "), std::string::npos) << finished.out;
  EXPECT_EQ(finished.out.find("VERIFIED_FIX"), std::string::npos) << finished.out;
}

class HealsByTheClock : public NoFaultOfTheCode, public testing::WithParamInterface<int> {};

TEST_P(HealsByTheClock, IsNotFixedByWhateverWasTriedThen) {
  const auto heals_at = std::time(nullptr) + GetParam();
  WriteTarget("self.assertGreater(time.time(), " + std::to_string(heals_at) + ")");

  ExpectNoVerifiedFix(Investigate("60s"));
}

INSTANTIATE_TEST_SUITE_P(Seconds, HealsByTheClock, testing::Values(4, 8, 14));

TEST_F(NoFaultOfTheCode, ThatDependsOnTheLoadOfTheMachineIsNotFixed) {
  WriteTarget("self.assertEqual(int(100 * os.getloadavg()[0]) % 2, 0)");

  ExpectNoVerifiedFix(Investigate("60s"));
}

TEST_F(NoFaultOfTheCode, ThatIsARaceWithTheClockOfTheProcessorIsNotFixed) {
  WriteTarget("self.assertNotEqual(time.perf_counter_ns() // 1000 % 3, 0)");

  ExpectNoVerifiedFix(Investigate("60s"));
}

TEST_F(NoFaultOfTheCode, ThatShowsInTheFirstRunOfAWorkspaceOnlyIsNotFixed) {
  WriteTarget(
      "first = not os.path.exists('ran')\n        open('ran', 'w').close()\n"
      "        self.assertFalse(first)");

  ExpectNoVerifiedFix(Investigate("60s"));
}

}  // namespace
}  // namespace inquest::tests
