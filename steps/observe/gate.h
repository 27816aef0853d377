#pragma once

#include <optional>
#include <span>

#include "steps/action.h"

namespace inquest::steps {

// Exit criteria of observe over the trigger's runs: each started and could be judged, and at least
// one of them failed. A settlement says why not.
std::optional<Settle> ObserveGate(std::span<const Observed* const> runs,
                                  const v1::Analysis& readings);

}  // namespace inquest::steps
