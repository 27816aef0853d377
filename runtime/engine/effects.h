#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "inquest/v1/effect.pb.h"
#include "policies/permit.h"
#include "steps/brief.h"

namespace inquest::engine {

// One effect to start: permitted, with what is known at that moment.
struct StartOrder {
  policies::Permit permit;
  std::string investigation;
  v1::Effect effect;
  int attempt = 1;
  std::shared_ptr<const steps::Brief> brief;
};

// Does effects. The engine knows nothing else of the outside. Thread-safe.
class EffectRunner {
 public:
  using Done = std::function<void(v1::Observation)>;

  virtual ~EffectRunner() = default;

  // Returns at once. `done` is called once, from any thread: with what the effect brought back, or
  // with an EffectFailure. After a restart the same order may come again: what is running is
  // re-attached, what has finished answers at once; it never starts twice under one (effect,
  // attempt).
  virtual void Start(StartOrder order, Done done) = 0;

  // Ends it soon; `done` still comes (what it brings is dropped if nobody waits any more).
  virtual void Cancel(const std::string& investigation, std::int64_t effect_id) = 0;

  // The result is in the journal: what the effect left behind can go.
  virtual void Forget(const std::string& investigation, std::int64_t effect_id, int attempt) = 0;
};

}  // namespace inquest::engine
