#include <google/protobuf/util/time_util.h>

#include "runtime/machine/state.h"

namespace inquest::machine {
namespace {

using google::protobuf::util::TimeUtil;

std::string Activity(const State& state) {
  if (state.status == v1::STATE_ENDED) return state.ended.message();
  if (state.status == v1::STATE_PAUSED) return "paused";
  std::string text = v1::Step_Name(state.brief.step).substr(5);
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (!state.brief.active_hypothesis.empty()) text += " " + state.brief.active_hypothesis;
  return text + ", " + std::to_string(state.in_flight.size()) + " in flight";
}

void ProjectSpent(const State& state, TimeUs now_us, v1::Spent& spent) {
  *spent.mutable_wall_time() = TimeUtil::MicrosecondsToDuration(ActiveUs(state, now_us));
  spent.set_runs(state.runs);
  spent.set_iterations(state.iterations);
  spent.set_disk_bytes(state.disk_bytes);
  for (const auto& [step, times] : state.steps) {
    v1::StepTime& time = *spent.add_steps();
    time.set_step(step);
    time.set_visits(times.visits);
    *time.mutable_wall_time() = TimeUtil::MicrosecondsToDuration(times.wall_us);
  }
}

}  // namespace

v1::Investigation Project(const State& state, TimeUs now_us) {
  v1::Investigation out;
  out.set_name("investigations/" + state.id);
  *out.mutable_problem() = state.brief.problem;
  *out.mutable_target() = state.brief.target;
  out.set_investigator(state.brief.investigator);
  out.set_policy(state.policy);
  *out.mutable_budget() = state.budget;
  ProjectSpent(state, now_us, *out.mutable_spent());
  out.set_state(state.status);
  out.set_step(state.status == v1::STATE_ENDED ? v1::STEP_ENDED : state.brief.step);
  out.set_outcome(state.status == v1::STATE_ENDED ? state.ended.outcome() : OutcomeOf(state));
  out.set_outcome_imported(state.imported_outcome != v1::OUTCOME_UNSPECIFIED &&
                           state.imported_outcome == out.outcome());
  out.set_ended_by(state.ended.ended_by());
  out.set_ended_reason(state.ended.reason());
  out.set_ended_message(state.ended.message());
  out.set_tree_digest(state.brief.acquired.tree_digest());
  if (state.brief.reproduction.has_value()) *out.mutable_reproduction() = *state.brief.reproduction;
  if (state.brief.fix.has_value()) *out.mutable_fix() = *state.brief.fix;
  out.set_certificate_digest(state.certificate_digest);
  if (!state.question.text().empty()) *out.mutable_question() = state.question;
  out.set_last_sequence(state.sequence);
  *out.mutable_create_time() = TimeUtil::MicrosecondsToTimestamp(state.created_us);
  *out.mutable_update_time() = TimeUtil::MicrosecondsToTimestamp(state.updated_us);
  if (!state.forked_from.empty()) out.set_forked_from("investigations/" + state.forked_from);
  out.set_forked_at_sequence(state.forked_at_sequence);
  out.set_activity(Activity(state));
  return out;
}

}  // namespace inquest::machine
