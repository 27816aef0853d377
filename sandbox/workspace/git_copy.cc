#include "sandbox/workspace/git_copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/formats/printable.h"
#include "sandbox/workspace/beneath.h"

namespace inquest::sandbox {

namespace {

// Other files there (configuration, hooks, logs, the index) are of no use to us, or harmful.
bool IsWanted(const std::string& path) {
  if (path == "HEAD" || path == "packed-refs" || path == "shallow") return true;
  if (path.starts_with("objects/info/")) return false;  // alternates name other directories
  return path.starts_with("objects/") || path.starts_with("refs/");
}

bool IsWantedFolder(const std::string& path) {
  return path == "objects" || path == "refs" || IsWanted(path);
}

class GitCopy {
 public:
  GitCopy(const std::string& target, std::int64_t bytes_limit)
      : target_(target), bytes_left_(bytes_limit) {}

  Result<Enter> Visit(const Found& found) {
    if (S_ISDIR(found.status.st_mode)) {
      if (!IsWantedFolder(found.path)) return Enter::kNo;
      TRY(MakeDirectories(target_ + '/' + found.path, 0700));
      return Enter::kYes;
    }
    if (S_ISREG(found.status.st_mode) && IsWanted(found.path)) TRY(Copy(found));
    return Enter::kNo;
  }

 private:
  Status Copy(const Found& found) {
    TRY_ASSIGN(const Fd from, OpenBeneath(found.directory, found.name, O_RDONLY));
    struct stat status = {};
    if (::fstat(from.get(), &status) != 0) return ErrnoStatus("stat", errno);
    if (!S_ISREG(status.st_mode)) return Status::Ok();
    const std::string path = target_ + '/' + found.path;
    const Fd to(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!to.valid()) return ErrnoStatus("create " + formats::Printable(path), errno);
    std::array<char, 65536> buffer;
    while (true) {
      const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoStatus("read " + formats::Printable(found.path), errno);
      if (got == 0) return Status::Ok();
      bytes_left_ -= got;
      if (bytes_left_ < 0) {
        return {
            Code::kResourceExhausted, "TARGET_TOO_LARGE",
            "the git repository is too large to be copied; give a checkout's directory instead"};
      }
      TRY(WriteAll(to.get(), {buffer.data(), static_cast<std::size_t>(got)}));
    }
  }

  const std::string target_;
  std::int64_t bytes_left_;
};

// The git directory of a checkout, or `source` itself.
Result<Fd> OpenRepository(const std::string& source) {
  const Fd root(::open(source.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string shown = formats::Printable(source);
  if (!root.valid()) {
    return Status(Code::kNotFound, "TARGET_NOT_FOUND", "there is no git repository at " + shown);
  }
  auto inner = OpenBeneath(root.get(), ".git", O_RDONLY | O_DIRECTORY);
  if (inner.ok()) return inner;
  struct stat status = {};
  if (::fstatat(root.get(), ".git", &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return Status(Code::kFailedPrecondition, "GIT_FETCH_FAILED",
                  shown +
                      " is a linked worktree or submodule; give its main repository, or the "
                      "directory as a local path");
  }
  auto bare = OpenBeneath(root.get(), ".", O_RDONLY | O_DIRECTORY);
  if (bare.ok() && ::fstatat(bare->get(), "objects", &status, AT_SYMLINK_NOFOLLOW) == 0)
    return bare;
  return Status(Code::kFailedPrecondition, "GIT_FETCH_FAILED",
                shown + " is no git repository; give the directory as a local path");
}

}  // namespace

Status CopyGitObjects(const std::string& source, const std::string& target,
                      std::int64_t bytes_limit, const std::stop_token& stop) {
  TRY_ASSIGN(const Fd repository, OpenRepository(source));
  GitCopy copy(target, bytes_limit);
  return WalkBeneath(
      repository.get(), WalkLimits{.entries = 2'000'000, .depth = 64}, stop,
      [&](const Found& found) { return copy.Visit(found); },
      [](const std::string&, const Status&) {});
}

}  // namespace inquest::sandbox
