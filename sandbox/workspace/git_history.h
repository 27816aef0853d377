#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "sandbox/workspace/git_process.h"

namespace inquest::sandbox {

struct HistoryLimits {
  int commits = 300;
  std::int64_t diff_bytes = std::int64_t{16} << 20U;  // of all commits together
};

// What the newest commits up to `commit` changed against their first parents, newest first, as git
// shows it in a private repository of ours: no attributes, filters, external diff or text
// conversion apply. The patches go to the store. Where the history is cut off (a shallow clone,
// these limits, the time limit), it ends; with a `good_revision`, before the commits that it has,
// too (NOT_FOUND, GIT_REVISION_NOT_FOUND: there is none; INVALID_ARGUMENT, BAD_GIT_REVISION). What
// a hostile repository says of itself may be untrue: it gives ideas, no verdicts.
// FAILED_PRECONDITION (GIT_FAILED), CANCELLED; the store's.
Result<v1::History> ReadHistory(const GitProcess& git, const std::string& commit,
                                const std::string& good_revision, store::ArtifactStore& artifacts,
                                const HistoryLimits& limits);

struct CheckoutHistoryOptions {
  // Exists, absolute, and nobody else's.
  std::string scratch_directory;
  HistoryLimits limits;
  std::int64_t repository_bytes = std::int64_t{512} << 20U;  // of all that is copied
  std::chrono::milliseconds time_limit = std::chrono::seconds(20);
};

// The history of the checkout at `path` up to `commit`. Its object files are copied first, as for
// SnapshotGit: git never runs in a repository that is not ours. Errors as CopyGitObjects and
// ReadHistory.
Result<v1::History> ReadCheckoutHistory(const std::string& path, const std::string& commit,
                                        const std::string& good_revision,
                                        store::ArtifactStore& artifacts,
                                        const CheckoutHistoryOptions& options,
                                        const std::stop_token& stop);

// The history as an artifact; empty where there is none: a target without a history that can be
// read is as good as another. CANCELLED; the store's.
Result<std::string> StoreHistory(const Result<v1::History>& history,
                                 store::ArtifactStore& artifacts);

}  // namespace inquest::sandbox
