#include "runtime/machine/decide.h"

#include <google/protobuf/util/time_util.h>

#include <string_view>
#include <unordered_set>

#include "policies/permit.h"
#include "runtime/base/overload.h"
#include "runtime/machine/transitions.h"
#include "steps/steps.h"

namespace inquest::machine {
namespace {

using google::protobuf::util::TimeUtil;

v1::Event EndedEvent(const State& state, v1::EndedBy by, std::string reason, std::string message) {
  v1::Event event;
  v1::Ended& ended = *event.mutable_ended();
  ended.set_outcome(OutcomeOf(state));
  ended.set_ended_by(by);
  ended.set_reason(std::move(reason));
  ended.set_message(std::move(message));
  return event;
}

void AbandonAll(const State& state, const std::string& reason, std::vector<v1::Event>& events) {
  for (const auto& [id, in_flight] : state.in_flight) {
    v1::Event& event = events.emplace_back();
    event.mutable_effect_abandoned()->set_effect_id(id);
    event.mutable_effect_abandoned()->set_reason(reason);
  }
}

std::vector<v1::Event> EndByBudget(const State& state, const std::string& what) {
  std::vector<v1::Event> events;
  AbandonAll(state, "the budget ran out", events);
  events.push_back(EndedEvent(
      state, v1::ENDED_BY_BUDGET, "BUDGET_EXHAUSTED",
      "the budget of " + what + " ran out; raise it (steer) and resume to go on from here"));
  return events;
}

// What has run out, or nothing.
std::string Exhausted(const State& state, TimeUs now_us) {
  const TimeUs wall_us = TimeUtil::DurationToMicroseconds(state.budget.wall_time());
  if (wall_us > 0 && ActiveUs(state, now_us) >= wall_us) return "wall time";
  if (state.budget.disk_bytes() > 0 && state.disk_bytes > state.budget.disk_bytes()) {
    return "evidence bytes";
  }
  return "";
}

// Reasons that speak of the target, the policy or the runtime, not of the search.
bool IsError(const std::string& reason) {
  return reason != "INVESTIGATOR_HAS_NOTHING" && reason != "SUBMISSION_REFUSED" &&
         reason != "BASE_STOPPED_FAILING" && reason != "NEEDS_DATA" &&
         reason != "FAILURE_TOO_RARE" && reason != "FIX_AMBIGUOUS";
}

// The investigation came to its end by the last settlement.
std::vector<v1::Event> End(const State& state) {
  if (state.verified) {
    return {EndedEvent(state, v1::ENDED_BY_DONE, "", "a fix was verified")};
  }
  return {EndedEvent(state, v1::ENDED_BY_DONE, "NOTHING_LEFT", "everything was tried")};
}

v1::Event StartVisit(const State& state) {
  v1::Event event;
  const auto it = state.steps.find(state.brief.step);
  event.mutable_visit_started()->set_step(state.brief.step);
  event.mutable_visit_started()->set_visit(it == state.steps.end() ? 1 : it->second.visits + 1);
  return event;
}

steps::Action RunStep(const State& state) {
  switch (state.brief.step) {
    case v1::STEP_OBSERVE:
      return steps::Observe(state.brief, state.observed);
    case v1::STEP_HYPOTHESIZE:
      return steps::Hypothesize(state.brief, state.observed);
    case v1::STEP_REPRODUCE:
      return steps::Reproduce(state.brief, state.observed);
    case v1::STEP_TEST:
      return steps::Test(state.brief, state.observed);
    case v1::STEP_FIX:
      return steps::Fix(state.brief, state.observed);
    case v1::STEP_VERIFY:
      return steps::Verify(state.brief, state.observed);
    default:
      break;
  }
  CHECK(false);
  return steps::Want{};
}

using Keys = std::unordered_set<std::string_view>;

Keys WantedKeys(const steps::Want& want) {
  Keys keys;
  for (const v1::Effect& effect : want.effects) keys.insert(effect.key());
  return keys;
}

// Those of the keys that the visit has wanted already: running, done or denied.
Keys KnownOf(const Keys& wanted, const State& state) {
  Keys known;
  const auto look = [&](std::string_view key) {
    if (wanted.contains(key)) known.insert(key);
  };
  for (const steps::Observed& observed : state.observed) look(observed.key);
  for (const auto& [id, in_flight] : state.in_flight) look(in_flight.effect->key());
  return known;
}

v1::Event Schedule(const State& state, const v1::Policy& policy, const v1::Effect& effect) {
  v1::Event event;
  const auto decision = policies::Evaluate(policy, state.id, effect);
  std::visit(Overload{[&](const policies::Permit& permit) {
                        auto& scheduled = *event.mutable_effect_scheduled();
                        *scheduled.mutable_effect() = effect;
                        scheduled.set_policy(permit.policy());
                        scheduled.set_rule(permit.rule());
                      },
                      [&](const policies::Denial& denial) {
                        auto& denied = *event.mutable_effect_denied();
                        *denied.mutable_effect() = effect;
                        denied.set_policy(denial.policy);
                        denied.set_rule(denial.rule);
                        denied.set_message(denial.message);
                      }},
             decision);
  return event;
}

// The gate's word on the visit's last submission.
v1::Event Refused(const State& state, std::vector<std::string> missing) {
  v1::Event event;
  v1::SubmissionRefused& refused = *event.mutable_submission_refused();
  for (const steps::Observed& observed : state.observed) {
    if (observed.observation->has_submission()) refused.set_effect_id(observed.effect_id);
  }
  for (std::string& one : missing) refused.add_missing(std::move(one));
  return event;
}

std::vector<std::string> Messages(const v1::AskWork& ask) {
  std::vector<std::string> messages;
  for (const v1::Defect& defect : ask.defects()) messages.push_back(defect.message());
  return messages;
}

std::vector<v1::Event> DecideOnWant(const State& state, const v1::Policy& policy,
                                    const steps::Want& want) {
  std::vector<v1::Event> events;
  const Keys wanted = WantedKeys(want);
  for (const auto& [id, in_flight] : state.in_flight) {
    if (wanted.contains(in_flight.effect->key())) continue;
    v1::Event& event = events.emplace_back();
    event.mutable_effect_abandoned()->set_effect_id(id);
    event.mutable_effect_abandoned()->set_reason("wanted no more");
  }
  const Keys known = KnownOf(wanted, state);
  std::int32_t runs = state.runs;
  for (v1::Effect effect : want.effects) {
    if (known.contains(effect.key())) continue;
    if (effect.has_run() && state.budget.runs() > 0 && ++runs > state.budget.runs()) {
      return EndByBudget(state, "runs");
    }
    if (effect.ask().defects_size() > 0) events.push_back(Refused(state, Messages(effect.ask())));
    effect.set_id(state.sequence + static_cast<std::int64_t>(events.size()) + 1);
    effect.set_step(state.brief.step);
    effect.set_visit(state.brief.visit);
    events.push_back(Schedule(state, policy, effect));
  }
  return events;
}

std::vector<v1::Event> DecideOnSettle(const State& state, const steps::Settle& settle) {
  std::vector<v1::Event> events;
  if (settle.settled.reason() == "SUBMISSION_REFUSED") {
    events.push_back(Refused(state, {settle.settled.message()}));
  }
  AbandonAll(state, "the step settled", events);
  v1::Event& event = events.emplace_back();
  v1::StepSettled& settled = *event.mutable_step_settled();
  settled = settle.settled;
  settled.set_step(state.brief.step);
  settled.set_visit(state.brief.visit);
  CHECK(Next(state.brief.step, settled.settlement()).has_value());
  if (settled.settlement() == v1::SETTLEMENT_GIVE_UP) {
    events.push_back(EndedEvent(state,
                                IsError(settled.reason()) ? v1::ENDED_BY_ERROR : v1::ENDED_BY_DONE,
                                settled.reason(), settled.message()));
  }
  return events;
}

}  // namespace

std::vector<v1::Event> Decide(const State& state, const v1::Policy& policy, TimeUs now_us) {
  if (state.status != v1::STATE_RUNNING) return {};
  if (state.brief.step == v1::STEP_ENDED) return End(state);
  if (const std::string what = Exhausted(state, now_us); !what.empty()) {
    return EndByBudget(state, what);
  }
  if (!state.visit_open) {
    const bool another = state.brief.step == v1::STEP_HYPOTHESIZE &&
                         state.budget.iterations() > 0 &&
                         state.iterations >= state.budget.iterations();
    if (another) return EndByBudget(state, "iterations");
    return {StartVisit(state)};
  }
  return std::visit(
      Overload{[&](const steps::Want& want) { return DecideOnWant(state, policy, want); },
               [&](const steps::Settle& settle) { return DecideOnSettle(state, settle); }},
      RunStep(state));
}

std::vector<v1::Event> DecideOnReturn(const State& state, std::int64_t effect_id, int attempt,
                                      v1::Observation observation, TimeUs now_us) {
  const auto it = state.in_flight.find(effect_id);
  if (it == state.in_flight.end() || it->second.attempt != attempt) return {};
  const bool passes = observation.failure().transient();
  const bool lost = observation.run().problem() == v1::RunOutcome::PROBLEM_LOST;
  v1::Event event;
  if ((lost || passes) && attempt < kAttempts) {
    v1::EffectRetried& retried = *event.mutable_effect_retried();
    retried.set_effect_id(effect_id);
    retried.set_attempt(attempt + 1);
    retried.set_reason(observation.has_run() ? observation.run().explanation()
                                             : observation.failure().message());
    if (passes) {
      const TimeUs pause_us = kFirstPauseUs << (2 * (attempt - 1));
      *retried.mutable_not_before() = TimeUtil::MicrosecondsToTimestamp(now_us + pause_us);
    }
    return {std::move(event)};
  }
  v1::EffectCompleted& completed = *event.mutable_effect_completed();
  completed.set_effect_id(effect_id);
  completed.set_attempt(attempt);
  *completed.mutable_observation() = std::move(observation);
  return {std::move(event)};
}

}  // namespace inquest::machine
