#pragma once

#include <stop_token>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Hypothesize: first surveys of small changes (builtin_survey.h); then the most suspicious
// statements that were not blamed before, one hypothesis each, with the prediction that some change
// there removes the failure.
Result<v1::Submission> Hypothesize(const steps::Brief& brief, const v1::AskWork& ask,
                                   const TargetCode& code, std::stop_token stop);

}  // namespace inquest::investigators
