#pragma once

#include "inquest/v1/run.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// Asks the spec's oracle of the run's last phase and records the answer in the outcome. Nothing is
// asked when the spec has no oracle or the run did not reach its last phase. Reads the recorded
// bytes.
Status AskOracle(const v1::RunSpec& spec, store::ArtifactStore& artifacts, v1::RunOutcome& outcome);

}  // namespace inquest::effects
