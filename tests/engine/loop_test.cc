// The engine's loop over a simulated outside: budgets, and what people may ask at each step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "runtime/machine/commands.h"
#include "tests/fakes/simulated_world.h"

namespace inquest::engine {
namespace {

using fakes::SimulatedWorld;
using machine::State;

Input PauseInput() {
  return [](const State& state) { return machine::Pause(state, "uid:1"); };
}
Input CancelInput() {
  return
      [](const State& state) -> Result<machine::Events> { return machine::Cancel(state, "uid:1"); };
}
Input ResumeInput(SimulatedWorld& world) {
  return [&world](const State& state) {
    return machine::Resume(state, "uid:1", world.clock().NowUs());
  };
}
Input SteerInput(v1::Steered steered) {
  steered.set_principal("uid:1");
  return [steered](const State& state) { return machine::Steer(state, steered); };
}

void ExpectSound(SimulatedWorld& world) { EXPECT_EQ(world.Violation(), ""); }

bool Ended(const State& state) { return state.status == v1::STATE_ENDED; }

// --- Budgets are hard, and running out is an outcome.

struct OutOf {
  const char* name;
  v1::Budget budget;
  const char* says;
};

v1::Budget Budget(int wall_seconds, int runs, int iterations, std::int64_t disk_bytes) {
  v1::Budget budget;
  if (wall_seconds > 0) budget.mutable_wall_time()->set_seconds(wall_seconds);
  budget.set_runs(runs);
  budget.set_iterations(iterations);
  budget.set_disk_bytes(disk_bytes);
  return budget;
}

class BudgetOf : public testing::TestWithParam<OutOf> {};

TEST_P(BudgetOf, EndsTheInvestigationAndGoesOnAfterItWasRaised) {
  SimulatedWorld world({.seed = 3, .run_bytes = 100});
  world.Open(GetParam().budget);
  while (!Ended(world.Look(world.id()))) {
    world.RunUntilIdle();
    world.Pass(1'000'000);
  }

  const State ended = world.Look(world.id());
  EXPECT_EQ(ended.ended.ended_by(), v1::ENDED_BY_BUDGET);
  EXPECT_THAT(ended.ended.message(), testing::HasSubstr(GetParam().says));
  EXPECT_LE(ended.runs, ended.budget.runs());
  EXPECT_LE(ended.iterations, ended.budget.iterations());
  EXPECT_TRUE(ended.in_flight.empty());
  EXPECT_EQ(world.Ask(world.id(), ResumeInput(world)).reason(), "BUDGET_EXHAUSTED");

  v1::Steered raised;
  *raised.mutable_budget() = Budget(100'000, 5000, 20, 1 << 30);
  ASSERT_TRUE(world.Ask(world.id(), SteerInput(raised)).ok());
  ASSERT_TRUE(world.Ask(world.id(), ResumeInput(world)).ok());
  ASSERT_TRUE(world.RunUntil(Ended));

  EXPECT_EQ(world.Look(world.id()).ended.outcome(), v1::OUTCOME_VERIFIED_FIX);
  ExpectSound(world);
}

INSTANTIATE_TEST_SUITE_P(All, BudgetOf,
                         testing::Values(OutOf{"Runs", Budget(0, 7, 0, 0), "runs"},
                                         OutOf{"Iterations", Budget(0, 0, 1, 0), "iterations"},
                                         OutOf{"Disk", Budget(0, 0, 0, 250), "evidence bytes"}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Budget, OfWallTimeEndsWhatHangsAndCountsNoPause) {
  SimulatedWorld world({.seed = 3});
  world.Open(Budget(60, 0, 0, 0));
  world.Hold(true);
  world.RunUntilIdle();
  world.Pass(50'000'000);
  ASSERT_TRUE(world.Ask(world.id(), PauseInput()).ok());
  world.Pass(3'600'000'000);
  ASSERT_TRUE(world.Ask(world.id(), ResumeInput(world)).ok());
  world.RunUntilIdle();
  EXPECT_FALSE(Ended(world.Look(world.id())));
  const auto hanging = world.Look(world.id()).in_flight;
  ASSERT_FALSE(hanging.empty());

  world.Pass(11'000'000);
  world.RunUntilIdle();

  EXPECT_EQ(world.Look(world.id()).ended.ended_by(), v1::ENDED_BY_BUDGET);
  for (const auto& [effect_id, in_flight] : hanging) {
    EXPECT_TRUE(world.cancelled().contains({world.id(), effect_id}));
  }
  ExpectSound(world);
}

// --- What people may ask, at each step, before and after a crash.

class At : public testing::TestWithParam<std::tuple<v1::Step, bool>> {
 protected:
  // An investigation in the step, with an effect of it going on.
  At() {
    world_.Open();
    const v1::Step step = std::get<0>(GetParam());
    CHECK(world_.RunUntil(
        [&](const State& state) { return state.brief.step == step && !state.in_flight.empty(); }));
  }
  void MaybeCrash() {
    if (std::get<1>(GetParam())) world_.Crash();
  }
  State Now() { return world_.Look(world_.id()); }
  void ExpectVerified() {
    ASSERT_TRUE(world_.RunUntil(Ended));
    EXPECT_EQ(Now().ended.outcome(), v1::OUTCOME_VERIFIED_FIX) << Now().ended.message();
    ExpectSound(world_);
  }

  SimulatedWorld world_{{.seed = 5}};
};

TEST_P(At, APauseStartsNothingUntilItIsResumed) {
  ASSERT_TRUE(world_.Ask(world_.id(), PauseInput()).ok());
  MaybeCrash();
  world_.RunUntilIdle();
  const auto started = world_.started().size();
  world_.Pass(1'000'000'000);
  world_.RunUntilIdle();
  EXPECT_EQ(Now().status, v1::STATE_PAUSED);
  EXPECT_EQ(world_.started().size(), started);
  EXPECT_TRUE(world_.Ask(world_.id(), PauseInput()).ok());

  ASSERT_TRUE(world_.Ask(world_.id(), ResumeInput(world_)).ok());

  ExpectVerified();
}

TEST_P(At, ACancelEndsItAndAllThatGoesOn) {
  const auto going = Now().in_flight;

  ASSERT_TRUE(world_.Ask(world_.id(), CancelInput()).ok());
  MaybeCrash();
  world_.RunUntilIdle();

  EXPECT_EQ(Now().ended.ended_by(), v1::ENDED_BY_CANCELLED);
  for (const auto& [effect_id, in_flight] : going) {
    EXPECT_TRUE(world_.cancelled().contains({world_.id(), effect_id}));
  }
  EXPECT_TRUE(world_.Ask(world_.id(), CancelInput()).ok()) << "it is cancelled already";
  EXPECT_EQ(world_.Ask(world_.id(), PauseInput()).reason(), "INVESTIGATION_ENDED");
  EXPECT_EQ(world_.Ask(world_.id(), ResumeInput(world_)).reason(), "INVESTIGATION_ENDED");
  ExpectSound(world_);
}

TEST_P(At, ANoteIsKeptAndDisturbsNothing) {
  v1::Steered note;
  note.set_note("look at gcd");

  ASSERT_TRUE(world_.Ask(world_.id(), SteerInput(note)).ok());
  MaybeCrash();

  EXPECT_THAT(Now().brief.notes, testing::ElementsAre("look at gcd"));
  ExpectVerified();
}

TEST_P(At, AForkGoesItsOwnWayFromThere) {
  const std::int64_t from = Now().sequence;
  v1::Event event;
  event.mutable_forked()->set_id("fork");
  event.mutable_forked()->set_parent(world_.id());
  event.mutable_forked()->set_parent_sequence(from);
  std::optional<Status> opened;
  world_.loop().OpenFork(world_.id(), from, event, std::nullopt, [&](const auto& settled) {
    opened = settled.ok() ? Status::Ok() : settled.status();
  });
  world_.RunUntilIdle();
  ASSERT_TRUE(opened.has_value() && opened->ok());
  MaybeCrash();
  world_.RunUntilIdle();

  const State fork = world_.Look("fork");
  EXPECT_EQ(fork.forked_from, world_.id());
  EXPECT_EQ(fork.forked_at_sequence, from);
  EXPECT_EQ(fork.ended.outcome(), v1::OUTCOME_VERIFIED_FIX) << fork.ended.message();
  ExpectVerified();  // the parent too
}

TEST_P(At, ARestartReattachesAndStartsNothingTwice) {
  const auto going = Now().in_flight;
  const int orders = world_.orders();
  const auto started = world_.started().size();
  world_.Hold(true);

  world_.Crash();
  world_.RunUntilIdle();

  EXPECT_EQ(world_.orders(), orders + static_cast<int>(going.size())) << "each is asked for again";
  EXPECT_EQ(world_.started().size(), started) << "under its old key";
  EXPECT_EQ(Now().in_flight.size(), going.size());
  world_.Hold(false);
  ExpectVerified();
}

INSTANTIATE_TEST_SUITE_P(Step, At,
                         testing::Combine(testing::Values(v1::STEP_OBSERVE, v1::STEP_HYPOTHESIZE,
                                                          v1::STEP_REPRODUCE, v1::STEP_TEST,
                                                          v1::STEP_FIX, v1::STEP_VERIFY),
                                          testing::Bool()),
                         [](const auto& one) {
                           return v1::Step_Name(std::get<0>(one.param)) +
                                  (std::get<1>(one.param) ? "_Crash" : "");
                         });

TEST(Cancel, DuringASurveyEndsItsBatches) {
  SimulatedWorld world({.many = true});
  world.Open();
  std::set<std::int64_t> batches;
  ASSERT_TRUE(world.RunUntil([&](const State& state) {
    for (const auto& [id, flight] : state.in_flight) {
      if (flight.effect->run().has_trial_plan()) batches.insert(id);
    }
    return batches.size() == 2;
  }));
  EXPECT_EQ(world.Look(world.id()).brief.step, v1::STEP_HYPOTHESIZE);

  ASSERT_TRUE(world.Ask(world.id(), CancelInput()).ok());
  world.RunUntilIdle();

  EXPECT_EQ(world.Look(world.id()).ended.ended_by(), v1::ENDED_BY_CANCELLED);
  for (const std::int64_t batch : batches) {
    EXPECT_TRUE(world.cancelled().contains({world.id(), batch}));
  }
  EXPECT_EQ(world.Violation(), "");
}

TEST(Veto, OfTheHypothesisInHandGoesOnToTheNext) {
  SimulatedWorld world({.seed = 5});
  world.Open();
  ASSERT_TRUE(world.RunUntil([](const State& state) {
    return state.brief.step == v1::STEP_TEST && !state.in_flight.empty();
  }));
  v1::Steered veto;
  veto.set_veto(world.Look(world.id()).brief.active_hypothesis);

  ASSERT_TRUE(world.Ask(world.id(), SteerInput(veto)).ok());
  ASSERT_TRUE(world.RunUntil(Ended));

  const State state = world.Look(world.id());
  EXPECT_EQ(state.brief.hypotheses[0].status(), v1::HYPOTHESIS_STATUS_VETOED);
  EXPECT_EQ(state.ended.outcome(), v1::OUTCOME_VERIFIED_FIX);
  ExpectSound(world);
}

TEST(Veto, BeforeItsTurnMeansThatItIsNeverTested) {
  for (const v1::Step when : {v1::STEP_HYPOTHESIZE, v1::STEP_REPRODUCE}) {
    SimulatedWorld world({.seed = 5});
    world.Open();
    if (when == v1::STEP_HYPOTHESIZE) {
      ASSERT_TRUE(world.RunUntil([](const State& s) { return !s.brief.hypotheses.empty(); }));
    } else {
      ASSERT_TRUE(world.RunUntil([](const State& s) {
        return s.brief.step == v1::STEP_REPRODUCE && !s.in_flight.empty() &&
               !s.brief.hypotheses.empty();
      }));
    }
    v1::Steered veto;
    veto.set_veto("h1");
    ASSERT_TRUE(world.Ask(world.id(), SteerInput(veto)).ok());

    bool tested = false;
    ASSERT_TRUE(world.RunUntil([&](const State& state) {
      const bool now = state.brief.step == v1::STEP_TEST && !state.in_flight.empty();
      tested = tested || (now && state.brief.active_hypothesis == "h1");
      return Ended(state);
    }));

    const State state = world.Look(world.id());
    EXPECT_FALSE(tested) << v1::Step_Name(when);
    EXPECT_EQ(state.brief.hypotheses[0].status(), v1::HYPOTHESIS_STATUS_VETOED);
    EXPECT_EQ(state.brief.hypotheses[0].measurements_size(), 0);
    EXPECT_EQ(state.ended.outcome(), v1::OUTCOME_VERIFIED_FIX) << state.ended.message();
    ExpectSound(world);
  }
}

// --- Attempts.

TEST(Attempts, AfterAFailureThatPassesWaitForTheirTime) {
  SimulatedWorld world({.seed = 5, .transient = 1});
  world.Open();
  world.RunUntilIdle();
  EXPECT_EQ(world.started().size(), 1U) << "the second attempt waits";
  world.Pass(900'000);
  world.RunUntilIdle();
  EXPECT_EQ(world.started().size(), 1U);

  world.Pass(200'000);
  world.RunUntilIdle();

  EXPECT_EQ(world.started().size(), 2U);
  world.Crash();  // the pause is in the journal
  world.RunUntilIdle();
  EXPECT_EQ(world.started().size(), 2U);
  world.Pass(4'100'000);
  world.RunUntilIdle();
  EXPECT_GT(world.started().size(), 2U);
  ExpectSound(world);
}

}  // namespace
}  // namespace inquest::engine
