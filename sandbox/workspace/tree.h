#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::sandbox {

// One path of a tree. Paths are relative, '/'-separated, without "." or ".." parts; bytes, not
// text.
struct TreeEntry {
  enum class Kind { kFile, kExecutable, kSymlink };
  std::string path;
  Kind kind = Kind::kFile;
  Digest content;  // of the file's bytes, or of the link's target
  std::int64_t size_bytes = 0;
};

// What is examined, immutable: entries sorted by path. Its digest is that of its manifest, an
// artifact; its files are artifacts too.
struct Tree {
  std::vector<TreeEntry> entries;
  const TreeEntry* Find(const std::string& path) const;
};

// The manifest's bytes (the format is described in tree.cc); the same tree gives the same bytes.
std::string EncodeTree(const Tree& tree);
// DATA_LOSS (TREE_DAMAGED) when the bytes are no manifest or a path in it is not safe.
Result<Tree> DecodeTree(std::string_view manifest);

// Reads the manifest artifact of a tree. NOT_FOUND (TREE_NOT_FOUND).
Result<Tree> ReadTree(store::ArtifactStore& artifacts, const std::string& tree_digest);

// The bytes of a file of the tree; nothing: it has no file there (a link is none).
Result<std::optional<std::string>> ReadText(store::ArtifactStore& artifacts, const Tree& tree,
                                            const std::string& path);

// Why a symbolic link at `path` may not have this target, or nullptr: it is relative and goes up
// first, never above the tree, and then only down. (Going up through a folder that is itself a link
// would leave the tree by a way that nobody sees in the target.)
const char* WhyUnsafeLink(std::string_view path, std::string_view target);

}  // namespace inquest::sandbox
