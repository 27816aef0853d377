#pragma once

#include <optional>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/suspicion.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Hypothesize: where a single failing run is all that is known, so that each line that it ran is as
// suspicious as the next, the changed inputs to run for comparison, cut as delta debugging does (A.
// Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Trans. Software
// Engineering 28, 2002). Once; nothing: there is no need, or no input that can be cut.
Result<std::optional<v1::Submission>> AskContrasts(const steps::Brief& brief,
                                                   const v1::AskWork& ask, const Clues& clues,
                                                   const TargetCode& code);

// Adds what those runs tell to the spectra.
Status ReadContrasts(const steps::Brief& brief, const TargetCode& code, Clues& clues);

}  // namespace inquest::investigators
