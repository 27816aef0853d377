#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "inquest/v1/policy.pb.h"
#include "runtime/engine/loop.h"
#include "runtime/store/memory.h"

namespace inquest::fakes {

// What the simulated target and investigator are like, and what goes wrong around them.
struct WorldOptions {
  std::uint64_t seed = 1;
  double failure_rate = 1.0;   // of the bug on base
  bool fix_exists = true;      // whether the right patch is among the candidates
  bool heals = false;          // base stops failing after a while by itself
  double lost = 0;             // probability that a run's supervisor dies
  double store_fault = 0;      // probability that an append fails
  double crash = 0;            // probability, per turn, that the engine dies
  double transient = 0;        // probability that an effect fails for a reason that passes
  std::int64_t run_bytes = 0;  // that a run prints
  bool many = false;           // surveys, and many patches at once: runs with trial plans
};

class FakeClock final : public Clock {
 public:
  TimeUs NowUs() override { return now_us_; }
  void Advance(TimeUs us) { now_us_ += us; }

 private:
  TimeUs now_us_ = 1'700'000'000'000'000;
};

// The whole outside of the engine in one thread and one seed: effects that finish out of order, get
// lost, survive crashes; a store that fails; a clock. What it notes is what the invariants are
// checked on.
class SimulatedWorld final : public engine::EffectRunner {
 public:
  explicit SimulatedWorld(WorldOptions options);
  ~SimulatedWorld() override;

  // Opens an investigation and drives the engine until it ends. False: it did not within the limit.
  bool RunToTheEnd();

  const std::string& id() const { return id_; }
  store::MemoryStore& store() { return store_; }
  FakeClock& clock() { return clock_; }
  engine::Loop& loop() { return *loop_; }
  // The state, folded from the journal alone.
  machine::State FoldJournal();
  // One thing that is broken; empty: all invariants hold.
  std::string Violation();
  int crashes() const { return crashes_; }

  // Turns until nothing is left to do but wait for time.
  void RunUntilIdle();
  // Turns until the state is as wanted. False: nothing more happens before it is.
  bool RunUntil(const std::function<bool(const machine::State&)>& wanted);
  // As a client's request that was answered.
  Status Ask(const std::string& id, engine::Input input);
  // Lets time pass, and the engine see it.
  void Pass(TimeUs us);
  // As after kill -9.
  void Crash();
  // While true, effects start but none finishes.
  void Hold(bool held) { held_ = held; }
  machine::State Look(const std::string& id);

  // Every (investigation, effect, attempt) that was done, and what the engine asked to end.
  using Key = std::tuple<std::string, std::int64_t, int>;
  const std::set<Key>& started() const { return started_; }
  const std::set<std::pair<std::string, std::int64_t>>& cancelled() const { return cancelled_; }
  // How many orders came, also for what was started before.
  int orders() const { return orders_; }
  void Open(v1::Budget budget = {});
  static v1::Policy Policy();

  void Start(engine::StartOrder order, Done done) override;
  void Cancel(const std::string& investigation, std::int64_t effect_id) override;
  void Forget(const std::string& investigation, std::int64_t effect_id, int attempt) override;

 private:
  void Boot();
  bool Turn();
  bool Chance(double probability);
  v1::Observation Do(const engine::StartOrder& order);
  v1::Observation RunTarget(const v1::RunSpec& spec);
  // Of a run with a trial plan: what it reached, with lines that are lost or wrong.
  void RunTrials(const v1::RunSpec& spec, v1::RunOutcome& outcome);
  v1::Observation Answer(const engine::StartOrder& order);
  // What is offered where the right patch may be among it.
  std::vector<std::string> Patches(bool with_right) const;

  const WorldOptions options_;
  std::mt19937_64 random_;
  store::MemoryStore store_;
  FakeClock clock_;
  std::unique_ptr<engine::Loop> loop_;
  int epoch_ = 0;  // of the engine that lives now; what an earlier one posted is void
  std::deque<std::function<void()>> posted_;
  std::map<Key, v1::Observation> outcomes_;  // what supervisors left behind, until it is forgotten
  struct Waiting {
    Key key;
    Done done;
    int epoch;
  };
  std::vector<Waiting> running_;
  std::set<Key> started_;
  std::string violation_;
  std::string id_;
  int runs_of_base_ = 0;
  int crashes_ = 0;
  bool held_ = false;
  int orders_ = 0;
  std::set<std::pair<std::string, std::int64_t>> cancelled_;
};

}  // namespace inquest::fakes
