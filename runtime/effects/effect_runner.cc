#include "runtime/effects/effect_runner.h"

#include "runtime/base/log.h"
#include "runtime/effects/check_submission.h"
#include "runtime/effects/failure.h"
#include "runtime/effects/oracle.h"
#include "runtime/effects/recall.h"

namespace inquest::effects {
namespace {

v1::Observation Busy() {
  return Failure(Status(Code::kResourceExhausted, "RUNNER_BUSY", "too many effects wait"));
}

}  // namespace

Runner::Runner(Doers doers) : doers_(std::move(doers)), workers_(doers_.threads) {}

Runner::~Runner() {
  std::lock_guard lock(mutex_);
  for (auto& [key, running] : running_) running.stop.request_stop();
}

void Runner::Start(engine::StartOrder order, Done done) {
  if (!order.permit.Covers(order.effect) || order.permit.investigation() != order.investigation) {
    return done(Failure(
        Status(Code::kPermissionDenied, "PERMIT_MISMATCH", "the permit is for another effect")));
  }
  {
    std::lock_guard lock(mutex_);
    Running& running = running_[{order.investigation, order.effect.id()}];
    running = {std::stop_source(), order.attempt, order.effect.has_run()};
  }
  order.effect.has_run() ? StartRun(std::move(order), std::move(done))
                         : StartWork(std::move(order), std::move(done));
}

// Reading the memory of runs blocks, so it happens on a worker; so does taking the result in.
void Runner::StartRun(engine::StartOrder order, Done done) {
  auto shared = std::make_shared<engine::StartOrder>(std::move(order));
  const bool queued = workers_.TryDo([this, shared, done] {
    const v1::RunSpec& spec = shared->effect.run();
    if (shared->effect.recallable()) {
      auto recalled = Recall(*doers_.store, spec);
      if (recalled.ok() && recalled->has_value()) {
        return OnRun(*shared, **std::move(recalled), done);
      }
    }
    doers_.executor->Start(shared->permit,
                           {shared->investigation, shared->effect.id(), shared->attempt}, spec,
                           [this, shared, done](Result<v1::RunOutcome> outcome) {
                             OnRun(*shared, std::move(outcome), done);
                           });
  });
  if (!queued) Finish({shared->investigation, shared->effect.id()}, done, Busy());
}

void Runner::OnRun(const engine::StartOrder& order, Result<v1::RunOutcome> outcome,
                   const Done& done) {
  const Key key{order.investigation, order.effect.id()};
  if (!outcome.ok()) return Finish(key, done, Failure(outcome.status()));
  const v1::RunSpec& spec = order.effect.run();
  if (const Status asked = AskOracle(spec, *doers_.store, *outcome); !asked.ok()) {
    return Finish(key, done, Failure(asked));
  }
  if (order.effect.recallable() && outcome->recalled_from().empty()) {
    const Status kept = Remember(*doers_.store, spec, *outcome,
                                 order.investigation + "/" + std::to_string(order.effect.id()));
    // The run itself stands; it is only not remembered.
    if (!kept.ok()) Log(LogLevel::kWarning, "cannot remember a run", {{"error", kept.ToString()}});
  }
  v1::Observation observation;
  *observation.mutable_run() = *std::move(outcome);
  Finish(key, done, std::move(observation));
}

void Runner::StartWork(engine::StartOrder order, Done done) {
  const Key key{order.investigation, order.effect.id()};
  std::stop_token stop;
  {
    std::lock_guard lock(mutex_);
    stop = running_[key].stop.get_token();
  }
  auto shared = std::make_shared<engine::StartOrder>(std::move(order));
  const bool queued = workers_.TryDo([this, shared, key, stop, done] {
    Finish(key, done,
           stop.stop_requested()
               ? Failure(Status(Code::kCancelled, "CANCELLED", "it was cancelled before it began"))
               : Work(*shared, stop));
  });
  if (!queued) Finish(key, done, Busy());
}

v1::Observation Runner::Work(const engine::StartOrder& order, std::stop_token stop) {
  switch (order.effect.work_case()) {
    case v1::Effect::kAcquire:
      return doers_.acquire(order.effect.acquire(), stop);
    case v1::Effect::kAnalyse:
      return doers_.analyse(order.effect.analyse(), stop);
    case v1::Effect::kAsk:
      return Ask(order, stop);
    case v1::Effect::kRun:
    case v1::Effect::WORK_NOT_SET:
      break;
  }
  return Failure(Status(Code::kInternal, "EFFECT_WITHOUT_WORK", "an effect has no work"));
}

v1::Observation Runner::Ask(const engine::StartOrder& order, std::stop_token stop) {
  const v1::AskWork& ask = order.effect.ask();
  const auto it = doers_.investigators.find(ask.investigator());
  if (it == doers_.investigators.end()) {
    return Failure(Status(Code::kNotFound, "INVESTIGATOR_UNKNOWN",
                          "there is no investigator " + ask.investigator()));
  }
  auto submission = it->second->Answer(*order.brief, ask, stop);
  if (!submission.ok()) return Failure(submission.status());
  // Facts are ours: whatever the investigator wrote there is replaced.
  submission->set_investigator(ask.investigator());
  submission->clear_defects();
  auto defects = CheckSubmission(*order.brief, *submission, *doers_.store);
  if (!defects.ok()) return Failure(defects.status());
  for (v1::Defect& defect : *defects) *submission->add_defects() = std::move(defect);
  v1::Observation observation;
  *observation.mutable_submission() = *std::move(submission);
  return observation;
}

void Runner::Finish(const Key& key, const Done& done, v1::Observation observation) {
  {
    std::lock_guard lock(mutex_);
    running_.erase(key);
  }
  done(std::move(observation));
}

void Runner::Cancel(const std::string& investigation, std::int64_t effect_id) {
  sandbox::RunKey key{investigation, effect_id, 1};
  {
    std::lock_guard lock(mutex_);
    const auto it = running_.find({investigation, effect_id});
    if (it == running_.end()) return;
    it->second.stop.request_stop();
    if (!it->second.is_run) return;
    key.attempt = it->second.attempt;
  }
  doers_.executor->Cancel(key);
}

void Runner::Forget(const std::string& investigation, std::int64_t effect_id, int attempt) {
  // What is not a run leaves nothing behind; the executor ignores keys that it does not know.
  const bool queued =
      workers_.TryDo([this, key = sandbox::RunKey{investigation, effect_id, attempt}] {
        doers_.executor->Forget(key);
      });
  if (!queued) Log(LogLevel::kWarning, "a run's leftovers stay until the next start", {});
}

}  // namespace inquest::effects
