#pragma once

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Reproduce, once the bug was: the next round of changes that make an input of the trigger smaller
// (analysis/minimiser.h), with a recipe that tells this failure from all others. Without survey:
// nothing is left to be tried. Works out where it is by going through the earlier rounds again.
Result<v1::Submission> OfferSmaller(const steps::Brief& brief, const v1::AskWork& ask,
                                    const TargetCode& code);

}  // namespace inquest::investigators
