#include "sandbox/supervisor/box_files.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

constexpr off_t kCopyLimit = 8 << 20;

struct MadeUp {
  const char* name;
  const char* text;
};

constexpr MadeUp kMadeUp[] = {
    {"passwd",
     "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
     "inquest:x:1000:1000:inquest:/tmp:/bin/sh\n"
     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"group", "root:x:0:\ninquest:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"},
    {"hostname", "inquest\n"},
    {"resolv.conf", ""},
    {"nsswitch.conf",
     "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"},
};

constexpr const char* kCopied[] = {"ld.so.cache",
                                   "localtime",
                                   "timezone",
                                   "debian_version",
                                   "mime.types",
                                   "protocols",
                                   "services",
                                   "host.conf",
                                   "locale.alias",
                                   "magic",
                                   "inputrc",
                                   "os-release",
                                   "python3.11/sitecustomize.py",
                                   "ssl/openssl.cnf"};

Status WriteNew(const std::string& path, std::string_view bytes) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus("create " + path, errno);
  return WriteAll(fd.get(), bytes).At(path);
}

// From file to file inside the kernel. A host without the file, or with one that this user may not
// read, is none the worse.
Status Copy(const std::string& source, const std::string& target) {
  const Fd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!from.valid() || ::fstat(from.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Status::Ok();
  }
  Fd to(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!to.valid() && errno == ENOENT) {
    TRY(MakeDirectories(target.substr(0, target.rfind('/')), 0755));
    to = Fd(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  }
  if (!to.valid()) return ErrnoStatus("create " + target, errno);
  for (off_t left = std::min(info.st_size, kCopyLimit); left > 0;) {
    const ssize_t sent = ::sendfile(to.get(), from.get(), nullptr, static_cast<std::size_t>(left));
    if (sent < 0) return ErrnoStatus("copy " + source, errno);
    if (sent == 0) break;
    left -= sent;
  }
  return Status::Ok();
}

}  // namespace

Status WriteBoxFiles(const std::string& etc) {
  TRY(MakeDirectories(etc, 0755));
  for (const MadeUp& file : kMadeUp) TRY(WriteNew(etc + "/" + file.name, file.text));
  for (const char* name : kCopied) {
    TRY(Copy(std::string("/etc/") + name, etc + "/" + name));
  }
  return Status::Ok();
}

}  // namespace inquest::sandbox
