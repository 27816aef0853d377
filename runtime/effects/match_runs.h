#pragma once

#include <stop_token>

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// In which runs the output, or a recorded value, matches (Analysis.matched_in, unknown_in).
// INVALID_ARGUMENT (PATTERN_INVALID).
Status MatchRuns(const v1::MatchRuns& work, store::ArtifactStore& artifacts,
                 const std::stop_token& stop, v1::Analysis& analysis);

}  // namespace inquest::effects
