#include "runtime/engine/case.h"

#include <google/protobuf/util/time_util.h>

#include "runtime/machine/decide.h"

namespace inquest::engine {
namespace {

// Moves in one transaction; a run of decisions that is longer is a loop in the step logic.
constexpr int kMovesLimit = 1000;

store::Head HeadOf(const machine::State& state) {
  store::Head head;
  head.title = state.brief.problem.title();
  head.state = state.status;
  head.step = state.status == v1::STATE_ENDED ? v1::STEP_ENDED : state.brief.step;
  head.outcome =
      state.status == v1::STATE_ENDED ? state.ended.outcome() : machine::OutcomeOf(state);
  head.ended_by = state.ended.ended_by();
  return head;
}

void AddToOutbox(const v1::Event& event, const machine::State& state,
                 store::AppendRequest& append) {
  const auto row = [&](std::int64_t effect_id) {
    const auto it = state.in_flight.find(effect_id);
    if (it == state.in_flight.end()) return;  // came and went within this transaction
    append.outbox.push_back(
        {append.id, effect_id, it->second.attempt, it->second.effect->SerializeAsString()});
  };
  switch (event.kind_case()) {
    case v1::Event::kEffectScheduled:
      row(event.effect_scheduled().effect().id());
      break;
    case v1::Event::kEffectRetried:
      row(event.effect_retried().effect_id());
      break;
    case v1::Event::kEffectCompleted:
      append.outbox_done.push_back(event.effect_completed().effect_id());
      break;
    case v1::Event::kEffectAbandoned:
      append.outbox_done.push_back(event.effect_abandoned().effect_id());
      break;
    default:
      break;
  }
}

}  // namespace

Status Extend(Draft& draft, v1::Event event, TimeUs now_us) {
  event.set_sequence(draft.state.sequence + 1);
  *event.mutable_event_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(now_us);
  auto shared = std::make_shared<const v1::Event>(std::move(event));
  TRY(machine::FoldInto(draft.state, shared));
  draft.payloads.push_back(shared->SerializeAsString());
  draft.events.push_back(std::move(shared));
  return Status::Ok();
}

Status Advance(Draft& draft, const v1::Policy& policy, TimeUs now_us) {
  for (int move = 0; move < kMovesLimit; ++move) {
    std::vector<v1::Event> events = machine::Decide(draft.state, policy, now_us);
    if (events.empty()) return Status::Ok();
    for (v1::Event& event : events) TRY(Extend(draft, std::move(event), now_us));
  }
  return {Code::kInternal, "STEP_LOGIC_LOOPS", "the steps decide without end"};
}

store::AppendRequest ToAppend(const Draft& draft, TimeUs now_us) {
  store::AppendRequest append;
  append.id = draft.state.id;
  append.expected_sequence =
      draft.state.sequence - static_cast<std::int64_t>(draft.payloads.size());
  append.events = draft.payloads;
  append.recorded_at_us = now_us;
  append.head = HeadOf(draft.state);
  for (const Pending& pending : draft.taken) {
    if (pending.request.has_value()) append.request = pending.request;
  }
  for (const auto& event : draft.events) AddToOutbox(*event, draft.state, append);
  return append;
}

}  // namespace inquest::engine
