#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/store/artifacts.h"
#include "sandbox/workspace/tree.h"

namespace inquest::sandbox {

struct SnapshotLimits {
  std::int64_t files = 200'000;
  std::int64_t total_bytes = std::int64_t{2} << 30U;
  std::int64_t file_bytes = store::kArtifactLimitBytes;
};

// A target, taken into the store.
struct Snapshot {
  Tree tree;
  std::string tree_digest;
  std::int64_t size_bytes = 0;  // of all files
  // The commit that the source stands at; empty: unknown, or no git repository.
  std::string commit;
  // Artifact of its History; empty: there is none, or nobody has looked.
  std::string history_digest;
  // "path: why", fit for a message; at most 100.
  std::vector<std::string> left_out;
};

// Puts a tree together, file by file, in any order. Files go to the store in large batches: a batch
// costs one fsync, whatever is in it. One thread at a time; failed once, it is of no more use.
class TreeBuilder {
 public:
  TreeBuilder(store::ArtifactStore& artifacts, const SnapshotLimits& limits)
      : artifacts_(artifacts), limits_(limits) {}

  // Whether a file of this size may still come, before its bytes are read:
  // RESOURCE_EXHAUSTED (TARGET_TOO_LARGE).
  Status CheckRoom(const std::string& path, std::int64_t size_bytes) const;

  // Paths that are not safe are left out, with why. RESOURCE_EXHAUSTED (TARGET_TOO_LARGE), or what
  // the store fails with.
  Status AddFile(const std::string& path, TreeEntry::Kind kind, std::string bytes);
  // A link whose target is not safe is left out, with why.
  Status AddSymlink(const std::string& path, const std::string& target);

  // A file with the bytes and kind of the file at `original`, which may come later; left out if
  // there is none.
  Status AddCopy(const std::string& path, const std::string& original);

  void LeaveOut(const std::string& path, const std::string& why);

  // INVALID_ARGUMENT (BAD_TREE): a path came twice, or is a file and a folder.
  Result<Snapshot> Finish();

 private:
  struct Copy {
    std::string path;
    std::string original;
  };
  struct Pending {
    TreeEntry entry;
    std::string bytes;
  };

  Status Add(const std::string& path, TreeEntry::Kind kind, std::string bytes);
  Status Flush();
  Status ResolveCopies();

  store::ArtifactStore& artifacts_;
  const SnapshotLimits limits_;
  Snapshot snapshot_;
  std::vector<Pending> pending_;
  std::vector<Copy> copies_;
  std::int64_t pending_bytes_ = 0;
};

}  // namespace inquest::sandbox
