#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::formats {

// One hunk of a unified diff. Lines keep their marker (' ', '-', '+') and their line end.
struct Hunk {
  std::int64_t old_start = 0;
  std::int64_t old_count = 0;
  std::int64_t new_start = 0;
  std::int64_t new_count = 0;
  std::vector<std::string> lines;
};

struct FileDiff {
  std::string old_path;  // empty: the file is new
  std::string new_path;  // empty: the file is deleted
  std::vector<Hunk> hunks;
};

// Where the file is, or was.
inline const std::string& PathOf(const FileDiff& file) {
  return file.new_path.empty() ? file.old_path : file.new_path;
}

// A patch as `git diff` and `diff -u` write it, as far as text goes; binary patches, renames with
// changes and mode changes are refused.
struct Patch {
  std::vector<FileDiff> files;
};

// INVALID_ARGUMENT (BAD_PATCH, naming the line) for anything malformed, for paths that are absolute
// or climb, and over limits (8 MiB, 10,000 hunks).
Result<Patch> ParsePatch(std::string_view diff);
// What ParsePatch reads back as the same patch, and `git apply` accepts at the root of the tree.
std::string FormatPatch(const Patch& patch);
Patch Reverse(const Patch& patch);

// The patch from one file's text to another's, with 3 lines of context; empty when they are equal.
Patch DiffTexts(const std::string& path, std::string_view old_text, std::string_view new_text);

// A file after a patch; no text: deleted.
struct PatchedFile {
  std::string path;
  std::optional<std::string> text;
};
// Applies exactly (no fuzz, no offset). `read` gives a file's text, or nothing if there is none.
// FAILED_PRECONDITION (PATCH_DOES_NOT_APPLY, naming file and line).
Result<std::vector<PatchedFile>> ApplyPatch(
    const Patch& patch,
    const std::function<Result<std::optional<std::string>>(const std::string& path)>& read);

}  // namespace inquest::formats
