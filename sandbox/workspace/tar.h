#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

#include "sandbox/workspace/tree_builder.h"

namespace inquest::sandbox {

// Puts the next bytes into the buffer and says how many; 0: the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

// Reads an uploaded tar archive (ustar, pax, or GNU tar's long names; not compressed, not sparse)
// into the store, file by file as it comes. Left out and listed: devices, FIFOs, links that lead
// outside. Left out without a word: anything in a .git folder.
//
// INVALID_ARGUMENT (BAD_ARCHIVE: malformed, cut off, a path is absolute or climbs; BAD_TREE: a path
// comes twice), RESOURCE_EXHAUSTED (TARGET_TOO_LARGE), CANCELLED; what the source and the store
// fail with.
Result<Snapshot> SnapshotTar(const ByteSource& source, store::ArtifactStore& artifacts,
                             const SnapshotLimits& limits, const std::stop_token& stop);

}  // namespace inquest::sandbox
