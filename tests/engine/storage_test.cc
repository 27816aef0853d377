// The engine's loop when the store cannot be written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/machine/commands.h"
#include "tests/fakes/simulated_world.h"

namespace inquest::engine {
namespace {

using fakes::SimulatedWorld;
using machine::State;

Input Note() {
  return [](const State& state) {
    v1::Steered steered;
    steered.set_note("n");
    return machine::Steer(state, steered);
  };
}

// An investigation in the middle, whose appends fail with `status` from now on.
class Storage : public testing::Test {
 protected:
  Storage() {
    world_.Open();
    CHECK(world_.RunUntil([](const State& state) { return state.brief.step == v1::STEP_TEST; }));
  }
  void Fail(const Status& status) {
    world_.store().SetAppendFault([this, status](const store::AppendRequest&) {
      ++tries_;
      return status;
    });
  }
  // Time enough for any number of tries.
  void PassHours() {
    for (int i = 0; i < 1000; ++i) {
      world_.RunUntilIdle();
      world_.Pass(10'000'000);
    }
  }

  SimulatedWorld world_{{.seed = 5}};
  int tries_ = 0;
};

TEST_F(Storage, ThatIsFullParksTheInvestigationAndServesReads) {
  Fail({Code::kResourceExhausted, "DISK_FULL", "no space left"});
  world_.RunUntilIdle();
  const State parked = world_.Look(world_.id());

  EXPECT_THAT(world_.loop().ParkedReason(world_.id()), testing::HasSubstr("no space left"));
  const Status refused = world_.Ask(world_.id(), Note());
  EXPECT_EQ(refused.code(), Code::kUnavailable);
  EXPECT_EQ(refused.reason(), "STORAGE_UNAVAILABLE");
  EXPECT_EQ(world_.FoldJournal().sequence, parked.sequence);
  EXPECT_TRUE(world_.loop().writing());
}

TEST_F(Storage, ThatRecoversLetsItGoOnFromWhatWasLearned) {
  Fail({Code::kResourceExhausted, "DISK_FULL", "no space left"});
  PassHours();
  EXPECT_GT(tries_, 5);
  EXPECT_LT(tries_, 500) << "tries come at longer and longer intervals";
  const auto started = world_.started().size();

  world_.store().SetAppendFault(nullptr);
  world_.Pass(31'000'000);
  world_.RunUntilIdle();

  const State state = world_.Look(world_.id());
  EXPECT_EQ(state.ended.outcome(), v1::OUTCOME_VERIFIED_FIX) << state.ended.message();
  EXPECT_GT(world_.started().size(), started);
  EXPECT_EQ(world_.loop().ParkedReason(world_.id()), "");
  EXPECT_EQ(world_.Violation(), "");
}

TEST_F(Storage, WhoseSyncFailedIsNeverTriedAgain) {
  Fail({Code::kDataLoss, "JOURNAL_SYNC_FAILED", "fsync: input/output error"});
  world_.RunUntilIdle();
  EXPECT_EQ(tries_, 1);
  world_.store().SetAppendFault(nullptr);  // it would work, and that would be a lie
  const State before = world_.Look(world_.id());
  PassHours();

  EXPECT_FALSE(world_.loop().writing());
  EXPECT_EQ(world_.Look(world_.id()).sequence, before.sequence) << "reads go on";
  EXPECT_EQ(world_.FoldJournal().sequence, before.sequence);
  EXPECT_EQ(world_.Ask(world_.id(), Note()).reason(), "JOURNAL_SYNC_FAILED");
  EXPECT_THAT(world_.loop().ParkedReason(world_.id()), testing::HasSubstr("fsync"));
}

TEST_F(Storage, WhoseSyncFailedTellsAlsoWhoWaitedForTheAppendThatFailed) {
  Fail({Code::kDataLoss, "JOURNAL_SYNC_FAILED", "fsync: input/output error"});
  std::vector<std::string> told;
  for (int i = 0; i < 3; ++i) {
    world_.loop().Put(world_.id(), {Note(),
                                    [&](const auto& settled) {
                                      told.push_back(settled.ok() ? "" : settled.status().reason());
                                    },
                                    std::nullopt, false});
  }
  world_.RunUntilIdle();

  EXPECT_EQ(told, std::vector<std::string>(3, "JOURNAL_SYNC_FAILED"));
}

TEST_F(Storage, WhoseSyncFailedGoesOnAfterARestart) {
  Fail({Code::kDataLoss, "JOURNAL_SYNC_FAILED", "fsync: input/output error"});
  world_.RunUntilIdle();
  world_.store().SetAppendFault(nullptr);

  world_.Crash();
  world_.RunUntilIdle();

  const State state = world_.Look(world_.id());
  EXPECT_EQ(state.ended.outcome(), v1::OUTCOME_VERIFIED_FIX) << state.ended.message();
  EXPECT_EQ(world_.Violation(), "");
}

}  // namespace
}  // namespace inquest::engine
