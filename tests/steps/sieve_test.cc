// Sieves with a sandbox that is played here: what batches reach, and what becomes of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/base/check.h"
#include "steps/trials.h"

namespace inquest::steps {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Result = Sieved::Result;

std::string Patch(std::size_t i) {
  const std::string number = std::to_string(i);
  return std::string(64 - number.size(), '0') + number;
}

class SieveOfPatches : public testing::Test {
 protected:
  SieveOfPatches() {
    brief_.symptom.emplace().mutable_typical_wall_time()->set_nanos(500'000'000);
    brief_.target.set_build_command("make");
    oracle_.set_any_failure(true);
    request_.key = "sieve";
    request_.command = "run the test";
    request_.oracle = &oracle_;
    answer_ = [this](const v1::Effect& effect, v1::RunOutcome& outcome) {
      Answer(effect, effect.run().trial_plan().trials_size(), outcome);
    };
  }

  void Offer(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) request_.patches.push_back(Patch(i));
  }

  // The first `reached` trials of the batch.
  void Answer(const v1::Effect& effect, int reached, v1::RunOutcome& outcome) {
    const auto& trials = effect.run().trial_plan().trials();
    std::int64_t all = 0;
    for (int i = 0; i < std::min(reached, trials.size()); ++i) {
      const std::string& digest = trials[i].patches(0).digest();
      tried_.push_back(digest);
      v1::TrialOutcome& trial = *outcome.add_trials();
      trial.set_trial(i);
      trial.set_result(passing_.contains(digest)    ? v1::TrialOutcome::RESULT_PASSED
                       : rejected_.contains(digest) ? v1::TrialOutcome::RESULT_PATCH_REJECTED
                                                    : v1::TrialOutcome::RESULT_BUG_SHOWED);
      trial.set_runs(1);
      trial.mutable_wall_time()->set_nanos(static_cast<std::int32_t>(trial_nanos_));
      all += trial_nanos_;
    }
    google::protobuf::Duration& wall = *outcome.add_phases()->mutable_wall_time();
    wall.set_seconds(all / 1'000'000'000);
    wall.set_nanos(static_cast<std::int32_t>(all % 1'000'000'000));
  }

  // One batch after the other, as with one slot.
  Sieved Finish() {
    for (int turn = 0; turn < 500; ++turn) {
      Want want;
      const Results results(seen_);
      Sieved sieved = Sieve(brief_, results, request_, want);
      EXPECT_EQ(sieved.trials.size(), request_.patches.size());
      if (sieved.complete) {
        EXPECT_THAT(want.effects, IsEmpty());
        return sieved;
      }
      CHECK(!want.effects.empty());
      for (const v1::Effect& effect : want.effects) {
        if (started_.insert(effect.key()).second) waiting_.push_back(effect);
      }
      const v1::Effect next = waiting_.front();
      waiting_.erase(waiting_.begin());
      auto observation = std::make_shared<v1::Observation>();
      answer_(next, *observation->mutable_run());
      order_.push_back(next.key());
      seen_.push_back({next.key(), static_cast<std::int64_t>(order_.size()),
                       std::make_shared<v1::Effect>(next), observation});
    }
    ADD_FAILURE() << "the sieve does not end";
    return {};
  }

  // The time limits of a lane's trials, from batch to batch.
  std::vector<double> Limits(const std::string& lane) const {
    std::vector<double> limits;
    for (const Observed& observed : seen_) {
      if (!observed.key.starts_with("sieve/" + lane + "/")) continue;
      limits.push_back(Seconds(observed.effect->run().trial_plan().time_limit()));
    }
    return limits;
  }

  Brief brief_;
  v1::Oracle oracle_;
  SieveRequest request_;
  std::set<std::string> passing_;
  std::set<std::string> rejected_;
  std::int64_t trial_nanos_ = 100'000'000;
  std::function<void(const v1::Effect&, v1::RunOutcome&)> answer_;
  std::vector<v1::Effect> waiting_;
  std::set<std::string> started_;
  std::vector<std::string> order_;
  std::vector<std::string> tried_;
  std::vector<Observed> seen_;
};

TEST_F(SieveOfPatches, TriesEachPatchOnceInTwoLanes) {
  Offer(101);
  passing_ = {Patch(3), Patch(4), Patch(100)};

  const Sieved sieved = Finish();

  EXPECT_THAT(sieved.Passed(), ElementsAre(3, 4, 100));
  EXPECT_EQ(sieved.tried, 101U);
  EXPECT_THAT(tried_, SizeIs(101));
  EXPECT_THAT(std::set(tried_.begin(), tried_.end()), SizeIs(101));
  EXPECT_NEAR(sieved.seconds, 10.1, 1e-6);
  EXPECT_EQ(sieved.effect_ids.size(), order_.size());
  EXPECT_TRUE(std::all_of(sieved.trials.begin(), sieved.trials.end(), [](const auto& trial) {
    return trial.result != Result::kUntried && trial.effect_id > 0;
  }));
}

TEST_F(SieveOfPatches, TakesTheLanesInTurnWhereOnlyOneRunFits) {
  Offer(96);

  Finish();

  ASSERT_GE(order_.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(order_[i], "sieve/" + std::to_string(i % 2) + "/" + std::to_string(i / 2));
  }
}

TEST_F(SieveOfPatches, ABatchCarriesTheBuildTheOracleAndTheLimits) {
  Offer(2);
  request_.runs = 4;
  request_.enough = 1;
  Want want;

  Sieve(brief_, Results(seen_), request_, want);

  ASSERT_THAT(want.effects, SizeIs(2));
  const v1::RunSpec& run = want.effects[0].run();
  ASSERT_EQ(run.phases_size(), 2);
  EXPECT_EQ(run.phases(0).shell_command(), "make");
  EXPECT_EQ(run.phases(1).shell_command(), "run the test");
  EXPECT_TRUE(run.oracle().any_failure());
  EXPECT_EQ(run.patches_size(), 0);
  EXPECT_EQ(run.trial_plan().runs(), 4);
  EXPECT_EQ(run.trial_plan().enough(), 1);
  EXPECT_EQ(run.trial_plan().time_limit().seconds(), ScreeningLimitSeconds(brief_));
}

TEST_F(SieveOfPatches, WhatABatchDidNotReachGoesIntoTheNext) {
  Offer(30);
  passing_ = {Patch(29)};
  answer_ = [this](const v1::Effect& effect, v1::RunOutcome& outcome) {
    Answer(effect, 4, outcome);
  };

  EXPECT_THAT(Finish().Passed(), ElementsAre(29));
  EXPECT_THAT(tried_, SizeIs(30));
}

TEST_F(SieveOfPatches, BatchesGrowAndShrinkWithWhatTrialsTake) {
  Offer(2000);
  trial_nanos_ = 10'000'000;
  Finish();
  EXPECT_LT(order_.size(), 12U);

  seen_.clear();
  started_.clear();
  order_.clear();
  request_.patches.resize(100);
  trial_nanos_ = 900'000'000;
  Finish();
  EXPECT_GE(order_.size(), 12U);
}

TEST_F(SieveOfPatches, BatchesAreLongerWhereTheirStartIsDear) {
  Offer(400);
  trial_nanos_ = 500'000'000;
  Finish();
  const std::size_t cheap = order_.size();

  seen_.clear();
  started_.clear();
  order_.clear();
  answer_ = [this](const v1::Effect& effect, v1::RunOutcome& outcome) {
    Answer(effect, 1000, outcome);
    outcome.add_phases()->mutable_wall_time()->set_seconds(10 + outcome.trials_size() / 2);
  };
  Finish();

  EXPECT_LT(order_.size(), cheap / 2);
}

TEST_F(SieveOfPatches, GivesUpWhereNothingIsReachedAndSaysWhatIsUntried) {
  Offer(200);
  answer_ = [](const v1::Effect&, v1::RunOutcome&) {};

  const Sieved sieved = Finish();

  EXPECT_THAT(order_, SizeIs(4));
  EXPECT_EQ(sieved.tried, 0U);
  EXPECT_THAT(sieved.Passed(), IsEmpty());
  EXPECT_TRUE(std::all_of(sieved.trials.begin(), sieved.trials.end(),
                          [](const auto& trial) { return trial.result == Result::kUntried; }));
}

TEST_F(SieveOfPatches, APatchThatEndsItsBatchIsLeftUntriedAndTheRestGoesOn) {
  Offer(40);
  passing_ = {Patch(38)};
  const std::string deadly = Patch(10);
  answer_ = [&](const v1::Effect& effect, v1::RunOutcome& outcome) {
    int reached = 0;
    for (const v1::Trial& trial : effect.run().trial_plan().trials()) {
      if (trial.patches(0).digest() == deadly) break;
      ++reached;
    }
    Answer(effect, reached, outcome);
  };

  const Sieved sieved = Finish();

  EXPECT_THAT(sieved.Passed(), ElementsAre(38));
  EXPECT_EQ(sieved.tried, 39U);
  EXPECT_EQ(sieved.trials[10].result, Result::kUntried);
}

TEST_F(SieveOfPatches, ALostBatchCostsOnePatchAtMost) {
  Offer(60);
  answer_ = [&](const v1::Effect& effect, v1::RunOutcome& outcome) {
    if (effect.key() == "sieve/0/1") return outcome.set_problem(v1::RunOutcome::PROBLEM_LOST);
    Answer(effect, 1000, outcome);
  };

  EXPECT_EQ(Finish().tried, 59U);
}

TEST_F(SieveOfPatches, APatchThatDoesNotApplyHasFallen) {
  Offer(8);
  rejected_ = {Patch(2)};

  EXPECT_EQ(Finish().trials[2].result, Result::kFell);
}

TEST_F(SieveOfPatches, EndsWhenEnoughHavePassed) {
  Offer(500);
  for (std::size_t i = 0; i < 10; ++i) passing_.insert(Patch(i));
  request_.enough = 3;

  const Sieved sieved = Finish();

  EXPECT_GE(sieved.Passed().size(), 3U);
  EXPECT_THAT(order_, SizeIs(1));
  EXPECT_EQ(sieved.trials[499].result, Result::kUntried);
}

TEST_F(SieveOfPatches, EndsWhenItsTimeIsSpent) {
  Offer(500);
  request_.most_seconds = 3;

  EXPECT_LT(Finish().tried, 150U);
}

TEST_F(SieveOfPatches, LiesInTheResultsAreSkipped) {
  Offer(4);
  answer_ = [&](const v1::Effect& effect, v1::RunOutcome& outcome) {
    for (const int number : {-1, 2, 1999}) outcome.add_trials()->set_trial(number);
    Answer(effect, 1000, outcome);
  };

  EXPECT_THAT(Finish().trials, SizeIs(4));
}

TEST(WorthSieving, IsManyChangesOfAQuickTrigger) {
  Brief brief;
  EXPECT_FALSE(WorthSieving(brief, 100, 3));  // nothing was observed
  brief.symptom.emplace().mutable_typical_wall_time()->set_seconds(1);
  EXPECT_TRUE(WorthSieving(brief, 100, 3));
  EXPECT_FALSE(WorthSieving(brief, 6, 3));
  EXPECT_FALSE(WorthSieving(brief, 100, 20));
  EXPECT_EQ(SieveRuns(1), 3);
  EXPECT_EQ(SieveRuns(0.5), 7);
  EXPECT_EQ(SieveRuns(0.001), 100);
}

TEST_F(SieveOfPatches, WaitsNoLongerForHangsThanTheTrialsBeforeThemTell) {
  brief_.symptom->mutable_typical_wall_time()->set_seconds(3);
  v1::PhaseOutcome& phase = *brief_.symptom->add_runs()->mutable_outcome()->add_phases();
  phase.set_ending(v1::ENDING_TIMED_OUT);
  trial_nanos_ = 50'000'000;
  Offer(60);

  Finish();

  const std::vector<double> limits = Limits("0");
  ASSERT_GE(limits.size(), 2U);
  EXPECT_DOUBLE_EQ(limits[0], 1.5);
  EXPECT_DOUBLE_EQ(limits[1], 0.4);
}

TEST_F(SieveOfPatches, TakesATimeoutOfTheTestsOwnForAHang) {
  brief_.symptom->mutable_typical_wall_time()->set_seconds(3);
  v1::Failure& failure = *brief_.symptom->add_readings()->add_failures();
  failure.set_kind("TimeoutError");
  Offer(60);
  Finish();
  EXPECT_DOUBLE_EQ(Limits("0").front(), 1.5);

  failure.set_kind("AssertionError");
  seen_.clear();
  started_.clear();
  Finish();
  for (const double limit : Limits("0")) {
    EXPECT_DOUBLE_EQ(limit, static_cast<double>(ScreeningLimitSeconds(brief_)));
  }
}

}  // namespace
}  // namespace inquest::steps
