#include "runtime/machine/commands.h"

#include <google/protobuf/util/time_util.h>

#include "steps/hypothesize/gate.h"
#include "steps/steps.h"

namespace inquest::machine {
namespace {

constexpr std::size_t kNoteLimitBytes = 16384;

Status EndedError(const State& state) {
  return {Code::kFailedPrecondition, "INVESTIGATION_ENDED",
          "the investigation has ended: " + state.ended.message()};
}

bool OutOfBudget(const State& state, TimeUs now_us) {
  using google::protobuf::util::TimeUtil;
  const v1::Budget& budget = state.budget;
  // Iterations are spent by beginning one: the last one may well be gone through.
  const bool another_visit = state.brief.step == v1::STEP_HYPOTHESIZE && !state.visit_open;
  return ActiveUs(state, now_us) >= TimeUtil::DurationToMicroseconds(budget.wall_time()) ||
         state.runs >= budget.runs() ||
         (another_visit && state.iterations >= budget.iterations()) ||
         state.disk_bytes > budget.disk_bytes();
}

// Without that it would only end again: what is wanted next may be more than one run.
bool Raised(const v1::Budget& before, const v1::Budget& now) {
  using google::protobuf::util::TimeUtil;
  return TimeUtil::DurationToMicroseconds(now.wall_time()) >
             TimeUtil::DurationToMicroseconds(before.wall_time()) ||
         now.runs() > before.runs() || now.iterations() > before.iterations() ||
         now.disk_bytes() > before.disk_bytes();
}

Status CheckSteer(const State& state, v1::Steered& steered) {
  switch (steered.what_case()) {
    case v1::Steered::kNote:
      if (!steered.note().empty() && steered.note().size() <= kNoteLimitBytes) return Status::Ok();
      return {Code::kInvalidArgument, "BAD_NOTE", "a note has 1 to 16384 bytes"};
    case v1::Steered::kHypothesis: {
      v1::Submission submission;
      *submission.add_hypotheses() = steered.hypothesis();
      const auto defects = steps::HypothesizeGate(state.brief, submission);
      if (!defects.empty()) {
        return {Code::kInvalidArgument, defects[0].reason(), defects[0].message()};
      }
      v1::Hypothesis& hypothesis = *steered.mutable_hypothesis();
      hypothesis.set_id("h" + std::to_string(state.brief.hypotheses.size() + 1));
      hypothesis.set_proposed_by("person:" + steered.principal());
      hypothesis.set_status(v1::HYPOTHESIS_STATUS_PROPOSED);
      hypothesis.clear_measurements();
      hypothesis.clear_verdict_reason();
      return Status::Ok();
    }
    case v1::Steered::kVeto:
      for (const v1::Hypothesis& hypothesis : state.brief.hypotheses) {
        if (hypothesis.id() == steered.veto()) return Status::Ok();
      }
      return {Code::kInvalidArgument, "HYPOTHESIS_NOT_FOUND", "no hypothesis " + steered.veto()};
    case v1::Steered::kEvidence:
    case v1::Steered::kBudget:
      return Status::Ok();
    case v1::Steered::WHAT_NOT_SET:
      break;
  }
  return {Code::kInvalidArgument, "NOTHING_TO_STEER", "say what to add, strike out or change"};
}

}  // namespace

Events Cancel(const State& state, const std::string& principal) {
  if (state.status == v1::STATE_ENDED) return {};
  Events events;
  for (const auto& [id, in_flight] : state.in_flight) {
    v1::Event& event = events.emplace_back();
    event.mutable_effect_abandoned()->set_effect_id(id);
    event.mutable_effect_abandoned()->set_reason("cancelled by " + principal);
  }
  v1::Ended& ended = *events.emplace_back().mutable_ended();
  ended.set_outcome(OutcomeOf(state));
  ended.set_ended_by(v1::ENDED_BY_CANCELLED);
  ended.set_reason("CANCELLED");
  ended.set_message("cancelled by " + principal);
  return events;
}

Result<Events> Pause(const State& state, const std::string& principal) {
  if (state.status == v1::STATE_ENDED) return EndedError(state);
  if (state.status == v1::STATE_PAUSED) return Events();
  Events events(1);
  events[0].mutable_paused()->set_principal(principal);
  return events;
}

Result<Events> Resume(const State& state, const std::string& principal, TimeUs now_us) {
  if (state.status == v1::STATE_RUNNING) return Events();
  if (state.status == v1::STATE_ENDED) {
    if (state.ended.ended_by() != v1::ENDED_BY_BUDGET) return EndedError(state);
    if (OutOfBudget(state, now_us) || !Raised(state.ended_budget, state.budget)) {
      return Status(Code::kFailedPrecondition, "BUDGET_EXHAUSTED",
                    state.ended.message() + "; it was not raised yet");
    }
  }
  Events events(1);
  events[0].mutable_resumed()->set_principal(principal);
  return events;
}

Result<Events> Steer(const State& state, v1::Steered steered) {
  const bool raise = steered.has_budget() && state.ended.ended_by() == v1::ENDED_BY_BUDGET;
  if (state.status == v1::STATE_ENDED && !raise) return EndedError(state);
  TRY(CheckSteer(state, steered));
  Events events(1);
  const bool vetoes_active =
      steered.what_case() == v1::Steered::kVeto && steered.veto() == state.brief.active_hypothesis;
  *events[0].mutable_steered() = std::move(steered);
  const v1::Step step = state.brief.step;
  const bool about_it = step == v1::STEP_TEST || step == v1::STEP_FIX || step == v1::STEP_VERIFY;
  if (!vetoes_active || !about_it || !state.visit_open) return events;
  // What is going on is about the hypothesis that was struck out: on to the next one.
  for (const auto& [id, in_flight] : state.in_flight) {
    v1::Event& event = events.emplace_back();
    event.mutable_effect_abandoned()->set_effect_id(id);
    event.mutable_effect_abandoned()->set_reason("its hypothesis was struck out");
  }
  v1::StepSettled& settled = *events.emplace_back().mutable_step_settled();
  settled.set_step(step);
  settled.set_visit(state.brief.visit);
  settled.set_settlement(v1::SETTLEMENT_REFUTED);
  settled.set_reason("VETOED");
  settled.set_message(state.brief.active_hypothesis + " was struck out");
  return events;
}

Events Recover(const State& state, const std::string& reason) {
  if (state.status != v1::STATE_RUNNING) return {};
  Events events(1);
  events[0].mutable_recovered()->set_logic_version(steps::kLogicVersion);
  events[0].mutable_recovered()->set_reason(reason);
  return events;
}

}  // namespace inquest::machine
