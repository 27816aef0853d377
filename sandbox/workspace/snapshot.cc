#include "sandbox/workspace/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "runtime/formats/printable.h"
#include "sandbox/workspace/beneath.h"
#include "sandbox/workspace/git_head.h"

namespace inquest::sandbox {

namespace {

// Folders that tools make again and that no program reads its input from.
constexpr std::array<std::string_view, 3> kNeverTaken = {".git", "__pycache__", ".pytest_cache"};

Result<Fd> OpenRoot(const std::string& path) {
  Fd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.valid()) return root;
  const std::string shown = formats::Printable(path);
  if (errno == ENOENT) {
    return Status(Code::kNotFound, "TARGET_NOT_FOUND",
                  "there is no directory " + shown + "; give the root of the source tree");
  }
  if (errno == ENOTDIR) {
    return Status(Code::kFailedPrecondition, "TARGET_NOT_A_DIRECTORY",
                  shown + " is not a directory; give the root of the source tree");
  }
  if (errno == EACCES) {
    return Status(Code::kPermissionDenied, "TARGET_UNREADABLE",
                  shown + " may not be read by the user that the daemon runs as");
  }
  return ErrnoStatus("open " + shown, errno);
}

const char* KindName(mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

class DirectorySnapshot {
 public:
  DirectorySnapshot(store::ArtifactStore& artifacts, const SnapshotOptions& options)
      : builder_(artifacts, options.limits), limits_(options.limits) {
    for (const std::string& path : options.own_directories) {
      struct stat status = {};
      if (::stat(path.c_str(), &status) == 0) own_.push_back({status.st_dev, status.st_ino});
    }
  }

  Result<Snapshot> Take(int root, const std::stop_token& stop) {
    // Folders count too, and what is left out.
    const WalkLimits walk{.entries = 2 * limits_.files + 10'000, .depth = 128};
    Status walked = WalkBeneath(
        root, walk, stop, [this](const Found& found) { return Visit(found); },
        [this](const std::string& path, const Status& status) {
          builder_.LeaveOut(path, "cannot be read: " + status.message());
        });
    if (walked.reason() == "TOO_MANY_ENTRIES") {
      // Says the limit that people know.
      return Status(Code::kResourceExhausted, "TARGET_TOO_LARGE",
                    "the target has more than " + std::to_string(limits_.files) + " files");
    }
    TRY(walked);
    TRY_ASSIGN(Snapshot snapshot, builder_.Finish());
    snapshot.commit = ReadGitHead(root);
    return snapshot;
  }

 private:
  Result<Enter> Visit(const Found& found) {
    if (std::find(kNeverTaken.begin(), kNeverTaken.end(), found.name) != kNeverTaken.end()) {
      return Enter::kNo;
    }
    const mode_t mode = found.status.st_mode;
    if (S_ISDIR(mode)) return VisitFolder(found);
    if (S_ISREG(mode)) {
      TRY(TakeFile(found));
    } else if (S_ISLNK(mode)) {
      TRY(TakeLink(found));
    } else {
      builder_.LeaveOut(found.path, KindName(mode));
    }
    return Enter::kNo;
  }

  Result<Enter> VisitFolder(const Found& found) {
    const std::pair<dev_t, ino_t> identity(found.status.st_dev, found.status.st_ino);
    if (std::find(own_.begin(), own_.end(), identity) != own_.end()) {
      builder_.LeaveOut(found.path, "a directory of Inquest's own");
      return Enter::kNo;
    }
    struct stat marker = {};
    const std::string marker_path = found.name + "/pyvenv.cfg";
    if (::fstatat(found.directory, marker_path.c_str(), &marker, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(marker.st_mode)) {
      builder_.LeaveOut(found.path,
                        "a virtual environment, bound read-only when a command uses it");
      return Enter::kNo;
    }
    return Enter::kYes;
  }

  Status TakeFile(const Found& found) {
    TRY(builder_.CheckRoom(found.path, found.status.st_size));
    auto file = ReadFileAt(found.directory, found.name, limits_.file_bytes);
    if (!file.ok()) return CannotRead(found, file.status());
    TRY(builder_.CheckRoom(found.path, file->size_bytes));
    return builder_.AddFile(
        found.path, file->executable ? TreeEntry::Kind::kExecutable : TreeEntry::Kind::kFile,
        std::move(file->bytes));
  }

  Status CannotRead(const Found& found, const Status& status) {
    if (status.code() == Code::kNotFound) return Status::Ok();  // removed since it was listed
    if (status.reason() == "FILE_CHANGES") {
      return {Code::kAborted, "TARGET_CHANGES",
              formats::Printable(found.path) +
                  " changes while it is read; stop what writes it and try again"};
    }
    if (status.code() != Code::kPermissionDenied && status.reason() != "NOT_A_FILE") {
      return status.At(formats::Printable(found.path));
    }
    builder_.LeaveOut(found.path, "cannot be read: " + status.message());
    return Status::Ok();
  }

  Status TakeLink(const Found& found) {
    auto target = ReadLinkAt(found.directory, found.name);
    if (!target.ok()) return CannotRead(found, target.status());
    return builder_.AddSymlink(found.path, *target);
  }

  TreeBuilder builder_;
  const SnapshotLimits limits_;
  std::vector<std::pair<dev_t, ino_t>> own_;
};

}  // namespace

Result<Snapshot> SnapshotDirectory(const std::string& path, store::ArtifactStore& artifacts,
                                   const SnapshotOptions& options, const std::stop_token& stop) {
  TRY_ASSIGN(const Fd root, OpenRoot(path));
  return DirectorySnapshot(artifacts, options).Take(root.get(), stop);
}

}  // namespace inquest::sandbox
