#pragma once

#include <vector>

#include "inquest/v1/submission.pb.h"
#include "steps/brief.h"

namespace inquest::steps {

// What a hypothesis must have to be testable: a location, a mechanism, a citation, predictions for
// true and for false; and it must not repeat a refuted one at the same place.
std::vector<v1::Defect> HypothesizeGate(const Brief& brief, const v1::Submission& submission);

}  // namespace inquest::steps
