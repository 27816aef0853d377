#include "sandbox/workspace/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_set>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/formats/printable.h"
#include "sandbox/workspace/beneath.h"

namespace inquest::sandbox {

namespace {

constexpr std::int64_t kBlockBytes = 4096;

Status Damaged(const std::string& path, const std::string& what) {
  return {Code::kDataLoss, "TREE_DAMAGED", formats::Printable(path) + ": " + what};
}

class TreeWriter {
 public:
  TreeWriter(store::ArtifactStore& artifacts, Fd root, uid_t owner)
      : artifacts_(artifacts), root_(std::move(root)), owner_(owner), group_(GroupOf(owner)) {}

  Status Write(const Tree& tree) {
    for (const TreeEntry& entry : tree.entries) {
      TRY(MakeFoldersOf(entry.path));
      TRY_ASSIGN(const std::string content, Content(entry));
      TRY(entry.kind == TreeEntry::Kind::kSymlink ? WriteLink(entry.path, content)
                                                  : WriteFile(entry, content));
    }
    return Own(root_.get());
  }

 private:
  Result<std::string> Content(const TreeEntry& entry) {
    TRY_ASSIGN(std::string content, artifacts_.Read(entry.content, 0, store::kArtifactLimitBytes));
    if (std::ssize(content) == entry.size_bytes) return content;
    return Damaged(entry.path, "has " + std::to_string(content.size()) +
                                   " bytes, and the tree says " + std::to_string(entry.size_bytes));
  }

  // Nothing in here is a link (DecodeTree), and nobody else can write here yet.
  Status MakeFoldersOf(const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      const std::string folder = path.substr(0, slash);
      if (!folders_.insert(folder).second) continue;
      if (::mkdirat(root_.get(), folder.c_str(), 0700) != 0) return Failed("make", folder);
      TRY_ASSIGN(const Fd made, OpenBeneath(root_.get(), folder, O_RDONLY | O_DIRECTORY));
      TRY(Own(made.get()));
    }
    return Status::Ok();
  }

  Status WriteFile(const TreeEntry& entry, const std::string& content) {
    TRY_ASSIGN(const Fd file, OpenBeneath(root_.get(), entry.path, O_WRONLY | O_CREAT | O_EXCL));
    TRY(WriteAll(file.get(), content).At(formats::Printable(entry.path)));
    if (::fchown(file.get(), owner_, group_) != 0) {
      return Failed("give away", entry.path);
    }
    const mode_t mode = entry.kind == TreeEntry::Kind::kExecutable ? 0755 : 0644;
    return ::fchmod(file.get(), mode) == 0 ? Status::Ok() : Failed("chmod", entry.path);
  }

  Status WriteLink(const std::string& path, const std::string& target) {
    if (const char* why = WhyUnsafeLink(path, target)) return Damaged(path, why);
    if (::symlinkat(target.c_str(), root_.get(), path.c_str()) != 0) return Failed("link", path);
    if (::fchownat(root_.get(), path.c_str(), owner_, group_, AT_SYMLINK_NOFOLLOW) != 0) {
      return Failed("give away", path);
    }
    return Status::Ok();
  }

  Status Own(int folder) const {
    if (::fchown(folder, owner_, group_) != 0) {
      return ErrnoStatus("give away a directory", errno);
    }
    return ::fchmod(folder, 0755) == 0 ? Status::Ok() : ErrnoStatus("chmod a directory", errno);
  }

  static Status Failed(const char* what, const std::string& path) {
    return ErrnoStatus(std::string(what) + ' ' + formats::Printable(path), errno);
  }

  store::ArtifactStore& artifacts_;
  const Fd root_;
  const uid_t owner_;
  const gid_t group_;
  std::unordered_set<std::string> folders_;
};

}  // namespace

gid_t GroupOf(uid_t owner) {
  return owner == ::geteuid() ? ::getegid() : static_cast<gid_t>(owner);
}

std::int64_t DiskBytes(const Tree& tree) {
  std::int64_t bytes = kBlockBytes;
  for (const TreeEntry& entry : tree.entries) {
    bytes += (entry.size_bytes / kBlockBytes + 1) * kBlockBytes;
  }
  return bytes;
}

Status WriteTree(const Tree& tree, store::ArtifactStore& artifacts, const std::string& path,
                 uid_t owner) {
  if (::mkdir(path.c_str(), 0700) != 0) return ErrnoStatus("make directory " + path, errno);
  Fd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root.valid()) return ErrnoStatus("open " + path, errno);
  return TreeWriter(artifacts, std::move(root), owner).Write(tree);
}

}  // namespace inquest::sandbox
