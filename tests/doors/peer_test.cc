// The Unix socket's own check of who connects, with the file permissions out of the way.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>

#include "runtime/base/fd.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

constexpr uid_t kStranger = 65534;

// What a client of that uid is greeted with: true when HTTP/2 comes, false when the door shuts.
bool IsLetIn(const std::string& path, uid_t uid) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (uid != ::getuid() && ::setuid(uid) != 0) ::_exit(3);
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      ::_exit(4);
    }
    const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0";
    static_cast<void>(::send(socket.get(), preface, sizeof(preface), MSG_NOSIGNAL));
    char byte = 0;
    ::_exit(::recv(socket.get(), &byte, 1, 0) == 1 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_LE(WEXITSTATUS(status), 1);
  return WEXITSTATUS(status) == 0;
}

class Peer : public Doors {
 protected:
  void Open(std::vector<uid_t> allowed) {
    ServerOptions options;
    options.socket_path = SocketPath();
    options.allowed_uids = std::move(allowed);
    const Status started = Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.ToString();
    ::chmod(SocketPath().c_str(), 0666);
    ::chmod((folder_ + "/s").c_str(), 0755);
  }
};

TEST_F(Peer, ThisUserIsLetIn) {
  Open({});
  EXPECT_TRUE(IsLetIn(SocketPath(), ::getuid()));
}

TEST_F(Peer, AnotherUserIsLetInOnlyWhenTheOperatorListsIt) {
  // An ordinary user cannot become another one: then it is itself that must be let in.
  const uid_t other = ::geteuid() == 0 ? kStranger : ::geteuid();
  Open({});
  EXPECT_EQ(IsLetIn(SocketPath(), other), other == ::geteuid());
  server_->Stop(std::chrono::milliseconds(0));
  Open({other});
  EXPECT_TRUE(IsLetIn(SocketPath(), other));
}

TEST_F(Peer, ADeadDaemonsSocketIsReplaced) {
  ASSERT_EQ(::mkdir((folder_ + "/s").c_str(), 0700), 0);
  {
    const Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, SocketPath().data(), SocketPath().size());
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  Open({});
  EXPECT_TRUE(IsLetIn(SocketPath(), ::getuid()));
}

}  // namespace
}  // namespace inquest::doors
