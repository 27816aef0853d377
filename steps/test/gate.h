#pragma once

#include <vector>

#include "inquest/v1/submission.pb.h"
#include "steps/brief.h"

namespace inquest::steps {

// An experiment must be for the active hypothesis, have one control that is traced, and
// interventions with a patch each when the prediction speaks of them.
std::vector<v1::Defect> TestGate(const Brief& brief, const v1::Submission& submission);

}  // namespace inquest::steps
