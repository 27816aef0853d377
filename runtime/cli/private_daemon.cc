#include "runtime/cli/private_daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPrivateFolder = 0700;
constexpr int kPatienceMs = 10'000;
constexpr char kFolderName[] = "inquest-private-";
constexpr char kSocketName[] = "s";  // short: a socket's path has little room

// Who serves the socket; 0: nobody.
pid_t ServerOf(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof(address.sun_path)) return 0;
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const void* generic = &address;
  if (!fd.valid() ||
      ::connect(fd.get(), static_cast<const sockaddr*>(generic), sizeof(address)) != 0) {
    return 0;
  }
  ucred peer{};
  socklen_t size = sizeof(peer);
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

// Its runs end with it: nobody is left who would want them.
void EndServer(const std::string& socket_path) {
  const pid_t pid = ServerOf(socket_path);
  if (pid <= 0) return;
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (::kill(pid, SIGTERM) != 0 || !process.valid()) return;
  pollfd ended{process.get(), POLLIN, 0};
  if (::poll(&ended, 1, kPatienceMs) == 0) ::kill(pid, SIGKILL);
}

// Trees are kept read-only: their folders are opened before they can be emptied.
void RemoveAll(const std::string& folder) {
  std::error_code ignored;
  for (auto it = fs::recursive_directory_iterator(
           folder, fs::directory_options::skip_permission_denied, ignored);
       it != fs::recursive_directory_iterator(); it.increment(ignored)) {
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
  fs::remove_all(folder, ignored);
}

// A lock on a folder itself; it is given back with the descriptor, also by a kill.
Result<Fd> LockFolder(const std::string& folder, int operation) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open " + folder, errno);
  while (::flock(fd.get(), operation) != 0) {
    if (errno != EINTR) return ErrnoStatus("lock " + folder, errno);
  }
  return fd;
}

// Folders that nobody holds: whoever made them was killed.
void RemoveLeftovers(const std::string& beside) {
  std::error_code ignored;
  std::vector<std::string> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(beside, ignored)) {
    const bool ours = entry.path().filename().string().starts_with(kFolderName);
    if (ours && entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      folders.push_back(entry.path().string());
    }
  }
  for (const std::string& folder : folders) {
    const Result<Fd> held = LockFolder(folder, LOCK_EX | LOCK_NB);
    if (!held.ok()) continue;
    EndServer(folder + "/" + kSocketName);
    RemoveAll(folder);
  }
}

}  // namespace

Result<std::unique_ptr<PrivateDaemon>> PrivateDaemon::Make(const Paths& ours) {
  // Beside our own data, where trees and runs have room, and not in /tmp, which may be small.
  const std::string beside = fs::path(ours.data).parent_path().string();
  TRY(MakeDirectories(beside, kPrivateFolder));
  // One at a time: a folder that was just made is not taken for one that was left.
  TRY_ASSIGN(const Fd making, LockFolder(beside, LOCK_EX));
  RemoveLeftovers(beside);
  std::string folder = beside + "/" + kFolderName + "XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return ErrnoStatus("make " + folder, errno);
  TRY_ASSIGN(Fd lock, LockFolder(folder, LOCK_EX));
  Paths paths = ours;
  paths.data = folder + "/data";
  paths.state = folder + "/state";
  paths.log = folder + "/state/inquestd.log";
  paths.socket = folder + "/" + kSocketName;
  paths.others_daemon = false;
  return std::unique_ptr<PrivateDaemon>(
      new PrivateDaemon(std::move(paths), std::move(folder), std::move(lock)));
}

PrivateDaemon::~PrivateDaemon() {
  EndServer(paths_.socket);
  RemoveAll(folder_);
}

}  // namespace inquest::cli
