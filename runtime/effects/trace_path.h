#pragma once

#include <stop_token>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// How execution got to the failure, as code (analysis/execution_path.h), each piece cited from the
// files of the tree. Empty: no failure has a frame in a source that can be read. Reads at most 400
// files, 16 MiB.
Result<std::vector<v1::PathStep>> TracePath(const v1::TracePath& work,
                                            store::ArtifactStore& artifacts,
                                            const std::stop_token& stop);

}  // namespace inquest::effects
