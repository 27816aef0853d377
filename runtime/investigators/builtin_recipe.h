#pragma once

#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "steps/brief.h"

namespace inquest::investigators {

// Reproduce: the trigger itself, with an oracle that tells this failure from others by a text that
// every failing run printed (the test's id, the exception's type).
Result<v1::Submission> WriteRecipe(const steps::Brief& brief, store::ArtifactStore& artifacts);

}  // namespace inquest::investigators
