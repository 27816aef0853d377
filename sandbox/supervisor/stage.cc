#include "sandbox/supervisor/stage.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "sandbox/supervisor/box_files.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/copy_tree.h"

namespace inquest::sandbox {
namespace {

Status Refused(const std::string& layer, const std::string& what, int error) {
  return {Code::kFailedPrecondition, "SANDBOX_REFUSED",
          layer + ": " + ErrnoStatus(what, error).message()};
}

Status MakeDirectory(const std::string& path, uid_t owner) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return ErrnoStatus("make directory " + path, errno);
  }
  if (owner != 0 && ::chown(path.c_str(), owner, owner) != 0) {
    return ErrnoStatus("give away " + path, errno);
  }
  return Status::Ok();
}

// An ordinary user gets the right to mount in a user namespace, in which it stays itself.
Status EnterNamespaces() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  const int flags = CLONE_NEWNS | (uid == 0 ? 0 : CLONE_NEWUSER);
  if (::unshare(flags) != 0) {
    return Refused(uid == 0 ? "mounts" : "userns", "unshare namespaces", errno);
  }
  if (uid != 0) {
    const auto map = [](const char* file, const std::string& text) {
      const Fd fd(::open(file, O_WRONLY | O_CLOEXEC));
      return fd.valid() && WriteAll(fd.get(), text).ok();
    };
    if (!map("/proc/self/setgroups", "deny") ||
        !map("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1") ||
        !map("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1")) {
      return Refused("userns", "map the user", errno);
    }
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return Refused("mounts", "make mounts private", errno);
  }
  return Status::Ok();
}

Status Bind(const std::string& source, const std::string& target) {
  struct stat info {};
  if (::stat(source.c_str(), &info) != 0) return ErrnoStatus("look at " + source, errno);
  if (S_ISDIR(info.st_mode)) {
    TRY(MakeDirectories(target, 0755));
  } else {
    TRY(MakeDirectories(target.substr(0, target.rfind('/')), 0755));
    const Fd made(::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  }
  // Recursive: an ordinary user may not bind a directory without the mounts that cover parts of it.
  if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return Refused("mounts", "bind " + source, errno);
  }
  return Status::Ok();
}

// /usr and the directories that Debian links into it, or has beside it.
Status BuildSystem(const std::string& root) {
  TRY(Bind("/usr", root + "/box/usr"));
  if (::symlink("box/usr", (root + "/usr").c_str()) != 0) return ErrnoStatus("link /usr", errno);
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    struct stat info {};
    if (::lstat(name, &info) != 0) continue;
    if (S_ISLNK(info.st_mode)) {
      TRY(CopyLink(name, root + "/box" + name));
    } else {
      TRY(Bind(name, root + "/box" + name));
    }
    if (::symlink((std::string("box") + name).c_str(), (root + name).c_str()) != 0) {
      return ErrnoStatus(std::string("link ") + name, errno);
    }
  }
  for (const char* name : {"/proc", "/dev"}) {
    TRY(Bind(name, root + name));
    TRY(MakeDirectory(root + "/box" + name, 0));
  }
  for (const char* name : {"/tmp", "/box/tmp", "/box/var", "/box/var/tmp", "/box/run", "/box/home",
                           "/box/workspace", "/box/inquest", "/box/inquest/out"}) {
    TRY(MakeDirectory(root + name, 0));
  }
  return ::chmod((root + "/tmp").c_str(), 01777) == 0 ? Status::Ok()
                                                      : ErrnoStatus("open up /tmp", errno);
}

Status BuildRoot(const Order& order, const std::string& root) {
  TRY(BuildSystem(root));
  TRY(WriteBoxFiles(root + "/box/etc"));
  // bubblewrap too finds its libraries by the cache.
  if (::symlink("box/etc", (root + "/etc").c_str()) != 0) return ErrnoStatus("link /etc", errno);
  for (const char* name :
       {"/etc/alternatives", "/etc/ssl/certs", "/etc/fonts", "/etc/terminfo", "/etc/perl"}) {
    if (::access(name, R_OK | X_OK) == 0) TRY(Bind(name, root + "/box" + name));
  }
  for (const Binding& binding : order.bindings()) {
    TRY(Bind(binding.source(), root + "/box" + binding.target()));
  }
  if (order.trial_plan().empty()) return Status::Ok();
  // On disk, not in the root, which is memory.
  const std::string plan = order.run_directory() + "/plan";
  const Fd file(::open(plan.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.valid()) return ErrnoStatus("create " + plan, errno);
  TRY(WriteAll(file.get(), order.trial_plan()).At(plan));
  return Bind(plan, root + "/box/inquest/plan");
}

// Directories as /proc/self/fd/N: overlay's option string has no safe way to hold every path.
std::string Short(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

bool MountOverlay(const Order& order, const std::string& run, const std::string& target) {
  const auto open_directory = [](const std::string& path) {
    return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  };
  const Fd lower = open_directory(order.tree_directory());
  const Fd upper = open_directory(run + "/upper");
  const Fd work = open_directory(run + "/work");
  std::string options = "lowerdir=" + Short(lower) + ",upperdir=" + Short(upper) +
                        ",workdir=" + Short(work) + ",volatile";
  if (::geteuid() != 0) options += ",userxattr";
  return ::mount("overlay", target.c_str(), "overlay", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
}

Status BuildWorkspace(const Order& order, const std::string& run, const std::string& root,
                      Stage* stage) {
  TRY(MakeDirectory(root + "/workspace", order.uid()));
  for (const char* name : {"/upper", "/work", "/out"}) TRY(MakeDirectory(run + name, order.uid()));
  stage->written_directories = {run + "/upper", run + "/out"};
  if (MountOverlay(order, run, root + "/workspace")) {
    stage->workspace_layer = "overlay";
  } else {
    // No overlay here: a copy gives the same, only slower. Never links: a write through one would
    // reach the tree that other runs share.
    stage->workspace_layer = "copy";
    TRY(CopyTree(order.tree_directory(), run + "/upper", order.uid()));
    TRY(Bind(run + "/upper", root + "/workspace"));
  }
  return Bind(run + "/out", root + "/out");
}

// The working directory becomes the root.
Status ChangeRoot() {
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return Refused("mounts", "change the root", errno);
  if (::umount2(".", MNT_DETACH) != 0) return Refused("mounts", "let go of the old root", errno);
  return ::chdir("/") == 0 ? Status::Ok() : ErrnoStatus("enter /", errno);
}

}  // namespace

Result<Stage> EnterStage(const Order& order, const std::string& run) {
  ::umask(022);
  TRY(EnterNamespaces());
  // Mounts need a path in the namespace that was just made, not one through a descriptor of the
  // old.
  const std::string place = order.run_directory() + "/root";
  TRY(MakeDirectory(place, 0));
  if (::mount("inquest", place.c_str(), "tmpfs", MS_NOSUID, "size=16m,mode=755") != 0) {
    return Refused("mounts", "mount a root", errno);
  }
  if (::chdir(place.c_str()) != 0) return ErrnoStatus("enter the new root", errno);
  // From here by short names: directories are made part by part, and the long one has many.
  const std::string root = ".";
  TRY(BuildRoot(order, root));
  Stage stage;
  TRY(BuildWorkspace(order, order.run_directory(), root, &stage));
  TRY(ChangeRoot());
  for (std::string& directory : stage.written_directories) {
    directory = run + directory.substr(order.run_directory().size());
  }
  return stage;
}

}  // namespace inquest::sandbox
