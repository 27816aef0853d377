#pragma once

#include <string_view>

#include "inquest/v1/run.pb.h"
#include "inquest/v1/submission.pb.h"

namespace inquest::formats {

// What a phase's output says: failed, passed and skipped tests, exceptions with their frames in the
// tree, each with a citation into the artifacts that `phase` names; or why no test was run. The
// bytes are hostile; time is linear in what is looked at (the last 8 MiB). effect_id is left to the
// caller.
v1::RunReading ReadOutput(std::string_view stdout_bytes, std::string_view stderr_bytes,
                          const v1::PhaseOutcome& phase);

}  // namespace inquest::formats
