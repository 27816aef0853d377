#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "runtime/machine/state.h"
#include "runtime/machine/transitions.h"

namespace inquest::machine {
namespace {

using google::protobuf::util::TimeUtil;
using EventPointer = std::shared_ptr<const v1::Event>;

Status Unreadable(const v1::Event& event, const std::string& what) {
  return {Code::kDataLoss, "JOURNAL_UNREADABLE",
          "event " + std::to_string(event.sequence()) + ": " + what};
}

v1::Hypothesis* FindHypothesis(State& state, const std::string& id) {
  for (v1::Hypothesis& hypothesis : state.brief.hypotheses) {
    if (hypothesis.id() == id) return &hypothesis;
  }
  return nullptr;
}

void SetBudget(State& state, const v1::Budget& budget) {
  state.budget = budget;
  state.brief.wall_limit_seconds = budget.wall_time().seconds();
}

void OnCreated(State& state, const v1::Created& created) {
  state.id = created.id();
  state.brief.investigation = created.id();
  state.brief.problem = created.problem();
  state.brief.target = created.target();
  state.brief.investigator = created.investigator();
  state.policy = created.policy();
  SetBudget(state, created.budget());
  state.logic_version = created.logic_version();
  state.status = v1::STATE_RUNNING;
}

void OnVisitStarted(State& state, const v1::VisitStarted& started) {
  state.brief.step = started.step();
  state.brief.visit = started.visit();
  state.visit_open = true;
  state.visit_imported = false;
  state.observed.clear();
  ++state.steps[started.step()].visits;
  if (started.step() == v1::STEP_HYPOTHESIZE) {
    ++state.iterations;
    state.brief.visit_total = state.iterations;
  }
}

std::int64_t EvidenceBytes(const v1::Observation& observation) {
  std::int64_t bytes = 0;
  if (observation.has_acquired()) bytes += observation.acquired().size_bytes();
  for (const v1::PhaseOutcome& phase : observation.run().phases()) {
    bytes += phase.stdout().size_bytes() + phase.stderr().size_bytes();
  }
  for (const v1::CollectedFile& file : observation.run().collected()) {
    bytes += file.artifact().size_bytes();
  }
  return bytes;
}

void Observe(State& state, std::shared_ptr<const v1::Effect> effect,
             std::shared_ptr<const v1::Observation> observation) {
  steps::Observed observed;
  observed.key = effect->key();
  observed.effect_id = effect->id();
  observed.effect = std::move(effect);
  observed.observation = std::move(observation);
  state.observed.push_back(std::move(observed));
}

Status OnCompleted(State& state, const EventPointer& event) {
  const v1::EffectCompleted& completed = event->effect_completed();
  const auto it = state.in_flight.find(completed.effect_id());
  if (it == state.in_flight.end())
    return Unreadable(*event, "completes an effect that is not there");
  state.disk_bytes += EvidenceBytes(completed.observation());
  if (completed.observation().has_acquired()) {
    state.brief.acquired = completed.observation().acquired();
  }
  Observe(state, std::move(it->second.effect), {event, &completed.observation()});
  if (state.brief.step == v1::STEP_HYPOTHESIZE) {
    state.brief.explored.push_back(state.observed.back());
  }
  state.in_flight.erase(it);
  return Status::Ok();
}

void OnDenied(State& state, const EventPointer& event) {
  const v1::EffectDenied& denied = event->effect_denied();
  v1::Observation observation;
  observation.mutable_failure()->set_reason("POLICY_DENIED");
  observation.mutable_failure()->set_message("policy " + denied.policy() + ", rule " +
                                             denied.rule() + ": " + denied.message());
  Observe(state, {event, &denied.effect()},
          std::make_shared<const v1::Observation>(std::move(observation)));
}

void OnJudgement(State& state, const v1::Judgement& judgement) {
  if (v1::Hypothesis* hypothesis = FindHypothesis(state, judgement.hypothesis_id())) {
    hypothesis->set_status(judgement.verdict());
    hypothesis->set_verdict_reason(judgement.reason());
    *hypothesis->mutable_measurements() = judgement.measurements();
  }
  state.brief.judgement.reset();
  if (judgement.verdict() == v1::HYPOTHESIS_STATUS_SUPPORTED) state.brief.judgement = judgement;
}

void OnHypotheses(State& state, const v1::ProposedHypotheses& proposed, std::int64_t sequence) {
  for (const v1::Hypothesis& hypothesis : proposed.hypotheses()) {
    state.brief.hypotheses.push_back(hypothesis);
    state.brief.hypotheses.back().set_proposed_sequence(sequence);
  }
  if (proposed.has_survey()) state.brief.survey = proposed.survey();
  state.brief.active_hypothesis = proposed.active_id();
  state.brief.judgement.reset();
  state.brief.fix.reset();
  if (v1::Hypothesis* active = FindHypothesis(state, proposed.active_id())) {
    active->set_status(v1::HYPOTHESIS_STATUS_ACTIVE);
  }
}

Status OnSettled(State& state, const v1::Event& event) {
  const v1::StepSettled& settled = event.step_settled();
  const auto next = Next(state.brief.step, settled.settlement());
  if (!next.has_value() || settled.step() != state.brief.step || !state.visit_open) {
    return Unreadable(event, "settles in a way that the step cannot");
  }
  switch (settled.result_case()) {
    case v1::StepSettled::kSymptom:
      state.brief.symptom = settled.symptom();
      break;
    case v1::StepSettled::kHypotheses:
      OnHypotheses(state, settled.hypotheses(), event.sequence());
      break;
    case v1::StepSettled::kReproduction:
      state.brief.reproduction = settled.reproduction();
      break;
    case v1::StepSettled::kJudgement:
      OnJudgement(state, settled.judgement());
      break;
    case v1::StepSettled::kFix:
      state.brief.fix = settled.fix();
      ++state.brief.candidates_entered_verify;
      break;
    case v1::StepSettled::kVerification:
      state.verified = settled.verification().verified();
      state.certificate_digest = settled.verification().certificate_digest();
      state.question = settled.verification().question();
      break;
    case v1::StepSettled::RESULT_NOT_SET:
      break;
  }
  if (settled.settlement() == v1::SETTLEMENT_PATCH_REJECTED && state.brief.fix.has_value()) {
    state.brief.rejected_patches.push_back(state.brief.fix->patch_digest());
    state.brief.fix.reset();
  }
  const bool back_to_observe = *next == v1::STEP_OBSERVE;
  state.brief.needs_data = back_to_observe ? settled.message() : std::string();
  state.visit_open = false;
  state.observed.clear();
  state.brief.step = *next;
  state.brief.visit = 0;
  if (state.visit_imported) state.imported_outcome = OutcomeOf(state);
  state.visit_imported = false;
  return Status::Ok();
}

void OnSteered(State& state, const v1::Event& event) {
  const v1::Steered& steered = event.steered();
  switch (steered.what_case()) {
    case v1::Steered::kNote:
      state.brief.notes.push_back(steered.note());
      break;
    case v1::Steered::kEvidence:
      state.brief.added_evidence.push_back(steered.evidence());
      break;
    case v1::Steered::kHypothesis:
      state.brief.hypotheses.push_back(steered.hypothesis());
      state.brief.hypotheses.back().set_proposed_sequence(event.sequence());
      break;
    case v1::Steered::kVeto:
      if (v1::Hypothesis* hypothesis = FindHypothesis(state, steered.veto())) {
        hypothesis->set_status(v1::HYPOTHESIS_STATUS_VETOED);
        hypothesis->set_verdict_reason("struck out by " + steered.principal());
      }
      break;
    case v1::Steered::kBudget:
      SetBudget(state, steered.budget());
      break;
    case v1::Steered::WHAT_NOT_SET:
      break;
  }
}

void OnEnded(State& state, const v1::Ended& ended) {
  state.ended = ended;
  state.ended_budget = state.budget;
  state.status = v1::STATE_ENDED;
}

void OnResumed(State& state) {
  state.status = v1::STATE_RUNNING;
  state.ended.Clear();
}

// A fork starts from the parent's past; what the parent had running is the parent's.
void OnForked(State& state, const v1::Forked& forked) {
  state.id = forked.id();
  state.brief.investigation = forked.id();
  state.forked_from = forked.parent();
  state.forked_at_sequence = forked.parent_sequence();
  if (!forked.investigator().empty()) state.brief.investigator = forked.investigator();
  if (forked.imported()) {
    state.imported_outcome = OutcomeOf(state);
    state.visit_imported = state.visit_open;
  }
  state.in_flight.clear();
  OnResumed(state);
}

void OnImported(State& state) {
  const bool ended = state.status == v1::STATE_ENDED;
  state.imported_outcome = ended ? state.ended.outcome() : OutcomeOf(state);
  state.visit_imported = state.visit_open;
  if (!ended) state.status = v1::STATE_PAUSED;
}

// Time passes for a running investigation from event to event, but for the gap before these.
void CountTime(State& state, const v1::Event& event, TimeUs now_us) {
  const bool gap =
      event.has_recovered() || event.has_resumed() || event.has_forked() || event.has_imported();
  if (state.status == v1::STATE_RUNNING && !gap) {
    const TimeUs passed = std::max<TimeUs>(0, now_us - state.updated_us);
    state.active_us += passed;
    if (state.brief.step != v1::STEP_ENDED) state.steps[state.brief.step].wall_us += passed;
  }
  state.updated_us = std::max(state.updated_us, now_us);
}

Status Apply(State& state, const EventPointer& shared) {
  const v1::Event& event = *shared;
  switch (event.kind_case()) {
    case v1::Event::kCreated:
      OnCreated(state, event.created());
      return Status::Ok();
    case v1::Event::kVisitStarted:
      OnVisitStarted(state, event.visit_started());
      return Status::Ok();
    case v1::Event::kEffectScheduled: {
      const v1::Effect& effect = event.effect_scheduled().effect();
      if (effect.id() != event.sequence()) return Unreadable(event, "schedules under a wrong id");
      if (effect.has_run()) ++state.runs;
      state.in_flight[effect.id()] = InFlight{{shared, &effect}};
      return Status::Ok();
    }
    case v1::Event::kEffectDenied:
      OnDenied(state, shared);
      return Status::Ok();
    case v1::Event::kEffectRetried: {
      const auto it = state.in_flight.find(event.effect_retried().effect_id());
      if (it == state.in_flight.end())
        return Unreadable(event, "retries an effect that is not there");
      it->second.attempt = event.effect_retried().attempt();
      it->second.not_before_us =
          TimeUtil::TimestampToMicroseconds(event.effect_retried().not_before());
      return Status::Ok();
    }
    case v1::Event::kEffectCompleted:
      return OnCompleted(state, shared);
    case v1::Event::kEffectAbandoned:
      state.in_flight.erase(event.effect_abandoned().effect_id());
      return Status::Ok();
    case v1::Event::kStepSettled:
      return OnSettled(state, event);
    case v1::Event::kSteered:
      OnSteered(state, event);
      return Status::Ok();
    case v1::Event::kPaused:
      state.status = v1::STATE_PAUSED;
      return Status::Ok();
    case v1::Event::kResumed:
      OnResumed(state);
      return Status::Ok();
    case v1::Event::kRecovered:
      state.logic_version = event.recovered().logic_version();
      return Status::Ok();
    case v1::Event::kForked:
      OnForked(state, event.forked());
      return Status::Ok();
    case v1::Event::kEnded:
      OnEnded(state, event.ended());
      return Status::Ok();
    case v1::Event::kSubmissionRefused:
      return Status::Ok();
    case v1::Event::kImported:
      OnImported(state);
      return Status::Ok();
    case v1::Event::KIND_NOT_SET:
      break;
  }
  return Unreadable(event, "is of a kind that this version does not know");
}

}  // namespace

Result<State> Fold(State state, const v1::Event& event) {
  TRY(FoldInto(state, std::make_shared<const v1::Event>(event)));
  return state;
}

Status FoldInto(State& state, const std::shared_ptr<const v1::Event>& shared) {
  const v1::Event& event = *shared;
  if (event.sequence() != state.sequence + 1) {
    return Unreadable(event, "follows event " + std::to_string(state.sequence));
  }
  const bool first = state.sequence == 0;
  if (first != event.has_created()) return Unreadable(event, "an investigation begins once");
  const TimeUs now_us = EventTimeUs(event);
  if (first) state.created_us = now_us;
  CountTime(state, event, now_us);
  state.sequence = event.sequence();
  return Apply(state, shared);
}

}  // namespace inquest::machine
