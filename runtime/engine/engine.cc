#include "runtime/engine/engine.h"

#include <google/protobuf/util/time_util.h>

#include <thread>

#include "policies/budget.h"
#include "runtime/base/id.h"
#include "runtime/base/mailbox.h"
#include "runtime/engine/loop.h"
#include "runtime/machine/commands.h"
#include "steps/steps.h"

namespace inquest::engine {
namespace {

constexpr std::size_t kMailboxLimit = 100'000;
constexpr TimeUs kLongestWaitUs = 60'000'000;

Status Stopping() {
  return {Code::kUnavailable, "SHUTTING_DOWN", "the daemon is shutting down; try again"};
}

Status CheckSequence(const machine::State& state, std::int64_t expected) {
  if (expected == 0 || expected == state.sequence) return Status::Ok();
  return {Code::kAborted, "SEQUENCE_MISMATCH",
          "expected_sequence is " + std::to_string(expected) + ", the last event is " +
              std::to_string(state.sequence)};
}

}  // namespace

class Engine::Loop {
 public:
  Loop(store::Store& store, EffectRunner& runner, Clock& clock, EngineOptions options)
      : loop_(store, runner, clock, std::move(options),
              [mailbox = mailbox_](std::function<void()> task) {
                (void)mailbox->Put(std::move(task));
              }) {}

  Status Start() {
    TRY(loop_.Recover());
    thread_ = std::thread([this] { Run(); });
    return Status::Ok();
  }

  void Stop() {
    loop_.feed().Close();
    mailbox_->Close();
    if (thread_.joinable()) thread_.join();
  }

  // Runs `task` on the engine's thread, or says at once that it cannot.
  template <typename T>
  void Do(const Engine::Done<T>& done, std::function<void(engine::Loop&)> task) {
    auto posted = [this, task = std::move(task)] { task(loop_); };
    if (!mailbox_->TryPut(std::move(posted))) done(Stopping());
  }

  engine::Loop& inner() { return loop_; }

 private:
  void Run() {
    bool more = loop_.RecoverSome();
    while (true) {
      std::vector<std::function<void()>> tasks;
      const auto next = loop_.NextTimeUs();
      const TimeUs now_us = loop_.clock().NowUs();
      const TimeUs due_us =
          more ? now_us : std::min(next.value_or(now_us + kLongestWaitUs), now_us + kLongestWaitUs);
      tasks =
          mailbox_->TakeAllUntil(std::chrono::system_clock::now() +
                                 std::chrono::microseconds(std::max<TimeUs>(0, due_us - now_us)));
      for (const auto& task : tasks) task();
      if (tasks.empty() && mailbox_->closed()) return;
      loop_.OnTime();
      if (more) more = loop_.RecoverSome();
    }
  }

  // Shared with what is under way in the store and in effects: they may outlive us, and find it
  // closed then.
  const std::shared_ptr<Mailbox<std::function<void()>>> mailbox_ =
      std::make_shared<Mailbox<std::function<void()>>>(kMailboxLimit);
  engine::Loop loop_;
  std::thread thread_;
};

namespace {

// The answer for a client: what it sees of the state, or the error.
Settled Answer(engine::Loop& loop, Engine::Done<v1::Investigation> done) {
  return [&loop, done = std::move(done)](const auto& settled) {
    if (!settled.ok()) return done(settled.status());
    v1::Investigation seen = machine::Project(**settled, loop.clock().NowUs());
    const std::string parked = loop.ParkedReason((*settled)->id);
    if (!parked.empty() && seen.state() == v1::STATE_RUNNING) {
      seen.set_state(v1::STATE_STORAGE_UNAVAILABLE);
      seen.set_activity("waits for the store: " + parked);
    }
    done(std::move(seen));
  };
}

// What a request is to settle; nothing: one with its request_id came before, and `settled` has the
// answer or gets it when that one does. Those under way come first: the store may know one whose
// events are not folded yet.
std::optional<Settled> Begin(engine::Loop& loop, const std::string& request_id, const Digest& body,
                             Settled settled) {
  if (request_id.empty()) return settled;
  auto begun = loop.requests().Begin(request_id, body, std::move(settled));
  if (!begun.has_value()) return std::nullopt;
  auto known = loop.store().FindRequest(request_id);
  if (known.ok() && !known->has_value()) return begun;
  if (!known.ok()) {
    (*begun)(known.status());
  } else if ((*known)->body != body) {
    (*begun)(RequestIdReused(request_id));
  } else {
    (*begun)(loop.Look((*known)->investigation));
  }
  return std::nullopt;
}

std::optional<store::RequestRecord> Record(const std::string& request_id, const Digest& body,
                                           const std::string& id) {
  if (request_id.empty()) return std::nullopt;
  return store::RequestRecord{request_id, body, id};
}

bool KnowsInvestigator(const EngineOptions& options, const std::string& name) {
  const auto& known = options.investigators;
  return std::find(known.begin(), known.end(), name) != known.end();
}

Result<v1::Event> CreatedEvent(engine::Loop& loop, const CreateRequest& request,
                               const Caller& caller) {
  v1::Event event;
  v1::Created& created = *event.mutable_created();
  created.set_id(NewId());
  *created.mutable_problem() = request.problem;
  *created.mutable_target() = request.target;
  created.set_investigator(request.investigator.empty() ? "builtin" : request.investigator);
  created.set_policy(request.policy.empty() ? "scratch" : request.policy);
  created.set_logic_version(steps::kLogicVersion);
  created.set_principal(caller.principal);
  if (created.problem().title().empty()) {
    created.mutable_problem()->set_title("`" + request.target.test_command() + "` fails");
  }
  const v1::Policy* policy = loop.FindPolicy(created.policy());
  if (policy == nullptr) {
    return Status(Code::kInvalidArgument, "POLICY_UNKNOWN", "no policy " + created.policy());
  }
  if (!KnowsInvestigator(loop.options(), created.investigator())) {
    return Status(Code::kInvalidArgument, "INVESTIGATOR_UNKNOWN",
                  "no investigator " + created.investigator());
  }
  *created.mutable_budget() = policies::GrantBudget(*policy, request.budget);
  return event;
}

}  // namespace

Engine::Engine(store::Store& store, EffectRunner& runner, Clock& clock, EngineOptions options)
    : loop_(std::make_unique<Loop>(store, runner, clock, std::move(options))) {}

Engine::~Engine() { Stop(); }

Status Engine::Start() { return loop_->Start(); }
void Engine::Stop() { loop_->Stop(); }
bool Engine::Writing() const { return loop_->inner().writing(); }
const v1::Policy* Engine::FindPolicy(const std::string& name) const {
  return loop_->inner().FindPolicy(name);  // the policies never change
}

Feed& Engine::feed() { return loop_->inner().feed(); }

void Engine::Create(CreateRequest request, Caller caller, Done<v1::Investigation> done) {
  loop_->Do(
      done, [request = std::move(request), caller = std::move(caller), done](engine::Loop& loop) {
        const auto settled = Begin(loop, request.request_id, request.body, Answer(loop, done));
        if (!settled.has_value()) return;
        auto created = CreatedEvent(loop, request, caller);
        if (!created.ok()) return (*settled)(created.status());
        const std::string id = created->created().id();
        loop.Open(id, *std::move(created), Record(request.request_id, request.body, id), *settled);
      });
}

void Engine::Get(std::string id, Done<v1::Investigation> done) {
  loop_->Do(done,
            [id = std::move(id), done](engine::Loop& loop) { Answer(loop, done)(loop.Look(id)); });
}

void Engine::Hypotheses(std::string id, Done<std::vector<v1::Hypothesis>> done) {
  loop_->Do(done, [id = std::move(id), done](engine::Loop& loop) {
    auto state = loop.Look(id);
    if (!state.ok()) return done(state.status());
    done((*state)->brief.hypotheses);
  });
}

void Engine::Cancel(std::string id, std::int64_t expected_sequence, Caller caller,
                    Done<v1::Investigation> done) {
  loop_->Do(done, [=](engine::Loop& loop) {
    loop.Put(id, {[=](const machine::State& state) -> Result<machine::Events> {
                    TRY(CheckSequence(state, expected_sequence));
                    return machine::Cancel(state, caller.principal);
                  },
                  Answer(loop, done), std::nullopt, false});
  });
}

void Engine::Pause(std::string id, std::int64_t expected_sequence, Caller caller,
                   Done<v1::Investigation> done) {
  loop_->Do(done, [=](engine::Loop& loop) {
    loop.Put(id, {[=](const machine::State& state) -> Result<machine::Events> {
                    TRY(CheckSequence(state, expected_sequence));
                    return machine::Pause(state, caller.principal);
                  },
                  Answer(loop, done), std::nullopt, false});
  });
}

void Engine::Resume(std::string id, std::int64_t expected_sequence, Caller caller,
                    Done<v1::Investigation> done) {
  loop_->Do(done, [=](engine::Loop& loop) {
    loop.Put(id, {[=, &loop](const machine::State& state) -> Result<machine::Events> {
                    TRY(CheckSequence(state, expected_sequence));
                    return machine::Resume(state, caller.principal, loop.clock().NowUs());
                  },
                  Answer(loop, done), std::nullopt, false});
  });
}

void Engine::Steer(SteerRequest request, Caller caller, Done<v1::Investigation> done) {
  loop_->Do(
      done, [request = std::move(request), caller = std::move(caller), done](engine::Loop& loop) {
        const auto settled = Begin(loop, request.request_id, request.body, Answer(loop, done));
        if (!settled.has_value()) return;
        loop.Put(request.id,
                 {[request, caller, &loop](const machine::State& state) -> Result<machine::Events> {
                    TRY(CheckSequence(state, request.expected_sequence));
                    v1::Steered steered = request.what;
                    steered.set_principal(caller.principal);
                    const v1::Policy* policy = loop.FindPolicy(state.policy);
                    if (steered.has_budget() && policy != nullptr) {
                      v1::Budget asked = state.budget;
                      asked.MergeFrom(steered.budget());
                      *steered.mutable_budget() = policies::GrantBudget(*policy, asked);
                    }
                    return machine::Steer(state, std::move(steered));
                  },
                  *settled, Record(request.request_id, request.body, request.id), false});
      });
}

void Engine::Fork(ForkRequest request, Caller caller, Done<v1::Investigation> done) {
  loop_->Do(done, [request = std::move(request), caller = std::move(caller),
                   done](engine::Loop& loop) {
    const auto settled = Begin(loop, request.request_id, request.body, Answer(loop, done));
    if (!settled.has_value()) return;
    auto parent = loop.Look(request.id);
    if (!parent.ok()) return (*settled)(parent.status());
    if (request.from_sequence < 1 || request.from_sequence > (*parent)->sequence) {
      return (*settled)(Status(Code::kOutOfRange, "NO_SUCH_EVENT",
                               "from_sequence is " + std::to_string(request.from_sequence) +
                                   " of 1 to " + std::to_string((*parent)->sequence)));
    }
    if (!request.investigator.empty() && !KnowsInvestigator(loop.options(), request.investigator)) {
      return (*settled)(Status(Code::kInvalidArgument, "INVESTIGATOR_UNKNOWN",
                               "no investigator " + request.investigator));
    }
    v1::Event event;
    v1::Forked& forked = *event.mutable_forked();
    forked.set_id(NewId());
    forked.set_parent(request.id);
    forked.set_parent_sequence(request.from_sequence);
    forked.set_investigator(request.investigator);
    forked.set_principal(caller.principal);
    forked.set_imported((*parent)->imported_outcome != v1::OUTCOME_UNSPECIFIED);
    const std::string id = forked.id();
    loop.OpenFork(request.id, request.from_sequence, std::move(event),
                  Record(request.request_id, request.body, id), *settled);
  });
}

}  // namespace inquest::engine
