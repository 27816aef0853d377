#pragma once

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Fix: the interventions that made the failure go away, likeliest first and guards against the
// symptom last, then edits of the blamed statement that the experiment did not try and of
// its neighbours; among these, as rivals, edits of the places of hypotheses that wait, and, of what
// a survey let pass, what is one slip further.
Result<v1::Submission> OfferCandidates(const steps::Brief& brief, const v1::AskWork& ask,
                                       const TargetCode& code);

}  // namespace inquest::investigators
