#include "tests/power_cut/simulated_files.h"

#include <cerrno>

namespace inquest::store {

namespace {

using Failure = SimulatedDisk::Failure;
using SyncSite = SimulatedDisk::SyncSite;

int ErrnoOf(Failure failure) {
  switch (failure) {
    case Failure::kNone:
      return 0;
    case Failure::kNoSpace:
      return ENOSPC;
    case Failure::kIo:
      return EIO;
    case Failure::kReadOnly:
      return EROFS;
  }
  return EIO;
}

Status StatusOf(Failure failure, const std::string& what) {
  return failure == Failure::kNone ? Status::Ok() : ErrnoStatus(what, ErrnoOf(failure));
}

Status SyncStatusOf(Failure failure, const std::string& what) {
  return failure == Failure::kNone ? Status::Ok() : Status(Code::kDataLoss, "SYNC_FAILED", what);
}

SyncSite SiteOfDirectory(const std::string& path) {
  const std::string data = kSimulatedDirectory;
  if (path == data) return SyncSite::kDataDirectory;
  if (path == data + "/blobs") return SyncSite::kBlobRoot;
  return data.rfind(path, 0) == 0 ? SyncSite::kDataParent : SyncSite::kBlobShard;
}

class SimulatedNewFile final : public FileLayer::NewFile {
 public:
  SimulatedNewFile(SimulatedDisk& disk, int inode) : disk_(disk), inode_(inode) {}

  Status Write(std::string_view bytes) override {
    return StatusOf(disk_.WriteAt(inode_, disk_.Size(inode_), bytes), "write a blob");
  }
  Status Sync() override {
    return SyncStatusOf(disk_.Sync(inode_, SyncSite::kBlobFile), "sync a blob");
  }

 private:
  SimulatedDisk& disk_;
  const int inode_;
};

class SimulatedLock final : public FileLayer::Lock {};

}  // namespace

Status SimulatedFiles::MakeDirectory(const std::string& path) {
  return disk_.MakeDirectory(path) ? Status::Ok() : ErrnoStatus("make " + path, EIO);
}

Result<std::unique_ptr<FileLayer::NewFile>> SimulatedFiles::Create(const std::string& path) {
  const std::optional<int> inode = disk_.OpenFile(path, true, true);
  if (!inode) return ErrnoStatus("create " + path, EIO);
  return std::unique_ptr<NewFile>(std::make_unique<SimulatedNewFile>(disk_, *inode));
}

Status SimulatedFiles::Rename(const std::string& from, const std::string& to) {
  return disk_.Rename(from, to) ? Status::Ok() : ErrnoStatus("rename " + from, EIO);
}

Status SimulatedFiles::SyncDirectory(const std::string& path) {
  return SyncStatusOf(disk_.SyncDirectory(path, SiteOfDirectory(path)), "sync " + path);
}

Status SimulatedFiles::Remove(const std::string& path) {
  return disk_.Remove(path) ? Status::Ok() : ErrnoStatus("remove " + path, EIO);
}

Result<std::string> SimulatedFiles::Read(const std::string& path, std::size_t limit_bytes) {
  const std::optional<int> inode = disk_.OpenFile(path, false, false);
  if (!inode) return ErrnoStatus("open " + path, ENOENT);
  return disk_.ReadAt(*inode, 0, limit_bytes + 1);
}

Result<std::vector<std::string>> SimulatedFiles::List(const std::string& path) {
  if (!disk_.Exists(path)) return ErrnoStatus("list " + path, ENOENT);
  return disk_.List(path);
}

Result<std::unique_ptr<FileLayer::Lock>> SimulatedFiles::TakeLock(const std::string& /*path*/) {
  return std::unique_ptr<Lock>(std::make_unique<SimulatedLock>());
}

}  // namespace inquest::store
