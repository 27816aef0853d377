#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "runtime/effects/workers.h"
#include "runtime/engine/effects.h"
#include "runtime/investigators/investigator.h"
#include "runtime/store/store.h"
#include "sandbox/executor.h"

namespace inquest::effects {

// What does the work; borrowed, and outliving the runner.
struct Doers {
  store::Store* store = nullptr;
  sandbox::Executor* executor = nullptr;
  std::function<v1::Observation(const v1::AcquireWork&, std::stop_token)> acquire;
  std::function<v1::Observation(const v1::AnalyseWork&, std::stop_token)> analyse;
  std::map<std::string, investigators::Investigator*> investigators;
  int threads = 2;
};

// Does every kind of effect: runs by the executor, the rest on a few worker threads. Thread-safe.
class Runner final : public engine::EffectRunner {
 public:
  explicit Runner(Doers doers);
  ~Runner() override;

  void Start(engine::StartOrder order, Done done) override;
  void Cancel(const std::string& investigation, std::int64_t effect_id) override;
  void Forget(const std::string& investigation, std::int64_t effect_id, int attempt) override;

 private:
  using Key = std::pair<std::string, std::int64_t>;
  struct Running {
    std::stop_source stop;
    int attempt = 1;
    bool is_run = false;
  };

  void StartRun(engine::StartOrder order, Done done);
  void OnRun(const engine::StartOrder& order, Result<v1::RunOutcome> outcome, const Done& done);
  void StartWork(engine::StartOrder order, Done done);
  v1::Observation Work(const engine::StartOrder& order, std::stop_token stop);
  v1::Observation Ask(const engine::StartOrder& order, std::stop_token stop);
  void Finish(const Key& key, const Done& done, v1::Observation observation);

  const Doers doers_;
  std::mutex mutex_;
  std::map<Key, Running> running_;
  Workers workers_;  // last: its threads use the rest
};

}  // namespace inquest::effects
