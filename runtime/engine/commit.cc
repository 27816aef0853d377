// The half of the loop that acts: what happens when an append is durable, or failed, and the
// effects that follow from it.
#include <algorithm>
#include <utility>

#include "policies/permit.h"
#include "runtime/base/log.h"
#include "runtime/engine/loop.h"
#include "runtime/machine/decide.h"

namespace inquest::engine {
namespace {

constexpr TimeUs kFirstParkUs = 250'000;
constexpr TimeUs kLongestParkUs = 30'000'000;

// The store could not write; everything else is about this append.
bool IsStorageFailure(const Status& status) {
  return status.code() != Code::kAborted && status.code() != Code::kAlreadyExists &&
         status.code() != Code::kInvalidArgument;
}

v1::Observation Failure(std::string reason, std::string message) {
  v1::Observation observation;
  observation.mutable_failure()->set_reason(std::move(reason));
  observation.mutable_failure()->set_message(std::move(message));
  return observation;
}

}  // namespace

void Loop::Commit(const std::string& id, Case& one, std::shared_ptr<Draft> draft) {
  one.committing = true;
  store::AppendRequest append = ToAppend(*draft, clock_.NowUs());
  // `done` is called on the store's thread: it only carries the result back to ours. By its own
  // copy of the way there: we may be gone by then, and nobody takes what it carries.
  store_.Append(std::move(append), [this, post = post_, id, draft](auto written) {
    auto carried = std::make_shared<Result<std::vector<store::JournalEvent>>>(std::move(written));
    post([this, id, draft, carried] { OnCommitted(id, *draft, std::move(*carried)); });
  });
}

void Loop::OnCommitted(const std::string& id, Draft& draft,
                       Result<std::vector<store::JournalEvent>> written) {
  Case& one = *cases_.at(id);
  one.committing = false;
  if (!written.ok()) return OnFailed(id, one, draft, written.status());
  one.parked_until_us = 0;
  one.park_delay_us = 0;
  one.parked_reason.clear();
  StopEffects(id, one, draft);
  one.state = std::make_shared<const machine::State>(std::move(draft.state));
  std::vector<FeedItem> items;
  for (store::JournalEvent& event : *written) {
    items.push_back(
        {event.sequence, std::make_shared<const std::string>(std::move(event.payload))});
  }
  feed_.Publish(id, std::move(items));
  for (const Pending& pending : draft.taken) {
    if (pending.settled) pending.settled(one.state);
  }
  StartEffects(id, one);
  SetTimer(id, one);
  Turn(id, one);
}

// Nothing of the draft is true. Clients are told; what effects brought back waits and is tried
// again.
void Loop::OnFailed(const std::string& id, Case& one, Draft& draft, const Status& status) {
  for (auto it = draft.taken.rbegin(); it != draft.taken.rend(); ++it) {
    if (it->settled) it->settled(status);
    if (it->keep) one.inputs.push_front(std::move(*it));
  }
  if (status.reason() == "JOURNAL_SYNC_FAILED" && !stopped_.has_value()) {
    // What the disk holds is not known: trying again could report success for bytes that are gone.
    stopped_ = status;
    writing_ = false;
    Log(LogLevel::kError,
        "the journal cannot be synced: nothing goes on until the daemon is started again",
        {{"error", status.ToString()}});
  }
  if (stopped_.has_value()) {
    for (const auto& [other, waits] : cases_) RefuseWaiting(*waits);
  }
  if (one.state == nullptr) {
    cases_.erase(id);
    return;
  }
  if (stopped_.has_value()) return;
  if (!IsStorageFailure(status)) {
    // Somebody else wrote: what we hold is stale. It is folded anew from the journal.
    Log(LogLevel::kWarning, "append refused",
        {{"investigation", id}, {"error", status.ToString()}});
    auto fresh = store_.GetHead(id);
    auto state = fresh.ok() ? FoldFromStore(id, fresh->last_sequence)
                            : Result<machine::State>(fresh.status());
    if (state.ok()) one.state = std::make_shared<const machine::State>(*std::move(state));
    return Turn(id, one);
  }
  if (one.parked_reason.empty()) {
    Log(LogLevel::kError, "the store cannot be written; the investigation is parked",
        {{"investigation", id}, {"error", status.ToString()}});
  }
  one.park_delay_us = std::clamp(2 * one.park_delay_us, kFirstParkUs, kLongestParkUs);
  one.parked_until_us = clock_.NowUs() + one.park_delay_us;
  one.parked_reason = status.message();
  SetTimer(id, one);
}

// Nothing is written any more, so nobody would be told otherwise.
void Loop::RefuseWaiting(Case& one) {
  for (const Pending& pending : std::exchange(one.inputs, {})) {
    if (pending.settled) pending.settled(*stopped_);
  }
}

// A paused investigation starts nothing; what it had running is taken up when it goes on.
void Loop::StartEffects(const std::string& id, Case& one) {
  if (one.state == nullptr || one.state->status != v1::STATE_RUNNING) return;
  const auto state = one.state;  // an effect that fails at once may change it
  const TimeUs now_us = clock_.NowUs();
  for (const auto& [effect_id, in_flight] : state->in_flight) {
    if (in_flight.not_before_us > now_us) continue;  // a timer is set
    if (one.started.insert({effect_id, in_flight.attempt}).second) StartEffect(id, one, in_flight);
  }
}

void Loop::StartEffect(const std::string& id, Case& one, const machine::InFlight& in_flight) {
  const std::int64_t effect_id = in_flight.effect->id();
  const int attempt = in_flight.attempt;
  const auto done = [this, post = post_, id, effect_id, attempt](v1::Observation observation) {
    auto carried = std::make_shared<v1::Observation>(std::move(observation));
    post([this, id, effect_id, attempt, carried] {
      OnReturn(id, effect_id, attempt, std::move(*carried));
    });
  };
  // Evaluated again, also right after it was scheduled: only this makes the permit that runners
  // demand.
  const v1::Policy* policy = FindPolicy(one.state->policy);
  if (policy == nullptr) {
    return done(Failure("POLICY_UNKNOWN", "there is no policy " + one.state->policy));
  }
  auto decision = policies::Evaluate(*policy, id, *in_flight.effect);
  if (const auto* denial = std::get_if<policies::Denial>(&decision)) {
    return done(Failure("POLICY_DENIED", "policy " + denial->policy + ", rule " + denial->rule +
                                             ": " + denial->message));
  }
  std::shared_ptr<const steps::Brief> brief(one.state, &one.state->brief);
  runner_.Start({std::get<policies::Permit>(std::move(decision)), id, *in_flight.effect, attempt,
                 std::move(brief)},
                done);
}

void Loop::OnReturn(const std::string& id, std::int64_t effect_id, int attempt,
                    v1::Observation observation) {
  const auto it = cases_.find(id);
  if (stopped_.has_value()) return;  // it stays where the next daemon finds it
  if (it == cases_.end()) return runner_.Forget(id, effect_id, attempt);
  Case& one = *it->second;
  auto shared = std::make_shared<const v1::Observation>(std::move(observation));
  one.inputs.push_back({[this, id, effect_id, attempt,
                         shared](const machine::State& state) -> Result<std::vector<v1::Event>> {
                          auto events = machine::DecideOnReturn(state, effect_id, attempt, *shared,
                                                                clock_.NowUs());
                          // Nobody waits for it any more.
                          if (events.empty()) runner_.Forget(id, effect_id, attempt);
                          return events;
                        },
                        nullptr, std::nullopt, true});
  Turn(id, one);
}

void Loop::StopEffects(const std::string& id, Case& one, const Draft& draft) {
  for (const auto& shared : draft.events) {
    const v1::Event& event = *shared;
    if (event.has_effect_completed()) {
      const auto& completed = event.effect_completed();
      one.started.erase({completed.effect_id(), completed.attempt()});
      runner_.Forget(id, completed.effect_id(), completed.attempt());
    }
    if (event.has_effect_retried()) {
      const auto& retried = event.effect_retried();
      one.started.erase({retried.effect_id(), retried.attempt() - 1});
      runner_.Forget(id, retried.effect_id(), retried.attempt() - 1);
    }
    if (event.has_effect_abandoned()) {
      const std::int64_t effect_id = event.effect_abandoned().effect_id();
      std::erase_if(one.started, [&](const auto& key) { return key.first == effect_id; });
      runner_.Cancel(id, effect_id);
    }
  }
}

}  // namespace inquest::engine
