#include <gtest/gtest.h>

#include "runtime/machine/decide.h"
#include "runtime/machine/state.h"
#include "runtime/machine/transitions.h"

namespace inquest::machine {
namespace {

v1::Event At(std::int64_t sequence, std::int64_t seconds) {
  v1::Event event;
  event.set_sequence(sequence);
  event.mutable_event_time()->set_seconds(seconds);
  return event;
}

State Begun() {
  v1::Event event = At(1, 100);
  event.mutable_created()->set_id("abc");
  event.mutable_created()->set_policy("scratch");
  auto state = Fold({}, event);
  CHECK(state.ok());
  return *std::move(state);
}

State InVisit(v1::Step step) {
  v1::Event event = At(2, 100);
  event.mutable_visit_started()->set_step(step);
  event.mutable_visit_started()->set_visit(1);
  auto state = Fold(Begun(), event);
  CHECK(state.ok());
  return *std::move(state);
}

TEST(Transitions, EveryRowIsTakenAndEveryOtherMoveIsRefused) {
  int taken = 0;
  for (const v1::Step step : check::kLiveSteps) {
    for (int on = v1::Settlement_MIN; on <= v1::Settlement_MAX; ++on) {
      v1::Event event = At(3, 101);
      event.mutable_step_settled()->set_step(step);
      event.mutable_step_settled()->set_settlement(static_cast<v1::Settlement>(on));
      const auto next = Next(step, static_cast<v1::Settlement>(on));

      const auto state = Fold(InVisit(step), event);

      ASSERT_EQ(state.ok(), next.has_value()) << step << " " << on;
      if (!state.ok()) continue;
      EXPECT_EQ(state->brief.step, *next);
      EXPECT_FALSE(state->visit_open);
      ++taken;
    }
  }
  EXPECT_EQ(taken, static_cast<int>(kTransitions.size()));
}

TEST(Fold, RefusesAGapAnUnknownKindAndASecondBeginning) {
  EXPECT_EQ(Fold(Begun(), At(3, 100)).status().reason(), "JOURNAL_UNREADABLE");
  EXPECT_EQ(Fold(Begun(), At(2, 100)).status().reason(), "JOURNAL_UNREADABLE");
  v1::Event again = At(2, 100);
  again.mutable_created();
  EXPECT_EQ(Fold(Begun(), again).status().reason(), "JOURNAL_UNREADABLE");
}

TEST(Fold, DoesNotCountTheTimeThatTheDaemonWasDown) {
  v1::Event note = At(2, 110);
  note.mutable_steered()->set_note("n");
  v1::Event recovered = At(3, 5000);
  recovered.mutable_recovered()->set_logic_version(1);

  auto state = Fold(*Fold(Begun(), note), recovered);

  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->active_us, 10'000'000);
}

State WithRunInFlight() {
  v1::Event event = At(3, 101);
  v1::Effect& effect = *event.mutable_effect_scheduled()->mutable_effect();
  effect.set_id(3);
  effect.set_key("trigger/0");
  effect.mutable_run();
  auto state = Fold(InVisit(v1::STEP_OBSERVE), event);
  CHECK(state.ok());
  return *std::move(state);
}

v1::Observation Lost() {
  v1::Observation observation;
  observation.mutable_run()->set_problem(v1::RunOutcome::PROBLEM_LOST);
  return observation;
}

TEST(DecideOnReturn, GivesALostRunAFurtherVisibleAttemptAndThenGivesUp) {
  const State state = WithRunInFlight();

  const auto first = DecideOnReturn(state, 3, 1, Lost());
  State retried = state;
  retried.in_flight.at(3).attempt = kAttempts;
  const auto last = DecideOnReturn(retried, 3, kAttempts, Lost());

  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].effect_retried().attempt(), 2);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_TRUE(last[0].has_effect_completed());
}

TEST(DecideOnReturn, DropsAnEarlierAttemptThatComesLate) {
  State state = WithRunInFlight();
  state.in_flight.at(3).attempt = 2;

  EXPECT_TRUE(DecideOnReturn(state, 3, 1, v1::Observation()).empty());
  EXPECT_TRUE(DecideOnReturn(state, 99, 1, v1::Observation()).empty());
}

TEST(Decide, EndsByBudgetAndAbandonsWhatRuns) {
  State state = WithRunInFlight();
  state.budget.mutable_wall_time()->set_seconds(60);

  const auto events = Decide(state, v1::Policy(), state.updated_us + 61'000'000);

  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].effect_abandoned().effect_id(), 3);
  EXPECT_EQ(events[1].ended().ended_by(), v1::ENDED_BY_BUDGET);
}

TEST(Decide, RecordsADenialWhereThePolicyAllowsNothing) {
  State state = InVisit(v1::STEP_OBSERVE);
  state.brief.target.set_local_path("/x");

  const auto events = Decide(state, v1::Policy(), state.updated_us);

  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].effect_denied().rule(), "sources.local_path");
}

}  // namespace
}  // namespace inquest::machine
