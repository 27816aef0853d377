#pragma once

#include <string>
#include <string_view>

namespace inquest::sandbox {

// The commit that HEAD of the checkout at `root` (an open directory) names, read from the files of
// its .git folder and without running git there: a repository's own configuration can make git run
// programs. Empty: no repository, no commit yet, a linked worktree, or nothing that can be read so.
std::string ReadGitHead(int root);

// 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
bool IsCommitId(std::string_view text);

}  // namespace inquest::sandbox
