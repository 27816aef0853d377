#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// Copies the objects, references and HEAD of the repository at `source` (a checkout or a bare one)
// into the fresh bare repository `target`. Neither configuration, hooks nor alternates: what the
// copy lacks, it lacks. Nothing in `source` is followed or run. NOT_FOUND (TARGET_NOT_FOUND);
// FAILED_PRECONDITION (GIT_FETCH_FAILED: no repository, or a linked worktree); RESOURCE_EXHAUSTED
// (TARGET_TOO_LARGE); CANCELLED.
Status CopyGitObjects(const std::string& source, const std::string& target,
                      std::int64_t bytes_limit, const std::stop_token& stop);

}  // namespace inquest::sandbox
