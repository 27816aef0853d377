#include "runtime/engine/loop.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "runtime/base/log.h"
#include "runtime/machine/commands.h"

namespace inquest::engine {
namespace {

constexpr int kReadBatch = 1000;
constexpr int kRecoveredPerTurn = 16;
constexpr std::size_t kInputsLimit = 100'000;
// Inputs wait for the next transaction once this one has so many; what follows from them comes on
// top (the store takes 1,024).
constexpr std::size_t kEventsPerDraft = 256;

bool IsIdle(const Case& one) {
  return !one.committing && one.inputs.empty() && one.state != nullptr &&
         one.state->in_flight.empty() && one.parked_until_us == 0;
}

// The input's events into the draft. Commands are checked before they give events, so a later one
// that does not fold is a bug of ours; the draft is dropped with everything in it then.
Status TakeIn(Draft& draft, const Pending& pending, TimeUs now_us) {
  TRY_ASSIGN(auto events, pending.input(draft.state));
  for (v1::Event& event : events) TRY(Extend(draft, std::move(event), now_us));
  return Status::Ok();
}

}  // namespace

Loop::Loop(store::Store& store, EffectRunner& runner, Clock& clock, EngineOptions options,
           Post post)
    : store_(store),
      runner_(runner),
      clock_(clock),
      options_(std::move(options)),
      post_(std::move(post)) {}

Status Loop::Recover() {
  TRY_ASSIGN(const auto heads, store_.ListUnfinished());
  for (const store::Head& head : heads) {
    if (head.state == v1::STATE_RUNNING) to_recover_.push_back(head.id);
  }
  return Status::Ok();
}

bool Loop::RecoverSome() {
  for (int i = 0; i < kRecoveredPerTurn && !to_recover_.empty(); ++i) {
    const std::string id = std::move(to_recover_.front());
    to_recover_.pop_front();
    // Kept like an effect's return: a store that cannot be written now does not leave it lying.
    const Settled told = [id](const auto& result) {
      if (result.ok()) return;
      Log(LogLevel::kError, "cannot take up an investigation again",
          {{"investigation", id}, {"error", result.status().ToString()}});
    };
    Put(id, {[](const machine::State& state) -> Result<std::vector<v1::Event>> {
               return machine::Recover(state, "the daemon was started again");
             },
             told, std::nullopt, true});
  }
  return !to_recover_.empty();
}

const v1::Policy* Loop::FindPolicy(const std::string& name) const {
  for (const v1::Policy& policy : options_.policies) {
    if (policy.name() == name) return &policy;
  }
  return nullptr;
}

Result<machine::State> Loop::FoldFromStore(const std::string& id, std::int64_t up_to) {
  machine::State state;
  while (state.sequence < up_to) {
    TRY_ASSIGN(const auto events, store_.ReadEvents(id, state.sequence, kReadBatch));
    if (events.empty()) {
      return Status(Code::kDataLoss, "JOURNAL_DAMAGED",
                    id + ": event " + std::to_string(state.sequence + 1) + " is missing");
    }
    for (const store::JournalEvent& stored : events) {
      if (stored.sequence > up_to) break;
      const auto event = std::make_shared<v1::Event>();
      if (!event->ParseFromString(stored.payload)) {
        return Status(Code::kDataLoss, "JOURNAL_DAMAGED",
                      id + ": event " + std::to_string(stored.sequence) + " cannot be parsed");
      }
      TRY(machine::FoldInto(state, event));
    }
  }
  return state;
}

Result<Case*> Loop::Load(const std::string& id) {
  if (const auto it = cases_.find(id); it != cases_.end()) return it->second.get();
  TRY_ASSIGN(const store::Head head, store_.GetHead(id));
  TRY_ASSIGN(machine::State state, FoldFromStore(id, head.last_sequence));
  Evict();
  auto& one = cases_[id];
  one = std::make_unique<Case>();
  one->state = std::make_shared<const machine::State>(std::move(state));
  return one.get();
}

void Loop::Evict() {
  std::size_t idle = 0;
  for (const auto& [id, one] : cases_) {
    if (IsIdle(*one)) ++idle;
  }
  if (idle < options_.idle_states_kept) return;
  std::erase_if(cases_, [](const auto& entry) { return IsIdle(*entry.second); });
}

Result<std::shared_ptr<const machine::State>> Loop::Look(const std::string& id) {
  TRY_ASSIGN(Case * one, Load(id));
  if (one->state == nullptr) {
    return Status(Code::kNotFound, "INVESTIGATION_NOT_FOUND", "no investigation " + id);
  }
  return one->state;
}

std::string Loop::ParkedReason(const std::string& id) const {
  if (stopped_.has_value()) return stopped_->message();
  const auto it = cases_.find(id);
  return it == cases_.end() ? "" : it->second->parked_reason;
}

void Loop::Open(const std::string& id, v1::Event first, std::optional<store::RequestRecord> request,
                Settled settled) {
  auto& one = cases_[id];
  one = std::make_unique<Case>();
  one->inputs.push_back(
      {[first = std::move(first)](const machine::State&) -> Result<std::vector<v1::Event>> {
         return std::vector{first};
       },
       std::move(settled), std::move(request), false});
  Turn(id, *one);
}

void Loop::OpenFork(const std::string& parent, std::int64_t from_sequence, v1::Event forked,
                    std::optional<store::RequestRecord> request, Settled settled) {
  std::vector<v1::Event> events;
  while (static_cast<std::int64_t>(events.size()) < from_sequence) {
    auto stored = store_.ReadEvents(parent, static_cast<std::int64_t>(events.size()), kReadBatch);
    if (!stored.ok()) return settled(stored.status());
    if (stored->empty()) {
      return settled(Status(Code::kOutOfRange, "NO_SUCH_EVENT",
                            "the investigation has no event " + std::to_string(from_sequence)));
    }
    for (const store::JournalEvent& one : *stored) {
      if (one.sequence > from_sequence) break;
      v1::Event& event = events.emplace_back();
      if (!event.ParseFromString(one.payload)) {
        return settled(Status(Code::kDataLoss, "JOURNAL_DAMAGED",
                              parent + ": event " + std::to_string(one.sequence)));
      }
    }
  }
  // The parent's events keep their own times: Extend would give them today's.
  auto draft = std::make_shared<Draft>();
  Status status = Status::Ok();
  for (v1::Event& event : events) {
    draft->events.push_back(std::make_shared<const v1::Event>(std::move(event)));
    const Status folded = machine::FoldInto(draft->state, draft->events.back());
    if (!folded.ok()) return settled(folded);
    draft->payloads.push_back(draft->events.back()->SerializeAsString());
  }
  const std::string id = forked.forked().id();
  status = Extend(*draft, std::move(forked), clock_.NowUs());
  const v1::Policy* policy = FindPolicy(draft->state.policy);
  if (status.ok() && policy == nullptr) {
    status = Status(Code::kFailedPrecondition, "POLICY_UNKNOWN",
                    "there is no policy " + draft->state.policy + " any more");
  }
  if (status.ok()) status = Advance(*draft, *policy, clock_.NowUs());
  if (!status.ok()) return settled(status);
  draft->taken.push_back({nullptr, std::move(settled), std::move(request), false});
  auto& one = cases_[id];
  one = std::make_unique<Case>();
  Commit(id, *one, std::move(draft));
}

void Loop::Put(const std::string& id, Pending pending) {
  auto loaded = Load(id);
  if (!loaded.ok()) {
    if (pending.settled) pending.settled(loaded.status());
    return;
  }
  Case& one = **loaded;
  if (stopped_.has_value()) {
    if (pending.settled) pending.settled(*stopped_);
    return;
  }
  // A client is told now; what an effect brought back waits.
  if (one.parked_until_us > clock_.NowUs() && !pending.keep) {
    if (pending.settled) {
      pending.settled(Status(Code::kUnavailable, "STORAGE_UNAVAILABLE",
                             "the store cannot be written: " + one.parked_reason));
    }
    return;
  }
  if (one.inputs.size() >= kInputsLimit) {
    if (pending.settled) {
      pending.settled(Status(Code::kResourceExhausted, "INVESTIGATION_BUSY",
                             "too much waits for investigation " + id));
    }
    return;
  }
  one.inputs.push_back(std::move(pending));
  Turn(id, one);
}

// Takes every waiting input into one transaction. Nothing is folded before it is durable: the
// draft's state is a copy that a failed append throws away.
void Loop::Turn(const std::string& id, Case& one) {
  if (stopped_.has_value()) return;
  if (one.committing || one.inputs.empty() || one.parked_until_us > clock_.NowUs()) return;
  const TimeUs now_us = clock_.NowUs();
  auto draft = std::make_shared<Draft>();
  if (one.state != nullptr) draft->state = *one.state;
  bool has_request = false;  // one request record a transaction
  while (!one.inputs.empty() && !has_request && draft->payloads.size() < kEventsPerDraft) {
    Pending pending = std::move(one.inputs.front());
    one.inputs.pop_front();
    const Status status = TakeIn(*draft, pending, now_us);
    if (!status.ok()) {
      if (pending.settled) pending.settled(status);
      continue;
    }
    has_request = pending.request.has_value();
    draft->taken.push_back(std::move(pending));
  }
  const v1::Policy* policy = FindPolicy(draft->state.policy);
  if (policy != nullptr) {
    const Status advanced = Advance(*draft, *policy, now_us);
    if (!advanced.ok()) {
      Log(LogLevel::kError, "the step logic failed",
          {{"investigation", id}, {"error", advanced.ToString()}});
      for (const Pending& pending : draft->taken) {
        if (pending.settled) pending.settled(advanced);
      }
      return;
    }
  }
  if (!draft->payloads.empty()) return Commit(id, one, std::move(draft));
  for (const Pending& pending : draft->taken) {
    if (pending.settled) pending.settled(one.state);
  }
  StartEffects(id, one);
  SetTimer(id, one);
}

std::optional<TimeUs> Loop::NextTimeUs() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

void Loop::OnTime() {
  const TimeUs now_us = clock_.NowUs();
  while (!timers_.empty() && timers_.begin()->first <= now_us) {
    const std::string id = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    const auto it = cases_.find(id);
    if (it == cases_.end()) continue;
    Case& one = *it->second;
    one.timer_us = 0;
    if (one.state == nullptr) continue;
    // An input without events of its own: the decision looks at the time.
    one.inputs.push_back({[](const machine::State&) -> Result<std::vector<v1::Event>> {
                            return std::vector<v1::Event>();
                          },
                          nullptr, std::nullopt, false});
    Turn(id, one);
  }
}

// Looks at it again when its wall time runs out, when a pause before an attempt is over, or when
// the store is to be tried again.
void Loop::SetTimer(const std::string& id, Case& one) {
  if (stopped_.has_value()) return;
  TimeUs due_us = 0;
  if (one.parked_until_us > 0) {
    due_us = one.parked_until_us;
  } else if (one.state != nullptr && one.state->status == v1::STATE_RUNNING) {
    const TimeUs now_us = clock_.NowUs();
    const TimeUs budget_us =
        google::protobuf::util::TimeUtil::DurationToMicroseconds(one.state->budget.wall_time());
    due_us = now_us + std::max<TimeUs>(1000, budget_us - machine::ActiveUs(*one.state, now_us));
  }
  // One that comes earlier is kept: it sets the next when it has come.
  if (one.state != nullptr && due_us != 0) {
    for (const auto& [effect_id, in_flight] : one.state->in_flight) {
      if (one.started.contains({effect_id, in_flight.attempt})) continue;
      if (in_flight.not_before_us > 0) due_us = std::min(due_us, in_flight.not_before_us);
    }
  }
  if (due_us == 0 || (one.timer_us != 0 && one.timer_us <= due_us)) return;
  one.timer_us = due_us;
  timers_.emplace(due_us, id);
}

}  // namespace inquest::engine
