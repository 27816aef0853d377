#pragma once

#include <string>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "steps/brief.h"

namespace inquest::effects {

// The facts about a submission that take evidence to know, recorded with it for the pure gates:
// CITATION_DOES_NOT_RESOLVE, LOCATION_UNKNOWN, PATTERN_INVALID (of a predicate),
// PATCH_DOES_NOT_APPLY, PATCH_TOUCHES_TEST (the patch edits a test, the build of the oracle, or a
// file that the trigger names; not asked of past trees and changed inputs of a survey,
// steps::kPastTree and kChangedInput, nor of smaller inputs of a reproduction). A Status: the
// evidence could not be read at all.
Result<std::vector<v1::Defect>> CheckSubmission(const steps::Brief& brief,
                                                const v1::Submission& submission,
                                                store::ArtifactStore& artifacts);

// The same of one hypothesis over a tree: CITATION_DOES_NOT_RESOLVE, LOCATION_UNKNOWN,
// PATTERN_INVALID.
Result<std::vector<v1::Defect>> CheckHypothesis(const std::string& tree_digest,
                                                const v1::Hypothesis& hypothesis,
                                                store::ArtifactStore& artifacts);

}  // namespace inquest::effects
