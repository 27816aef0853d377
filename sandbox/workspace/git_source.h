#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "sandbox/workspace/tree_builder.h"

namespace inquest::sandbox {

struct GitOptions {
  // Exists, absolute, and nobody else's: private repositories are made in it and removed again.
  std::string scratch_directory;
  SnapshotLimits limits;
  // Of one pack or object file, and of all that is copied from a local repository.
  std::int64_t repository_bytes = std::int64_t{2} << 30U;
  std::chrono::milliseconds time_limit = std::chrono::minutes(10);
  // Where the history that comes with the files is to begin; empty: as far back as is read.
  std::string good_revision;
};

// Takes the files of a revision into the store. `url` is https://, ssh:// or git://, fetched into a
// private repository; or file:// or an absolute path, of which the object and reference files are
// copied: git never runs in a repository that is not ours, so what its configuration and hooks say
// is never read. Nothing is checked out, so no attributes or filters apply. The recent history
// comes with it where it can be had in time. `revision` is a commit, tag or branch; empty: HEAD.
// Left out and listed: submodules, links that lead outside.
//
// INVALID_ARGUMENT (BAD_GIT_URL, BAD_GIT_REVISION); NOT_FOUND (TARGET_NOT_FOUND,
// GIT_REVISION_NOT_FOUND); FAILED_PRECONDITION (GIT_FETCH_FAILED with what git said, GIT_MISSING);
// RESOURCE_EXHAUSTED (TARGET_TOO_LARGE); DEADLINE_EXCEEDED (GIT_TIMED_OUT); CANCELLED; the store's.
Result<Snapshot> SnapshotGit(const std::string& url, const std::string& revision,
                             store::ArtifactStore& artifacts, const GitOptions& options,
                             const std::stop_token& stop);

}  // namespace inquest::sandbox
