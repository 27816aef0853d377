#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "inquest/v1/policy.pb.h"
#include "inquest/v1/target.pb.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/engine/effects.h"
#include "runtime/engine/feed.h"
#include "runtime/store/store.h"

namespace inquest::engine {

// Who asks, as the door authenticated them.
struct Caller {
  std::string principal;  // uid:1000, token:NAME, cert:SUBJECT
};

struct CreateRequest {
  v1::Problem problem;
  v1::Target target;  // checked by the door: present, well-formed, allowed over this door
  std::string investigator;
  std::string policy;
  v1::Budget budget;
  std::string request_id;
  Digest body;  // of the whole request, for request_id
};

struct SteerRequest {
  std::string id;
  std::int64_t expected_sequence = 0;
  v1::Steered what;  // principal is filled in
  std::string request_id;
  Digest body;
};

struct ForkRequest {
  std::string id;
  std::int64_t from_sequence = 0;
  std::string investigator;
  std::string request_id;
  Digest body;
};

struct EngineOptions {
  std::vector<v1::Policy> policies;
  std::vector<std::string> investigators;  // names that the runner can ask
  // Investigations kept folded in memory when nothing of theirs is in flight.
  std::size_t idle_states_kept = 64;
};

// The one thread that owns every investigation's state: takes requests and finished effects from
// its mailbox, decides (runtime/machine), appends, folds what is durable, publishes, starts
// effects. All methods are thread-safe and return at once; `done` is called once, from the engine's
// thread (or at once when it is shutting down), and must not block.
class Engine {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  // Borrows all three; they outlive it.
  Engine(store::Store& store, EffectRunner& runner, Clock& clock, EngineOptions options);
  ~Engine();

  // Starts the thread and takes up every unfinished investigation again.
  Status Start();
  // Takes nothing more, lets the append in flight finish, closes the feed, joins. Effects go on:
  // their supervisors outlive us.
  void Stop();

  void Create(CreateRequest request, Caller caller, Done<v1::Investigation> done);
  void Get(std::string id, Done<v1::Investigation> done);
  void Hypotheses(std::string id, Done<std::vector<v1::Hypothesis>> done);
  // expected_sequence 0: whatever it is.
  void Cancel(std::string id, std::int64_t expected_sequence, Caller caller,
              Done<v1::Investigation> done);
  void Pause(std::string id, std::int64_t expected_sequence, Caller caller,
             Done<v1::Investigation> done);
  void Resume(std::string id, std::int64_t expected_sequence, Caller caller,
              Done<v1::Investigation> done);
  void Steer(SteerRequest request, Caller caller, Done<v1::Investigation> done);
  void Fork(ForkRequest request, Caller caller, Done<v1::Investigation> done);

  // nullptr: there is none of that name. It lives as long as the engine.
  const v1::Policy* FindPolicy(const std::string& name) const;

  Feed& feed();
  // False: a sync of the journal failed, and nothing is written until the daemon is started again;
  // reads go on.
  bool Writing() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace inquest::engine
