#include "runtime/doors/grpc/unix_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/log.h"

namespace inquest::doors {
namespace {

constexpr int kBacklog = 128;
constexpr unsigned kSocketMode = 0600;
constexpr unsigned kGroupSocketMode = 0660;
constexpr unsigned kFolderMode = 0700;
// How long accepting rests when descriptors have run out.
constexpr int kRestMs = 100;

Result<sockaddr_un> Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path) || !path.starts_with("/")) {
    return Status(Code::kInvalidArgument, "BAD_SOCKET_PATH",
                  "socket path \"" + path + "\" must be absolute and shorter than " +
                      std::to_string(sizeof(address.sun_path)) + " bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Fd NewSocket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// Makes way for bind: only a dead socket is removed.
Status RemoveStale(const std::string& path, const sockaddr_un& address) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT ? Status::Ok() : ErrnoStatus("look at " + path, errno);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return {Code::kFailedPrecondition, "NOT_A_SOCKET",
            path + " exists and is no socket: move it away or give another --socket"};
  }
  const Fd probe = NewSocket();
  if (!probe.valid()) return ErrnoStatus("socket", errno);
  if (::connect(probe.get(), Generic(address), sizeof(address)) == 0 || errno == EAGAIN) {
    return {Code::kFailedPrecondition, "SOCKET_IN_USE", "another daemon answers on " + path};
  }
  if (errno != ECONNREFUSED) return ErrnoStatus("connect to " + path, errno);
  if (::unlink(path.c_str()) != 0) return ErrnoStatus("remove stale socket " + path, errno);
  return Status::Ok();
}

// As the peer was when it connected: its own group, or one of its others.
bool IsInGroup(const Fd& connection, gid_t own, gid_t group) {
  if (own == group) return true;
  constexpr std::size_t kGroupsMax = 65536;  // the kernel's NGROUPS_MAX
  std::vector<gid_t> others(kGroupsMax);
  auto size = static_cast<socklen_t>(others.size() * sizeof(gid_t));
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERGROUPS, others.data(), &size) != 0) {
    return false;
  }
  others.resize(size / sizeof(gid_t));
  return std::find(others.begin(), others.end(), group) != others.end();
}

Status OpenToGroup(const std::string& path, gid_t group) {
  if (::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0) {
    return ErrnoStatus("give the socket to its group", errno);
  }
  if (::chmod(path.c_str(), kGroupSocketMode) != 0) return ErrnoStatus("chmod socket", errno);
  return Status::Ok();
}

}  // namespace

UnixListener::UnixListener(UnixListenerOptions options, Fd socket, Fd stop)
    : options_(std::move(options)), socket_(std::move(socket)), stop_(std::move(stop)) {}

UnixListener::~UnixListener() { Stop(); }

Result<std::unique_ptr<UnixListener>> UnixListener::Open(UnixListenerOptions options) {
  TRY_ASSIGN(const sockaddr_un address, Address(options.path));
  TRY(MakeDirectories(options.path.substr(0, options.path.rfind('/')), kFolderMode));
  TRY(RemoveStale(options.path, address));
  Fd socket = NewSocket();
  if (!socket.valid()) return ErrnoStatus("socket", errno);
  // The mode is there from the first moment: on Linux a socket's mode before bind is the file's.
  if (::fchmod(socket.get(), kSocketMode) != 0) return ErrnoStatus("fchmod", errno);
  if (::bind(socket.get(), Generic(address), sizeof(address)) != 0) {
    return ErrnoStatus("bind " + options.path, errno);
  }
  if (::chmod(options.path.c_str(), kSocketMode) != 0) return ErrnoStatus("chmod socket", errno);
  if (options.allowed_group) TRY(OpenToGroup(options.path, *options.allowed_group));
  if (::listen(socket.get(), kBacklog) != 0) return ErrnoStatus("listen on " + options.path, errno);
  Fd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.valid()) return ErrnoStatus("eventfd", errno);
  return std::unique_ptr<UnixListener>(
      new UnixListener(std::move(options), std::move(socket), std::move(stop)));
}

void UnixListener::Start(Accepted accepted) {
  thread_ = std::thread([this, accepted = std::move(accepted)] { Loop(accepted); });
}

void UnixListener::Stop() {
  if (!stop_.valid()) return;
  if (thread_.joinable()) {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  ::unlink(options_.path.c_str());
  socket_.Close();
  stop_.Close();
}

void UnixListener::Loop(const Accepted& accepted) {
  std::array<pollfd, 2> watched = {{{socket_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (true) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[1].revents != 0) return;
    if (watched[0].revents != 0) AcceptOne(accepted);
  }
}

bool UnixListener::MayConnect(const Fd& connection, const ucred& peer) const {
  const auto& uids = options_.allowed_uids;
  return peer.uid == ::geteuid() || peer.uid == 0 ||
         std::find(uids.begin(), uids.end(), peer.uid) != uids.end() ||
         (options_.allowed_group && IsInGroup(connection, peer.gid, *options_.allowed_group));
}

void UnixListener::AcceptOne(const Accepted& accepted) {
  Fd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!connection.valid()) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      Log(LogLevel::kError, "cannot accept: descriptors have run out");
      pollfd stop{stop_.get(), POLLIN, 0};
      ::poll(&stop, 1, kRestMs);
    }
    return;
  }
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
  if (!MayConnect(connection, peer)) {
    Log(LogLevel::kWarning, "refused a connection", {{"uid", std::to_string(peer.uid)}});
    return;
  }
  accepted(std::move(connection), peer.uid);
}

}  // namespace inquest::doors
