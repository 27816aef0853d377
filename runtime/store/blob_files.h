#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/file_layer.h"

namespace inquest::store {

// Artifacts too large for the database: blobs/ab/cdef... by the digest of the raw
// bytes. Thread-safe.
//
// A file is complete before it has its name, and the name is on disk before Write returns; a row
// that cites it is written after that. A cut before leaves at most an unnamed file in
// blobs/incoming, which the next Clean removes.
class BlobFiles {
 public:
  BlobFiles(FileLayer& files, std::string directory)
      : files_(files), directory_(std::move(directory)), root_(directory_ + "/blobs") {}

  // What a crash left half-written. Call before the first Write.
  Status Clean();
  Status Write(const Digest& digest, std::string_view bytes);
  Result<std::string> Read(const Digest& digest, std::size_t limit_bytes);
  // Nobody may write meanwhile. Files that have no digest's name are not ours, and stay.
  Status RemoveAllBut(const std::unordered_set<Digest>& kept);

 private:
  std::string Incoming() const { return root_ + "/incoming"; }
  std::string Shard(const Digest& digest) const;
  std::string Path(const Digest& digest) const;
  Status EnsureDirectory(const std::string& shard);

  FileLayer& files_;
  const std::string directory_;
  const std::string root_;
  std::mutex mutex_;
  // Directories whose names are known to be on disk. One that merely exists may be from a process
  // that died before its sync, so each is synced once a process.
  std::set<std::string> synced_;
};

}  // namespace inquest::store
