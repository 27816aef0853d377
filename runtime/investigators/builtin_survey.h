#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/builtin_history.h"
#include "runtime/investigators/suspicion.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Hypothesize: the changes to try next on the trigger, the likeliest at the most suspicious places
// first. Each round goes deeper into what templates know. Nothing: no (further) survey is worth its
// time, or the trigger does not fail every time, so that one clean run tells nothing.
Result<std::optional<v1::Submission>> NextSurvey(const steps::Brief& brief, const v1::AskWork& ask,
                                                 const std::vector<Suspect>& suspects,
                                                 RecentChanges& recent, const TargetCode& code,
                                                 const std::stop_token& stop);

// Of what a survey let pass, that at the place, likeliest first.
std::vector<const v1::Candidate*> PassedAt(const v1::Survey& survey, const v1::Location& at);

}  // namespace inquest::investigators
