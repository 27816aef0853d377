#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/formats/unified_diff.h"

namespace inquest::analysis {

// What a recent commit changed.
struct CommitChanges {
  bool known = false;  // false: `patch` could not be had
  formats::Patch patch;
  std::vector<std::string> paths;
  bool all_paths = true;  // false: it changed other paths, too
};

// Lines of a current text that are to be replaced by others: [first, first + count), 1-based; count
// 0: the others come before `first`.
struct Replacement {
  int first_line = 0;
  int count = 0;
  std::vector<std::string> lines;  // with their line ends
};

// One hunk of a commit, as far as all that it wrote still stands: what takes it back now.
struct Reversal {
  int commit = 0;                         // its place in the history
  std::vector<Replacement> replacements;  // in order
};

// What recent commits did to a file of the current tree.
struct FileHistory {
  // For each line the newest commit that wrote it, by its place in the history; -1: none of them.
  std::vector<int> written_by;
  std::vector<Reversal> reversals;  // newest commit first
};

// `commits` are newest first, and the file's text is that after the first of them. It is followed
// back until a commit does not fit the text (the file has changes that are not committed), or what
// it did is not known.
FileHistory FollowFile(const std::string& path, std::string_view text,
                       std::span<const CommitChanges> commits);

// The text with all of the replacements, which must not overlap.
std::string Replace(std::string_view text, std::vector<Replacement> replacements);

}  // namespace inquest::analysis
