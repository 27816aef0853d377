#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "runtime/store/artifacts.h"
#include "sandbox/workspace/tree.h"

namespace inquest::sandbox {

struct TreeCacheLimits {
  // Of all trees on disk, counted in whole 4 KiB blocks. Trees in use stay even over it.
  std::int64_t disk_bytes = std::int64_t{8} << 30U;
  // Of one tree: larger ones are refused.
  std::int64_t tree_bytes = std::int64_t{2} << 30U;
  std::int64_t tree_files = 200'000;
};

// A tree on disk. It stays there, unchanged, while anybody holds this.
class MaterialisedTree {
 public:
  MaterialisedTree(std::string path, std::int64_t disk_bytes)
      : path_(std::move(path)), disk_bytes_(disk_bytes) {}

  // The root of the tree: an absolute path if the cache's directory is one.
  const std::string& path() const { return path_; }
  std::int64_t disk_bytes() const { return disk_bytes_; }

 private:
  const std::string path_;
  const std::int64_t disk_bytes_;
};

// Trees on disk, read-only lower layers of workspaces: one directory for each tree and owner, made
// once and used by every run of that owner. Whoever makes a workspace copies from it or overlays
// it, and never writes to it, nor links to its files.
//
// Directories have mode 0755, files 0644 or 0755, and all belong to the owner, as does the closed
// (0700) folder around them. A tree appears under its name only when it is complete; what a crash
// left half made is removed at the next start, and all trees when the machine has started anew
// meanwhile (they are not synced to disk one by one) or the directory is a copy (whose files may
// have other owners). Thread-safe; one cache a directory.
class TreeCache {
 public:
  // `artifacts` outlives the cache.
  TreeCache(std::string directory, store::ArtifactStore& artifacts, const TreeCacheLimits& limits);

  // Makes the directory, throws out what is left of earlier times, takes in the complete trees.
  // Once, before anything else.
  Status Open();

  // Blocks while the tree is written, by this thread or another. Every byte was verified by the
  // store. NOT_FOUND (TREE_NOT_FOUND), DATA_LOSS (TREE_DAMAGED), RESOURCE_EXHAUSTED
  // (TREE_TOO_LARGE, DISK_FULL), PERMISSION_DENIED: only root can make trees for another user. What
  // the store fails with.
  Result<std::shared_ptr<const MaterialisedTree>> Materialise(const std::string& tree_digest,
                                                              uid_t owner);

  // The tree that lies at `path`, for a run of an earlier daemon that still uses it; nullptr: there
  // is none.
  std::shared_ptr<const MaterialisedTree> Hold(const std::string& path);

 private:
  using Key = std::pair<std::string, uid_t>;
  struct Entry {
    std::shared_ptr<const MaterialisedTree> tree;  // none: being made
    std::int64_t last_use = 0;
  };

  Result<std::shared_ptr<const MaterialisedTree>> Make(const Key& key);
  Status TakeInEarlier();
  Status ForgetEarlierTimes();
  // Renames the least recently used trees away until there is room; the caller removes them.
  std::vector<std::string> EvictLocked(std::int64_t room_bytes);

  const std::string directory_;
  store::ArtifactStore& artifacts_;
  const TreeCacheLimits limits_;

  std::mutex mutex_;
  std::condition_variable made_;
  std::map<Key, Entry> entries_;
  std::int64_t disk_bytes_ = 0;
  std::int64_t uses_ = 0;
};

}  // namespace inquest::sandbox
