#pragma once

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Interventions of one experiment. Each costs a run; what is not among them is not tried before
// fix.
inline constexpr std::size_t kInterventionsLimit = 40;

// Test: the traced control, and the likeliest edits of the blamed lines as interventions.
Result<v1::Submission> DesignExperiment(const steps::Brief& brief, const v1::AskWork& ask,
                                        const TargetCode& code);

}  // namespace inquest::investigators
