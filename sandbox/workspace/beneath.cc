#include "sandbox/workspace/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "runtime/formats/printable.h"

namespace inquest::sandbox {

namespace {

constexpr int kTries = 3;
constexpr std::size_t kLinkBytesLimit = 4096;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

bool Vanished(const Status& status) { return status.code() == Code::kNotFound; }

// The names in an open directory, sorted; `room` is how many more there may be.
Result<std::vector<std::string>> NamesIn(Fd directory, std::int64_t& room) {
  std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(directory.get()));
  if (!stream) return ErrnoStatus("read a directory", errno);
  directory.release();
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (--room < 0) {
      return Status(Code::kResourceExhausted, "TOO_MANY_ENTRIES", "too many files and directories");
    }
    names.push_back(name);
  }
  if (errno != 0) return ErrnoStatus("read a directory", errno);
  std::sort(names.begin(), names.end());
  return names;
}

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

Result<std::string> ReadUpTo(int fd, std::size_t limit_bytes, std::size_t expected_bytes) {
  std::string bytes;
  std::size_t size = 0;
  while (size < limit_bytes) {
    if (size == bytes.size()) {
      const std::size_t more = std::max(expected_bytes, size + (std::size_t{64} << 10U));
      bytes.resize(std::min(limit_bytes, size == 0 ? expected_bytes + 1 : more));
    }
    const ssize_t got = ::read(fd, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus("read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<Fd> OpenBeneath(int directory, const std::string& path, int flags) {
  open_how how = {};
  how.flags =
      static_cast<decltype(how.flags)>(flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if ((flags & O_CREAT) != 0) how.mode = 0600;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  while (true) {
    const long fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof(how));
    if (fd >= 0) return Fd(static_cast<int>(fd));
    if (errno == EINTR || errno == EAGAIN) continue;
    return ErrnoStatus("open " + formats::Printable(path), errno);
  }
}

Status WalkBeneath(
    int root, const WalkLimits& limits, const std::stop_token& stop,
    const std::function<Result<Enter>(const Found&)>& visit,
    const std::function<void(const std::string& path, const Status&)>& cannot_enter) {
  std::int64_t room = limits.entries;
  std::vector<std::string> open_folders = {""};
  while (!open_folders.empty()) {
    const std::string folder = std::move(open_folders.back());
    open_folders.pop_back();
    auto directory = OpenBeneath(root, folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    auto listed = directory.ok() ? OpenBeneath(directory->get(), ".", O_RDONLY | O_DIRECTORY)
                                 : Result<Fd>(directory.status());
    if (!listed.ok()) {
      if (folder.empty()) return listed.status();  // nothing was seen: not an empty folder
      if (!Vanished(listed.status())) cannot_enter(folder, listed.status());
      continue;
    }
    TRY_ASSIGN(std::vector<std::string> names, NamesIn(*std::move(listed), room));
    std::vector<std::string> inner;
    for (std::string& name : names) {
      if (stop.stop_requested()) return {Code::kCancelled, "CANCELLED", "cancelled"};
      Found found;
      found.path = folder.empty() ? name : folder + '/' + name;
      found.name = std::move(name);
      found.directory = directory->get();
      if (::fstatat(found.directory, found.name.c_str(), &found.status, AT_SYMLINK_NOFOLLOW) != 0) {
        const Status status = ErrnoStatus("stat", errno);
        if (!Vanished(status)) cannot_enter(found.path, status);
        continue;
      }
      TRY_ASSIGN(const Enter enter, visit(found));
      if (enter == Enter::kNo || !S_ISDIR(found.status.st_mode)) continue;
      if (std::count(found.path.begin(), found.path.end(), '/') + 1 >= limits.depth) {
        cannot_enter(found.path, {Code::kResourceExhausted, "TOO_DEEP", "too deep"});
        continue;
      }
      inner.push_back(std::move(found.path));
    }
    std::move(inner.rbegin(), inner.rend(), std::back_inserter(open_folders));
  }
  return Status::Ok();
}

Result<FileBytes> ReadFileAt(int directory, const std::string& name, std::int64_t limit_bytes) {
  for (int tries = 0; tries < kTries; ++tries) {
    TRY_ASSIGN(const Fd fd, OpenBeneath(directory, name, O_RDONLY));
    struct stat before = {};
    struct stat after = {};
    if (::fstat(fd.get(), &before) != 0) return ErrnoStatus("stat", errno);
    if (!S_ISREG(before.st_mode)) {
      return Status(Code::kFailedPrecondition, "NOT_A_FILE", "is not a regular file");
    }
    const std::int64_t expected = std::min<std::int64_t>(before.st_size, limit_bytes);
    FileBytes file;
    TRY_ASSIGN(file.bytes, ReadUpTo(fd.get(), static_cast<std::size_t>(limit_bytes),
                                    static_cast<std::size_t>(expected)));
    if (::fstat(fd.get(), &after) != 0) return ErrnoStatus("stat", errno);
    file.size_bytes = after.st_size;
    file.executable = (after.st_mode & S_IXUSR) != 0;
    if (SameFile(before, after) && std::ssize(file.bytes) == expected) return file;
  }
  return Status(Code::kAborted, "FILE_CHANGES", "changes while it is read");
}

Result<std::string> ReadLinkAt(int directory, const std::string& name) {
  std::array<char, kLinkBytesLimit> target;
  const ssize_t size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (size < 0) return ErrnoStatus("read a link", errno);
  return std::string(target.data(), static_cast<std::size_t>(size));
}

}  // namespace inquest::sandbox
