#pragma once

#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "runtime/base/status.h"
#include "runtime/machine/state.h"

// What people and clients may ask of an investigation: the events that it means, or why not. Pure.
namespace inquest::machine {

using Events = std::vector<v1::Event>;

// Ended already: no events.
Events Cancel(const State& state, const std::string& principal);
// FAILED_PRECONDITION (INVESTIGATION_ENDED). Paused already: no events.
Result<Events> Pause(const State& state, const std::string& principal);
// After a pause, or after the budget ran out (which must have been raised). Running: no events.
Result<Events> Resume(const State& state, const std::string& principal, TimeUs now_us);
// INVALID_ARGUMENT with what is missing; FAILED_PRECONDITION.
Result<Events> Steer(const State& state, v1::Steered steered);
// A daemon takes it up again.
Events Recover(const State& state, const std::string& reason);

}  // namespace inquest::machine
