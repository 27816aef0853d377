#pragma once

#include <vector>

#include "inquest/v1/submission.pb.h"
#include "steps/brief.h"

namespace inquest::steps {

// Candidates must be patches that did not fall before. That they apply and touch neither tests nor
// the oracle is recorded by the runtime in the submission's defects.
std::vector<v1::Defect> FixGate(const Brief& brief, const v1::Submission& submission);

}  // namespace inquest::steps
