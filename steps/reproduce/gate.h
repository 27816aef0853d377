#pragma once

#include <vector>

#include "inquest/v1/submission.pb.h"
#include "steps/brief.h"

namespace inquest::steps {

// A recipe must have a command, an oracle that can say yes and no, and a time limit.
std::vector<v1::Defect> ReproduceGate(const Brief& brief, const v1::Submission& submission);
// A round of smaller inputs: the recipe that tells whether the bug still shows as it did, and
// changes that each name the input that they make smaller (Candidate.location).
std::vector<v1::Defect> SmallerGate(const Brief& brief, const v1::Submission& submission);

}  // namespace inquest::steps
