#include "sandbox/supervisor/box_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

constexpr std::uint64_t kCopyLimit = 8U << 20U;

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

}  // namespace

Status WriteBoxFiles(const std::string& etc) {
  TRY(MakeDirectories(etc, 0755));
  for (const MadeUp& file : kMadeUp) TRY(WriteNew(etc + "/" + file.name, file.text));
  for (const char* name : kCopied) {
    // A host without the file, or with one that this user may not read, is none the worse.
    const auto bytes = ReadFile(std::string("/etc/") + name, kCopyLimit);
    if (!bytes.ok()) continue;
    const std::string target = etc + "/" + name;
    TRY(MakeDirectories(target.substr(0, target.rfind('/')), 0755));
    TRY(WriteNew(target, *bytes));
  }
  return Status::Ok();
}

}  // namespace inquest::sandbox
