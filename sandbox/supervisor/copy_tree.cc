#include "sandbox/supervisor/copy_tree.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

namespace fs = std::filesystem;

Status CopyRegular(const std::string& source, const std::string& target) {
  const Fd from(::open(source.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!from.valid() || ::fstat(from.get(), &info) != 0) return ErrnoStatus("open " + source, errno);
  const Fd to(
      ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, info.st_mode & 0777U));
  if (!to.valid()) return ErrnoStatus("create " + target, errno);
  std::array<char, 1U << 16U> chunk;
  while (true) {
    const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
    if (got < 0) return ErrnoStatus("read " + source, errno);
    if (got == 0) return Status::Ok();
    TRY(WriteAll(to.get(), {chunk.data(), static_cast<std::size_t>(got)}).At(target));
  }
}

Fd OpenBeneath(int directory, const std::string& path, int flags, unsigned mode) {
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof(how))));
}

// The directory that `path` is in, made if a patch added it.
Result<Fd> OpenParent(int root, const std::string& path, uid_t owner) {
  const Fd here(::dup(root));
  Fd parent = OpenBeneath(here.get(), ".", O_RDONLY | O_DIRECTORY, 0);
  std::size_t start = 0;
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       start = slash + 1, slash = path.find('/', start)) {
    const std::string name = path.substr(start, slash - start);
    if (::mkdirat(parent.get(), name.c_str(), 0755) == 0) {
      if (owner != 0 && ::fchownat(parent.get(), name.c_str(), owner, owner, AT_SYMLINK_NOFOLLOW)) {
        return ErrnoStatus("give away " + path, errno);
      }
    } else if (errno != EEXIST) {
      return ErrnoStatus("make the directory of " + path, errno);
    }
    parent = OpenBeneath(parent.get(), name, O_RDONLY | O_DIRECTORY, 0);
    if (!parent.valid()) return ErrnoStatus("enter the directory of " + path, errno);
  }
  return parent;
}

}  // namespace

Status CopyLink(const std::string& source, const std::string& target) {
  std::error_code error;
  const auto text = fs::read_symlink(source, error);
  if (!error) fs::create_symlink(text, target, error);
  if (error) return ErrnoStatus("copy the link " + source, error.value());
  return Status::Ok();
}

Status CopyTree(const std::string& source, const std::string& target, uid_t owner) {
  std::error_code error;
  fs::recursive_directory_iterator entry(source, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string from = entry->path().string();
    const std::string to = target + from.substr(source.size());
    if (entry->is_symlink(error)) {
      TRY(CopyLink(from, to));
    } else if (entry->is_directory(error)) {
      if (::mkdir(to.c_str(), 0755) != 0) return ErrnoStatus("make directory " + to, errno);
    } else {
      TRY(CopyRegular(from, to));
    }
    if (owner != 0 && ::lchown(to.c_str(), owner, owner) != 0) {
      return ErrnoStatus("give away " + to, errno);
    }
  }
  return error ? ErrnoStatus("copy " + source, error.value()) : Status::Ok();
}

Status WritePatched(const Order& order, const std::string& workspace) {
  const Fd root(::open(workspace.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return ErrnoStatus("open the workspace", errno);
  for (const PatchedPath& patched : order.patched()) {
    TRY_ASSIGN(const Fd parent, OpenParent(root.get(), patched.path(), order.uid()));
    const std::string name = patched.path().substr(patched.path().rfind('/') + 1);
    struct stat old {};
    const bool existed = ::fstatat(parent.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
    // Made anew rather than written through: the old one may be a link.
    if (existed && ::unlinkat(parent.get(), name.c_str(), 0) != 0) {
      return ErrnoStatus("replace " + patched.path(), errno);
    }
    if (patched.deleted()) continue;
    const unsigned mode = existed && S_ISREG(old.st_mode) ? old.st_mode & 0777U : 0644U;
    const Fd file = OpenBeneath(parent.get(), name, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file.valid()) return ErrnoStatus("write " + patched.path(), errno);
    TRY(WriteAll(file.get(), patched.content()).At(patched.path()));
    if (order.uid() != 0 && ::fchown(file.get(), order.uid(), order.uid()) != 0) {
      return ErrnoStatus("give away " + patched.path(), errno);
    }
  }
  return Status::Ok();
}

}  // namespace inquest::sandbox
