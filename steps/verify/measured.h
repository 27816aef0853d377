#pragma once

#include <optional>

#include "inquest/v1/certificate.pb.h"
#include "steps/verify/gate.h"

namespace inquest::steps {

// What the patch changed of the measurement that the oracle speaks of, over all rounds (the
// reverted tree counts as the one without the patch); nothing: it speaks of none. Pure.
std::optional<v1::MeasuredChange> MeasureChange(const v1::Oracle& oracle, const Rounds& rounds);

}  // namespace inquest::steps
