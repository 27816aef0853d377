#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "sandbox/workspace/tree_builder.h"

namespace inquest::sandbox {

struct SnapshotOptions {
  SnapshotLimits limits;
  // Directories that are left out wherever they turn up: the runtime's own.
  std::vector<std::string> own_directories;
};

// Reads a user's directory into the store, and writes nothing there. Nothing in the directory is
// followed, run, or taken as configuration. Left out and listed: sockets, FIFOs, devices, symbolic
// links that lead outside, virtual environments (the sandbox binds them read-only), what may not be
// read. Left out without a word: .git, __pycache__, .pytest_cache. Empty folders are not kept. A
// file is read again when its size or times change meanwhile; the directory as a whole is not
// frozen.
//
// NOT_FOUND (TARGET_NOT_FOUND), FAILED_PRECONDITION (TARGET_NOT_A_DIRECTORY), PERMISSION_DENIED
// (TARGET_UNREADABLE), RESOURCE_EXHAUSTED (TARGET_TOO_LARGE), ABORTED (TARGET_CHANGES: a file is
// being written all the time), CANCELLED; the store's own. Blocks on I/O.
Result<Snapshot> SnapshotDirectory(const std::string& path, store::ArtifactStore& artifacts,
                                   const SnapshotOptions& options, const std::stop_token& stop);

}  // namespace inquest::sandbox
