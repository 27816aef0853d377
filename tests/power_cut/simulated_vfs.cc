#include "tests/power_cut/simulated_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string_view>

namespace inquest::store {

namespace {

using Failure = SimulatedDisk::Failure;
using SyncSite = SimulatedDisk::SyncSite;

constexpr int kSectorBytes = 4096;  // as SQLite's own VFS says of every file

struct OpenFile {
  SimulatedDisk* disk;
  int inode;
  std::string path;
  SyncSite site;
  // The first sync of a log also syncs its name, as SQLite's own VFS does.
  bool sync_name;
  bool delete_on_close;
  int level = SQLITE_LOCK_NONE;
  bool shared_memory = false;
  unsigned slots_shared = 0;
  unsigned slots_exclusive = 0;
};

struct Handle {
  sqlite3_file base;
  OpenFile* open;
};

OpenFile& Of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->open; }

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

int Close(sqlite3_file* file) {
  auto* handle = reinterpret_cast<Handle*>(file);
  if (handle->open->delete_on_close) handle->open->disk->Remove(handle->open->path);
  delete handle->open;
  handle->open = nullptr;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  OpenFile& open = Of(file);
  if (open.disk->cut()) return SQLITE_IOERR_READ;
  const std::string bytes = open.disk->ReadAt(open.inode, offset, static_cast<std::size_t>(size));
  std::memset(out, 0, static_cast<std::size_t>(size));
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size() == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int ResultOfWrite(Failure failure) {
  switch (failure) {
    case Failure::kNone:
      return SQLITE_OK;
    case Failure::kNoSpace:
      return SQLITE_FULL;
    case Failure::kIo:
      return SQLITE_IOERR_WRITE;
    case Failure::kReadOnly:
      return SQLITE_READONLY;
  }
  return SQLITE_IOERR_WRITE;
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  OpenFile& open = Of(file);
  return ResultOfWrite(open.disk->WriteAt(
      open.inode, offset, {static_cast<const char*>(bytes), static_cast<std::size_t>(size)}));
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& open = Of(file);
  return ResultOfWrite(open.disk->Truncate(open.inode, size));
}

int ResultOfSync(const OpenFile& open, Failure failure) {
  if (failure == Failure::kNone) return SQLITE_OK;
  // After a cut nobody is there to draw conclusions from a failed sync.
  return open.disk->cut() ? SQLITE_IOERR : SQLITE_IOERR_FSYNC;
}

int Sync(sqlite3_file* file, int /*flags*/) {
  OpenFile& open = Of(file);
  const Failure failure = open.disk->Sync(open.inode, open.site);
  if (failure != Failure::kNone || !open.sync_name) return ResultOfSync(open, failure);
  open.sync_name = false;
  const std::string directory = open.path.substr(0, open.path.rfind('/'));
  return ResultOfSync(open, open.disk->SyncDirectory(directory, SyncSite::kLogName));
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  *size = Of(file).disk->Size(Of(file).inode);
  return SQLITE_OK;
}

int Lock(sqlite3_file* file, int level) {
  OpenFile& open = Of(file);
  if (level <= open.level) return SQLITE_OK;
  std::lock_guard lock(open.disk->locks_mutex());
  SimulatedDisk::Locks& locks = open.disk->LocksOf(open.path);
  if (level == SQLITE_LOCK_SHARED) {
    if (locks.pending || locks.exclusive) return SQLITE_BUSY;
    ++locks.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (locks.reserved) return SQLITE_BUSY;
    locks.reserved = true;
  } else {
    if (open.level < SQLITE_LOCK_RESERVED && locks.reserved) return SQLITE_BUSY;
    locks.reserved = true;
    locks.pending = true;
    if (locks.shared > 1) {
      open.level = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
    locks.exclusive = true;
  }
  open.level = level;
  return SQLITE_OK;
}

int Unlock(sqlite3_file* file, int level) {
  OpenFile& open = Of(file);
  if (level >= open.level) return SQLITE_OK;
  std::lock_guard lock(open.disk->locks_mutex());
  SimulatedDisk::Locks& locks = open.disk->LocksOf(open.path);
  if (open.level >= SQLITE_LOCK_RESERVED) {
    locks.reserved = false;
    locks.pending = false;
    locks.exclusive = false;
  }
  if (level == SQLITE_LOCK_NONE) --locks.shared;
  open.level = level;
  return SQLITE_OK;
}

int CheckReservedLock(sqlite3_file* file, int* reserved) {
  OpenFile& open = Of(file);
  std::lock_guard lock(open.disk->locks_mutex());
  *reserved = open.disk->LocksOf(open.path).reserved ? 1 : 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}
int SectorSize(sqlite3_file* /*file*/) { return kSectorBytes; }
int DeviceCharacteristics(sqlite3_file* /*file*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int SharedMemoryMap(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  OpenFile& open = Of(file);
  std::lock_guard lock(open.disk->locks_mutex());
  SimulatedDisk::Locks& locks = open.disk->LocksOf(open.path);
  if (!open.shared_memory) ++locks.shared_memory_users;
  open.shared_memory = true;
  *out = nullptr;
  const auto wanted = static_cast<std::size_t>(region) + 1;
  while (locks.shared_memory.size() < wanted && extend != 0) {
    locks.shared_memory.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  if (locks.shared_memory.size() >= wanted) *out = locks.shared_memory[wanted - 1].get();
  return SQLITE_OK;
}

int SharedMemoryLock(sqlite3_file* file, int first, int count, int flags) {
  OpenFile& open = Of(file);
  std::lock_guard lock(open.disk->locks_mutex());
  SimulatedDisk::Locks& locks = open.disk->LocksOf(open.path);
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  unsigned& held = exclusive ? open.slots_exclusive : open.slots_shared;
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    for (std::size_t slot = begin; slot < end; ++slot) {
      if (locks.slot_writer[slot]) return SQLITE_BUSY;
      if (exclusive && locks.slot_readers[slot] > 0) return SQLITE_BUSY;
    }
  }
  for (std::size_t slot = begin; slot < end; ++slot) {
    const unsigned bit = 1U << slot;
    const bool lock_it = (flags & SQLITE_SHM_LOCK) != 0;
    if (lock_it == ((held & bit) != 0)) continue;
    held ^= bit;
    if (exclusive) {
      locks.slot_writer[slot] = lock_it;
    } else {
      locks.slot_readers[slot] += lock_it ? 1 : -1;
    }
  }
  return SQLITE_OK;
}

void SharedMemoryBarrier(sqlite3_file* /*file*/) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

int SharedMemoryUnmap(sqlite3_file* file, int remove) {
  OpenFile& open = Of(file);
  if (!open.shared_memory) return SQLITE_OK;
  std::lock_guard lock(open.disk->locks_mutex());
  SimulatedDisk::Locks& locks = open.disk->LocksOf(open.path);
  open.shared_memory = false;
  if (--locks.shared_memory_users == 0 && remove != 0) locks.shared_memory.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     SharedMemoryMap,
                                     SharedMemoryLock,
                                     SharedMemoryBarrier,
                                     SharedMemoryUnmap,
                                     nullptr,
                                     nullptr};

SyncSite SiteOf(const std::string& path) {
  if (EndsWith(path, "-wal")) return SyncSite::kWriteAheadLog;
  if (EndsWith(path, "-journal")) return SyncSite::kRollbackJournal;
  return SyncSite::kDatabase;
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* disk = static_cast<SimulatedDisk*>(vfs->pAppData);
  auto* handle = reinterpret_cast<Handle*>(file);
  handle->base.pMethods = nullptr;
  static std::atomic<int> temporary = 0;
  const std::string path = name != nullptr ? name : "/temporary" + std::to_string(++temporary);
  const std::optional<int> inode =
      disk->OpenFile(path, (flags & SQLITE_OPEN_CREATE) != 0, (flags & SQLITE_OPEN_EXCLUSIVE) != 0);
  if (!inode) return SQLITE_CANTOPEN;
  const bool is_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  handle->open = new OpenFile{.disk = disk,
                              .inode = *inode,
                              .path = path,
                              .site = SiteOf(path),
                              .sync_name = is_log && (flags & SQLITE_OPEN_CREATE) != 0,
                              .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
  handle->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_name) {
  auto* disk = static_cast<SimulatedDisk*>(vfs->pAppData);
  if (disk->cut()) return SQLITE_IOERR_DELETE;
  if (!disk->Exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!disk->Remove(name)) return SQLITE_IOERR_DELETE;
  if (sync_name == 0) return SQLITE_OK;
  const std::string path = name;
  const Failure failure = disk->SyncDirectory(path.substr(0, path.rfind('/')), SyncSite::kLogName);
  return failure == Failure::kNone ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int Access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  auto* disk = static_cast<SimulatedDisk*>(vfs->pAppData);
  const std::optional<int> inode = disk->OpenFile(name, false, false);
  // As SQLite's own VFS: an empty file does not exist.
  *result = inode && (flags != SQLITE_ACCESS_EXISTS || disk->Size(*inode) > 0) ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int Sleep(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }
int LastError(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) { return 0; }

}  // namespace

struct SimulatedVfs::Registration {
  sqlite3_vfs vfs;
};

SimulatedVfs::SimulatedVfs(SimulatedDisk& disk) : registration_(std::make_unique<Registration>()) {
  static std::atomic<int> count = 0;
  name_ = "simulated" + std::to_string(++count);
  sqlite3_vfs& vfs = registration_->vfs;
  vfs = *sqlite3_vfs_find(nullptr);  // randomness and time are the system's
  vfs.pNext = nullptr;
  vfs.szOsFile = sizeof(Handle);
  vfs.zName = name_.c_str();
  vfs.pAppData = &disk;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xSleep = Sleep;
  vfs.xGetLastError = LastError;
  sqlite3_vfs_register(&vfs, 0);
}

SimulatedVfs::~SimulatedVfs() { sqlite3_vfs_unregister(&registration_->vfs); }

}  // namespace inquest::store
