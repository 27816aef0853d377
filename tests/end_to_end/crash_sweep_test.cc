// kill -9 of the daemon at its journal appends: before one is handed to the store, and when one is
// durable but nobody was told.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "tests/end_to_end/crash_scene.h"

namespace inquest::tests {
namespace {

constexpr int kStride = 6;
// More appends than the investigation has.
constexpr int kPastTheEnd = 160;

// Takes an investigation under the plan to its end: `inquest watch` starts a daemon whenever none
// is there. How many kills there were.
std::int64_t Sweep(const std::string& plan) {
  SCOPED_TRACE("kill plan " + plan);
  CrashScene scene(CrashScene::KillingPrograms(), plan);
  if (!scene.Open()) return 0;
  const Finished watched = scene.runtime().Inquest({"watch", "@last"});
  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  scene.ExpectUndisturbedResult();
  return scene.kills();
}

std::string At(int append, char side) { return std::to_string(append) + side + " "; }

// Many kills in one investigation: every kStride-th append from a random one on, sides in turn.
// Which is which differs from the first investigation to the second.
TEST(CrashSweep, ManyKillsAtAppendsChangeNothing) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const int first = 1 + static_cast<int>(seed % kStride);
  for (const bool swapped : {false, true}) {
    std::string plan;
    bool before = swapped;
    for (int append = first; append < kPastTheEnd; append += kStride, before = !before) {
      plan += At(append, before ? 'b' : 'a');
    }
    EXPECT_GE(Sweep(plan), 8);
  }
}

// One kill in an otherwise undisturbed investigation, at every append and on both sides: minutes,
// so only on demand (INQUEST_CRASH_SWEEP=all); scripts/acceptance demands it. Else at the first
// append, where nobody knows of the investigation yet.
TEST(CrashSweep, AKillAtEveryAppendChangesNothing) {
  const char* wanted = std::getenv("INQUEST_CRASH_SWEEP");
  const bool all = wanted != nullptr && std::string(wanted) == "all";
  int appends = 1;
  if (all) {
    CrashScene undisturbed(CrashScene::KillingPrograms());
    ASSERT_TRUE(undisturbed.Open());
    ASSERT_EQ(undisturbed.runtime().Inquest({"watch", "@last"}).exit_code, 0);
    undisturbed.ExpectUndisturbedResult();
    appends = static_cast<int>(undisturbed.appends());
    ASSERT_GE(appends, 20);
    ASSERT_LT(appends, kPastTheEnd);
  }
  for (int append = 1; append <= appends && !HasFailure(); ++append) {
    for (const char side : {'b', 'a'}) {
      const std::int64_t kills = Sweep(At(append, side));
      // How appends group differs from run to run: the last few may not come.
      EXPECT_EQ(kills, append <= appends * 3 / 4 + 1 ? 1 : kills) << append << side;
    }
  }
}

}  // namespace
}  // namespace inquest::tests
