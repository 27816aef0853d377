#pragma once

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"

namespace inquest::effects {

// An effect that could not be done. Transient, so worth another attempt after a while: a store or a
// runner that has no room just now, a network that did not answer, a target that was being changed.
v1::Observation Failure(const Status& status);

}  // namespace inquest::effects
