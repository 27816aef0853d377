#include "runtime/doors/grpc/connections.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <filesystem>

#include "runtime/base/fd.h"

namespace inquest::doors {
namespace {

// Its own end is our door: accepted there (or listening), not connected to it.
bool CameInBy(int fd, const std::string& socket_path, int tcp_port) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(fd, generic, &size) != 0) return false;  // most descriptors are no sockets
  switch (address.ss_family) {
    case AF_UNIX:
      return !socket_path.empty() &&
             socket_path == reinterpret_cast<const sockaddr_un*>(&address)->sun_path;
    case AF_INET:
      return tcp_port != 0 &&
             ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port) == tcp_port;
    case AF_INET6:
      return tcp_port != 0 &&
             ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port) == tcp_port;
    default:
      return false;
  }
}

}  // namespace

void CutConnections(const std::string& socket_path, int tcp_port) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", gone)) {
    const std::string name = entry.path().filename();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    // A duplicate stays what it is, while the number may be closed and reused at any time.
    const Fd same(::fcntl(number, F_DUPFD_CLOEXEC, 0));
    if (same.valid() && CameInBy(same.get(), socket_path, tcp_port)) {
      ::shutdown(same.get(), SHUT_RDWR);
    }
  }
}

}  // namespace inquest::doors
