#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/engine/case.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/requests.h"

namespace inquest::engine {

// The engine without its thread: what one turn does, driven by the engine's thread or by a
// simulation. Belongs to one thread; `post` is how effects and the store's writer get back onto it.
class Loop {
 public:
  using Post = std::function<void(std::function<void()>)>;

  Loop(store::Store& store, EffectRunner& runner, Clock& clock, EngineOptions options, Post post);

  // Finds what is unfinished; the work itself is spread over Turn.
  Status Recover();
  // Takes up a few more unfinished investigations. False: none is left.
  bool RecoverSome();

  // Due timers (budgets, parked investigations).
  void OnTime();
  // When OnTime is to be called next; nullopt: not for a known reason.
  std::optional<TimeUs> NextTimeUs() const;

  // A new investigation; `first` is its Created event.
  void Open(const std::string& id, v1::Event first, std::optional<store::RequestRecord> request,
            Settled settled);
  // A fork: the parent's events up to `from_sequence`, then `forked`.
  void OpenFork(const std::string& parent, std::int64_t from_sequence, v1::Event forked,
                std::optional<store::RequestRecord> request, Settled settled);
  // An input for one that exists. NOT_FOUND, DATA_LOSS go to `settled`.
  void Put(const std::string& id, Pending pending);
  // Its state now. NOT_FOUND, DATA_LOSS.
  Result<std::shared_ptr<const machine::State>> Look(const std::string& id);
  // Why nothing is written any more until the daemon is started anew (a failed sync of the
  // journal); nullopt: all is well.
  const std::optional<Status>& stopped() const { return stopped_; }
  // The same from any thread: false once it has stopped.
  bool writing() const { return writing_; }
  // Empty, or why its progress waits for the store.
  std::string ParkedReason(const std::string& id) const;

  const v1::Policy* FindPolicy(const std::string& name) const;
  Clock& clock() { return clock_; }
  Feed& feed() { return feed_; }
  store::Store& store() { return store_; }
  Requests& requests() { return requests_; }
  const EngineOptions& options() const { return options_; }

 private:
  Result<Case*> Load(const std::string& id);
  Result<machine::State> FoldFromStore(const std::string& id, std::int64_t up_to);
  void Turn(const std::string& id, Case& one);
  void Commit(const std::string& id, Case& one, std::shared_ptr<Draft> draft);
  void OnCommitted(const std::string& id, Draft& draft,
                   Result<std::vector<store::JournalEvent>> written);
  void OnFailed(const std::string& id, Case& one, Draft& draft, const Status& status);
  void RefuseWaiting(Case& one);
  void StartEffects(const std::string& id, Case& one);
  void StartEffect(const std::string& id, Case& one, const machine::InFlight& in_flight);
  void OnReturn(const std::string& id, std::int64_t effect_id, int attempt,
                v1::Observation observation);
  void StopEffects(const std::string& id, Case& one, const Draft& draft);
  void SetTimer(const std::string& id, Case& one);
  void Evict();

  store::Store& store_;
  EffectRunner& runner_;
  Clock& clock_;
  const EngineOptions options_;
  const Post post_;
  Feed feed_;
  Requests requests_;
  std::unordered_map<std::string, std::unique_ptr<Case>> cases_;
  std::multimap<TimeUs, std::string> timers_;
  std::deque<std::string> to_recover_;
  std::optional<Status> stopped_;
  std::atomic<bool> writing_{true};  // stopped_, for other threads
};

}  // namespace inquest::engine
