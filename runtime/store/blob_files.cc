#include "runtime/store/blob_files.h"

#include <utility>
#include <vector>

#include "runtime/base/id.h"

namespace inquest::store {

Status BlobFiles::Clean() {
  const Result<std::vector<std::string>> names = files_.List(Incoming());
  if (!names.ok()) {
    return names.status().code() == Code::kNotFound ? Status::Ok() : names.status();
  }
  for (const std::string& name : *names) TRY(files_.Remove(Incoming() + "/" + name));
  return Status::Ok();
}

std::string BlobFiles::Shard(const Digest& digest) const {
  return root_ + "/" + digest.ToHex().substr(0, 2);
}

std::string BlobFiles::Path(const Digest& digest) const {
  return Shard(digest) + "/" + digest.ToHex().substr(2);
}

Status BlobFiles::EnsureDirectory(const std::string& shard) {
  std::lock_guard lock(mutex_);
  if (synced_.count(shard) > 0) return Status::Ok();
  if (synced_.count(root_) == 0) {
    TRY(files_.MakeDirectory(root_));
    TRY(files_.MakeDirectory(Incoming()));
    TRY(files_.SyncDirectory(directory_));
    synced_.insert(root_);
  }
  TRY(files_.MakeDirectory(shard));
  TRY(files_.SyncDirectory(root_));
  synced_.insert(shard);
  return Status::Ok();
}

Status BlobFiles::Write(const Digest& digest, std::string_view bytes) {
  const std::string shard = Shard(digest);
  TRY(EnsureDirectory(shard));
  const std::string incoming = Incoming() + "/" + NewId();
  TRY_ASSIGN(const std::unique_ptr<FileLayer::NewFile> file, files_.Create(incoming));
  Status status = file->Write(bytes);
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = files_.Rename(incoming, Path(digest));
  if (!status.ok()) {
    // Best effort: what stays is removed at the next start.
    static_cast<void>(files_.Remove(incoming));
    return status;
  }
  return files_.SyncDirectory(shard);
}

Status BlobFiles::RemoveAllBut(const std::unordered_set<Digest>& kept) {
  TRY(Clean());
  constexpr std::size_t kShardName = 2;
  const Result<std::vector<std::string>> shards = files_.List(root_);
  if (!shards.ok()) {
    return shards.status().code() == Code::kNotFound ? Status::Ok() : shards.status();
  }
  for (const std::string& shard : *shards) {
    if (shard.size() != kShardName) continue;
    const std::string folder = std::string(root_).append("/").append(shard);
    TRY_ASSIGN(const std::vector<std::string> names, files_.List(folder));
    for (const std::string& name : names) {
      const Result<Digest> digest = DigestFromHex(shard + name);
      if (digest.ok() && !kept.contains(*digest)) TRY(files_.Remove(Path(*digest)));
    }
  }
  return Status::Ok();
}

Result<std::string> BlobFiles::Read(const Digest& digest, std::size_t limit_bytes) {
  return files_.Read(Path(digest), limit_bytes);
}

}  // namespace inquest::store
