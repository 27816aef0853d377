#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/builtin_survey.h"

namespace inquest::investigators {

// Hypothesize, where surveys of single changes let nothing pass: first, where several tests fail,
// which change helps which of them; then changes at two and more places together
// (combinations.h). Nothing: that was done, or there is no time left.
Result<std::optional<v1::Submission>> NextCombinations(
    const steps::Brief& brief, const v1::AskWork& ask, const std::vector<Suspect>& suspects,
    RecentChanges& recent, const TargetCode& code, const std::stop_token& stop);

}  // namespace inquest::investigators
