#include "runtime/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/base/fd.h"
#include "runtime/base/id.h"

namespace inquest {

Result<std::string> ReadFile(const std::string& path, std::uint64_t limit_bytes) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open " + path, errno);
  std::string bytes;
  std::array<char, 65536> chunk;
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus("read " + path, errno);
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > limit_bytes) {
      return Status(Code::kResourceExhausted, "FILE_TOO_LARGE",
                    path + " is larger than " + std::to_string(limit_bytes) + " bytes");
    }
  }
}

Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return ErrnoStatus("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Status::Ok();
}

Status SyncDirectory(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open " + path, errno);
  if (::fsync(fd.get()) != 0) return ErrnoStatus("fsync " + path, errno);
  return Status::Ok();
}

namespace {

std::string ParentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status WriteTemporary(const std::string& path, std::string_view bytes, unsigned mode,
                      Durability durability) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd.valid()) return ErrnoStatus("create " + path, errno);
  TRY(WriteAll(fd.get(), bytes).At(path));
  if (durability == Durability::kSynced && ::fdatasync(fd.get()) != 0) {
    return ErrnoStatus("fdatasync " + path, errno);
  }
  return Status::Ok();
}

}  // namespace

Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode,
                           Durability durability) {
  const std::string temporary = path + ".tmp-" + NewId();
  Status status = WriteTemporary(temporary, bytes, mode, durability);
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus("rename " + temporary, errno);
  }
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  if (durability == Durability::kSynced) return SyncDirectory(ParentOf(path));
  return Status::Ok();
}

Status MakeDirectories(const std::string& path, unsigned mode) {
  if (path.empty()) return {Code::kInvalidArgument, "EMPTY_PATH", "a directory needs a name"};
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST) {
      return ErrnoStatus("make directory " + part, errno);
    }
    if (at == std::string::npos) return Status::Ok();
  }
}

std::string ProgramDirectory() {
  std::array<char, 4096> buffer;
  const ssize_t size = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (size <= 0) return ".";
  return ParentOf(std::string(buffer.data(), static_cast<std::size_t>(size)));
}

}  // namespace inquest
