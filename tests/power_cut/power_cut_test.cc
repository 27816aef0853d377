#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "runtime/base/log.h"
#include "tests/power_cut/scenario.h"

namespace inquest::store {
namespace {

using SyncSite = SimulatedDisk::SyncSite;

constexpr std::uint64_t kSeeds = 1000;
constexpr std::uint64_t kSeedsWithIdleCheckpoints = 250;
// Within so many seeds a missing sync must show.
constexpr std::uint64_t kSeedsToFindALie = 1000;

class PowerCut : public ::testing::Test {
 protected:
  void SetUp() override { SetLogLevel(LogLevel::kError); }
};

// INQUEST_POWER_CUT_SEED=n runs that one alone.
TEST_F(PowerCut, LosesNothingThatWasAcknowledgedOnAnySeed) {
  std::uint64_t first = 1;
  std::uint64_t last = kSeeds;
  if (const char* seed = std::getenv("INQUEST_POWER_CUT_SEED")) {
    first = last = std::strtoull(seed, nullptr, 10);
  }
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const auto violation = Scenario(seed, SyncSite::kNone).Run();
    EXPECT_FALSE(violation) << "INQUEST_POWER_CUT_SEED=" << seed << ": " << *violation;
  }
}

TEST_F(PowerCut, LosesNothingWhenTheLogIsEmptiedInBetween) {
  for (std::uint64_t seed = 1; seed <= kSeedsWithIdleCheckpoints; ++seed) {
    const auto violation = Scenario(seed, SyncSite::kNone, Scenario::Idle::kAfterEveryGroup).Run();
    EXPECT_FALSE(violation) << "seed " << seed << ": " << *violation;
  }
}

class PowerCutWithoutASync : public ::testing::TestWithParam<std::pair<const char*, SyncSite>> {
 protected:
  void SetUp() override { SetLogLevel(LogLevel::kError); }
};

TEST_P(PowerCutWithoutASync, IsFoundOut) {
  for (std::uint64_t seed = 1; seed <= kSeedsToFindALie; ++seed) {
    if (Scenario(seed, GetParam().second).Run()) {
      RecordProperty("found_at_seed", std::to_string(seed));
      return;
    }
  }
  FAIL() << "no seed shows that this sync is missing";
}

INSTANTIATE_TEST_SUITE_P(Sites, PowerCutWithoutASync,
                         ::testing::Values(std::pair{"Database", SyncSite::kDatabase},
                                           std::pair{"WriteAheadLog", SyncSite::kWriteAheadLog},
                                           std::pair{"RollbackJournal", SyncSite::kRollbackJournal},
                                           std::pair{"LogName", SyncSite::kLogName},
                                           std::pair{"BlobFile", SyncSite::kBlobFile},
                                           std::pair{"BlobShard", SyncSite::kBlobShard},
                                           std::pair{"BlobRoot", SyncSite::kBlobRoot},
                                           std::pair{"DataDirectory", SyncSite::kDataDirectory},
                                           std::pair{"DataParent", SyncSite::kDataParent}),
                         [](const auto& site) { return std::string(site.param.first); });

// A sync that no test above leaves out would be one that nobody would miss.
TEST_F(PowerCut, TheSitesThatAreLeftOutAreAllThereAre) {
  std::set<SyncSite> seen;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Scenario scenario(seed, SyncSite::kNone);
    EXPECT_FALSE(scenario.Run());
    seen.insert(scenario.sites().begin(), scenario.sites().end());
  }
  EXPECT_EQ(seen, (std::set<SyncSite>{
                      SyncSite::kDatabase, SyncSite::kWriteAheadLog, SyncSite::kRollbackJournal,
                      SyncSite::kLogName, SyncSite::kBlobFile, SyncSite::kBlobShard,
                      SyncSite::kBlobRoot, SyncSite::kDataDirectory, SyncSite::kDataParent}));
}

}  // namespace
}  // namespace inquest::store
