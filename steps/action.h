#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/event.pb.h"

namespace inquest::steps {

// What an effect of this visit brought back, by the key under which the step wanted it.
struct Observed {
  std::string key;
  std::int64_t effect_id = 0;
  // Shared, because states are copied and these never change.
  std::shared_ptr<const v1::Effect> effect;
  std::shared_ptr<const v1::Observation> observation;
};

// The effects that the step wants done, each under a key that is unique in the visit (effect.key).
// Declarative: one that was wanted before is not started again, a running one that is wanted no
// more is cancelled. A step that neither settles nor wants anything new waits for what runs.
struct Want {
  std::vector<v1::Effect> effects;
};

// The visit is over. step and visit are filled in by Decide.
struct Settle {
  v1::StepSettled settled;
};

using Action = std::variant<Want, Settle>;

}  // namespace inquest::steps
