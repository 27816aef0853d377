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

  const auto first = DecideOnReturn(state, 3, 1, Lost(), 0);
  State retried = state;
  retried.in_flight.at(3).attempt = kAttempts;
  const auto last = DecideOnReturn(retried, 3, kAttempts, Lost(), 0);

  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].effect_retried().attempt(), 2);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_TRUE(last[0].has_effect_completed());
}

TEST(DecideOnReturn, PausesBeforeItRepeatsWhatFailedForAReasonThatPasses) {
  State state = WithRunInFlight();
  v1::Observation failed;
  failed.mutable_failure()->set_reason("GIT_FETCH_FAILED");
  failed.mutable_failure()->set_transient(true);
  std::vector<TimeUs> pauses;

  for (int attempt = 1; attempt < kAttempts; ++attempt) {
    auto events = DecideOnReturn(state, 3, attempt, failed, 200'000'000);
    ASSERT_EQ(events.size(), 1U);
    events[0].set_sequence(state.sequence + 1);
    auto folded = Fold(state, events[0]);
    ASSERT_TRUE(folded.ok()) << folded.status().ToString();
    state = *std::move(folded);
    pauses.push_back(state.in_flight.at(3).not_before_us - 200'000'000);
  }
  const auto last = DecideOnReturn(state, 3, kAttempts, failed, 200'000'000);

  EXPECT_EQ(pauses, (std::vector<TimeUs>{1'000'000, 4'000'000}));
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].effect_completed().observation().failure().reason(), "GIT_FETCH_FAILED");
}

TEST(DecideOnReturn, DropsAnEarlierAttemptThatComesLate) {
  State state = WithRunInFlight();
  state.in_flight.at(3).attempt = 2;

  EXPECT_TRUE(DecideOnReturn(state, 3, 1, v1::Observation(), 0).empty());
  EXPECT_TRUE(DecideOnReturn(state, 99, 1, v1::Observation(), 0).empty());
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

// The journal shows what the gate refused, each time, and by which submission.
TEST(Decide, RecordsEachSubmissionThatTheGateRefuses) {
  State state = InVisit(v1::STEP_HYPOTHESIZE);
  v1::Policy policy;
  policy.mutable_investigators()->add_allowed("builtin");
  state.brief.investigator = "builtin";
  std::vector<std::int64_t> refused;
  while (state.brief.step == v1::STEP_HYPOTHESIZE && state.status == v1::STATE_RUNNING) {
    auto events = Decide(state, policy, state.updated_us);
    if (events.empty()) {  // it asked: an answer with nothing in it
      ASSERT_EQ(state.in_flight.size(), 1U);
      v1::Observation answer;
      answer.mutable_submission()->set_investigator("builtin");
      events = DecideOnReturn(state, state.in_flight.begin()->first, 1, answer, state.updated_us);
    }
    for (v1::Event& event : events) {
      event.set_sequence(state.sequence + 1);
      if (event.has_submission_refused()) {
        refused.push_back(event.submission_refused().effect_id());
        EXPECT_GE(event.submission_refused().missing_size(), 1);
      }
      auto folded = Fold(state, event);
      ASSERT_TRUE(folded.ok()) << folded.status().ToString();
      state = *std::move(folded);
    }
  }

  EXPECT_EQ(state.ended.reason(), "SUBMISSION_REFUSED");
  ASSERT_EQ(refused.size(), 3U);
  EXPECT_LT(refused[0], refused[1]);
  EXPECT_LT(refused[1], refused[2]);
}

v1::Event Proposed(std::int64_t sequence) {
  v1::Event event = At(sequence, 101);
  v1::StepSettled& settled = *event.mutable_step_settled();
  settled.set_step(v1::STEP_OBSERVE);
  settled.set_settlement(v1::SETTLEMENT_DONE);
  settled.mutable_symptom()->set_failing_runs(3);
  return event;
}

TEST(Fold, AnImportedInvestigationIsPausedAndItsOutcomeIsAnothersWord) {
  State state = *Fold(InVisit(v1::STEP_OBSERVE), Proposed(3));
  ASSERT_FALSE(Project(state, 0).outcome_imported());
  v1::Event imported = At(4, 500);
  imported.mutable_imported()->set_principal("uid:7");

  state = *Fold(state, imported);

  EXPECT_EQ(state.status, v1::STATE_PAUSED);
  EXPECT_TRUE(Project(state, 0).outcome_imported());
  EXPECT_EQ(state.active_us, 1'000'000) << "the way between two machines is not counted";
}

TEST(Fold, WhatAnImportedInvestigationReachesHereIsItsOwn) {
  State state = Begun();
  v1::Event imported = At(2, 100);
  imported.mutable_imported();
  state = *Fold(state, imported);
  ASSERT_TRUE(Project(state, 0).outcome_imported());
  v1::Event resumed = At(3, 100);
  resumed.mutable_resumed();
  v1::Event visit = At(4, 100);
  visit.mutable_visit_started()->set_step(v1::STEP_OBSERVE);
  for (const v1::Event& event : {resumed, visit, Proposed(5)}) state = *Fold(state, event);

  EXPECT_FALSE(Project(state, 0).outcome_imported());
}

// Its runs may all be recorded there, so that it settles at once: that is no evidence of ours.
TEST(Fold, WhatAVisitSettlesThatBeganBeforeTheImportIsAnothersWord) {
  State state = InVisit(v1::STEP_OBSERVE);
  v1::Event imported = At(3, 100);
  imported.mutable_imported();
  v1::Event resumed = At(4, 100);
  resumed.mutable_resumed();

  for (const v1::Event& event : {imported, resumed, Proposed(5)}) state = *Fold(state, event);

  EXPECT_EQ(Project(state, 0).outcome(), v1::OUTCOME_OBSERVED);
  EXPECT_TRUE(Project(state, 0).outcome_imported());
}

TEST(Fold, AForkFromBeforeTheImportIsAnothersWordToo) {
  State state = *Fold(InVisit(v1::STEP_OBSERVE), Proposed(3));
  v1::Event forked = At(4, 200);
  forked.mutable_forked()->set_id("fork");
  forked.mutable_forked()->set_imported(true);

  state = *Fold(state, forked);

  EXPECT_EQ(state.status, v1::STATE_RUNNING);
  EXPECT_TRUE(Project(state, 0).outcome_imported());
}

}  // namespace
}  // namespace inquest::machine
