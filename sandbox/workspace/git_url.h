#pragma once

#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// Where a repository is.
struct GitPlace {
  std::string local_path;  // of file:// and paths; else empty
  std::string protocol;    // https, ssh or git; empty: local
};

// INVALID_ARGUMENT (BAD_GIT_URL): what could be taken for an option or for another transport, and
// URLs with a password (they would be kept in the journal).
Result<GitPlace> ParseGitUrl(const std::string& url);

// INVALID_ARGUMENT (BAD_GIT_REVISION): what is no name of a commit, tag or branch.
Status CheckGitRevision(const std::string& revision);

}  // namespace inquest::sandbox
