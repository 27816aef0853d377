#pragma once

#include <string>

#include "sandbox/workspace/git_process.h"
#include "sandbox/workspace/tree_builder.h"

namespace inquest::sandbox {

// Takes the files of a commit of our own repository into the store, by `git ls-tree` and `git
// cat-file`. `scratch_file` is written and may stay. Errors as SnapshotGit.
Result<Snapshot> ReadGitCommit(const GitProcess& git, const std::string& scratch_file,
                               const std::string& commit, store::ArtifactStore& artifacts,
                               const SnapshotLimits& limits);

}  // namespace inquest::sandbox
