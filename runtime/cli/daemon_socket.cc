#include "runtime/cli/daemon_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>

#include "runtime/base/file.h"
#include "runtime/cli/client.h"
#include "runtime/cli/daemon_start.h"

namespace inquest::cli {
namespace {

constexpr unsigned kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;
// Calls in flight get five seconds, clients that do not read some more.
constexpr std::chrono::milliseconds kStopLimit{20'000};

// Invalid: nobody listens.
Fd ConnectTo(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof(address.sun_path)) return Fd();
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return fd;
  const void* generic = &address;
  const bool connected =
      ::connect(fd.get(), static_cast<const sockaddr*>(generic), sizeof(address)) == 0;
  return connected ? std::move(fd) : Fd();
}

Status CheckIdle(const Paths& paths) {
  TRY_ASSIGN(const std::unique_ptr<Client> client, ConnectOnly(paths));
  v1::ListInvestigationsRequest request;
  request.set_page_size(1);
  request.set_filter("state=RUNNING");
  TRY_ASSIGN(const v1::ListInvestigationsResponse running, client->List(request));
  if (running.investigations().empty()) return Status::Ok();
  return {Code::kFailedPrecondition, "DAEMON_BUSY",
          running.investigations(0).name() + " is going on"};
}

Status EndDaemon(const Paths& paths) {
  const Fd connection = ConnectTo(paths.socket);
  if (!connection.valid()) return Status::Ok();
  ucred peer{};
  socklen_t length = sizeof(peer);
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
    return ErrnoStatus("ask who listens at " + paths.socket, errno);
  }
  if (peer.pid <= 0) {
    return {Code::kUnavailable, "DAEMON_DID_NOT_END", "inquestd is not a process of this system"};
  }
  const Fd daemon(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
  if (!daemon.valid()) return errno == ESRCH ? Status::Ok() : ErrnoStatus("find the daemon", errno);
  if (::syscall(SYS_pidfd_send_signal, daemon.get(), SIGTERM, nullptr, 0) != 0 && errno != ESRCH) {
    return ErrnoStatus("end the daemon", errno);
  }
  pollfd ended{daemon.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&ended, 1, static_cast<int>(kStopLimit.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready > 0) return Status::Ok();
  return {Code::kUnavailable, "DAEMON_DID_NOT_END",
          "inquestd (process " + std::to_string(peer.pid) + ") does not end"};
}

}  // namespace

bool SomebodyListens(const std::string& socket_path) { return ConnectTo(socket_path).valid(); }

Result<Fd> LockStart(const Paths& paths) {
  const std::string directory = std::filesystem::path(paths.socket).parent_path().string();
  TRY(MakeDirectories(directory, kPrivateDirectory));
  const std::string path = directory + "/start.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFile));
  if (!fd.valid()) return ErrnoStatus("open " + path, errno);
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrnoStatus("lock " + path, errno);
  }
  return fd;
}

Result<Fd> KeepDaemonAway(const Paths& paths) {
  TRY_ASSIGN(Fd lock, LockStart(paths));
  if (!SomebodyListens(paths.socket)) return lock;
  TRY(CheckIdle(paths));
  TRY(EndDaemon(paths));
  return lock;
}

}  // namespace inquest::cli
