#pragma once

#include <string>

#include "inquest/v1/run.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::sandbox {

// Reads what a finished run left in its directory: the outcome file, with the output of its phases
// and the files of its output folder put into the store (one sync for all). NOT_FOUND: it has left
// no outcome. Only for a run whose process tree is dead; blocks on disk.
Result<v1::RunOutcome> Ingest(const std::string& run_directory, store::ArtifactStore& artifacts);

}  // namespace inquest::sandbox
