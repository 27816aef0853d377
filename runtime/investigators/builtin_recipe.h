#pragma once

#include <vector>

#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "steps/brief.h"

namespace inquest::investigators {

// Reproduce: the trigger itself, with an oracle that tells this failure from others by a text that
// every failing run printed and no clean one (failure_text.h); a hang is told by its time alone.
Result<v1::Submission> WriteRecipe(const steps::Brief& brief, store::ArtifactStore& artifacts);
// The same with an oracle for changed inputs (failure_text.h): the failure must be this one, at the
// same place or with the same words. Where the client said what to look for, that counts. Nothing:
// other failures could not be told from this one.
Result<v1::Submission> WriteRecipeOfThisFailure(const steps::Brief& brief,
                                                store::ArtifactStore& artifacts);

// One for each of the first few tests that fail, which tells its failure from those of the others;
// none where the client said what counts, or where no text tells.
Result<std::vector<v1::Recipe>> RecipesByTest(const steps::Brief& brief,
                                              store::ArtifactStore& artifacts);

}  // namespace inquest::investigators
