#include "runtime/store/file_layer.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <utility>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::store {

namespace {

constexpr unsigned kFileMode = 0600;
constexpr unsigned kDirectoryMode = 0700;
constexpr std::uint64_t kPidLimitBytes = 32;
// A process that was told to stop, or killed, holds its lock until it is gone.
constexpr int kHolderEndMs = 3'000;

class PosixNewFile final : public FileLayer::NewFile {
 public:
  PosixNewFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status Write(std::string_view bytes) override { return WriteAll(fd_.get(), bytes).At(path_); }

  Status Sync() override {
    if (::fdatasync(fd_.get()) == 0) return Status::Ok();
    return {Code::kDataLoss, "SYNC_FAILED", ErrnoStatus("fdatasync " + path_, errno).message()};
  }

 private:
  Fd fd_;
  std::string path_;
};

class PosixLock final : public FileLayer::Lock {
 public:
  explicit PosixLock(Fd fd) : fd_(std::move(fd)) {}

 private:
  Fd fd_;
};

// Waits for the process whose number is in the lock file to end; false when it goes on, or is us.
bool HolderEnds(const std::string& path) {
  const Result<std::string> text = ReadFile(path, kPidLimitBytes);
  pid_t pid = 0;
  if (!text.ok()) return false;
  std::from_chars(text->data(), text->data() + text->size(), pid);
  if (pid <= 0 || pid == ::getpid()) return false;
  const Fd holder(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!holder.valid()) return errno == ESRCH;
  pollfd end{holder.get(), POLLIN, 0};
  return ::poll(&end, 1, kHolderEndMs) == 1;
}

Status InUse(const std::string& path) {
  Result<std::string> pid = ReadFile(path, kPidLimitBytes);
  const std::string holder = pid.ok() && !pid->empty() ? "process " + *pid : "another process";
  return {Code::kFailedPrecondition, "STORE_IN_USE", holder + " holds " + path};
}

class Posix final : public FileLayer {
 public:
  Status MakeDirectory(const std::string& path) override {
    return MakeDirectories(path, kDirectoryMode);
  }

  Result<std::unique_ptr<NewFile>> Create(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
    if (!fd.valid()) return ErrnoStatus("create " + path, errno);
    return std::unique_ptr<NewFile>(std::make_unique<PosixNewFile>(std::move(fd), path));
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) == 0) return Status::Ok();
    return ErrnoStatus("rename " + from + " to " + to, errno);
  }

  Status SyncDirectory(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return ErrnoStatus("open " + path, errno);
    if (::fsync(fd.get()) == 0) return Status::Ok();
    return {Code::kDataLoss, "SYNC_FAILED", ErrnoStatus("fsync " + path, errno).message()};
  }

  Status Remove(const std::string& path) override {
    if (::unlink(path.c_str()) == 0) return Status::Ok();
    return ErrnoStatus("remove " + path, errno);
  }

  Result<std::string> Read(const std::string& path, std::size_t limit_bytes) override {
    return ReadFile(path, limit_bytes);
  }

  Result<std::vector<std::string>> List(const std::string& path) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return ErrnoStatus("open " + path, errno);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    return names;
  }

  Result<std::unique_ptr<Lock>> TakeLock(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
    if (!fd.valid()) return ErrnoStatus("open " + path, errno);
    bool taken = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
    if (!taken && errno == EWOULDBLOCK && HolderEnds(path)) {
      taken = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
    }
    if (!taken) return errno == EWOULDBLOCK ? InUse(path) : ErrnoStatus("lock " + path, errno);
    if (::ftruncate(fd.get(), 0) != 0) return ErrnoStatus("truncate " + path, errno);
    TRY(WriteAll(fd.get(), std::to_string(::getpid())).At(path));
    return std::unique_ptr<Lock>(std::make_unique<PosixLock>(std::move(fd)));
  }
};

}  // namespace

FileLayer& PosixFiles() {
  static Posix files;
  return files;
}

}  // namespace inquest::store
