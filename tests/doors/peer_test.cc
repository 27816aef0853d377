// The Unix socket's own check of who connects, with the file permissions out of the way.
#include <grp.h>
#include <grpcpp/create_channel_posix.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <string>
#include <thread>

#include "runtime/base/fd.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

constexpr uid_t kStranger = 65534;

// What a client of that uid is greeted with: true when HTTP/2 comes, false when the door shuts.
bool IsLetIn(const std::string& path, uid_t uid, const std::vector<gid_t>& groups = {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setgroups(groups.size(), groups.data()) != 0) ::_exit(2);
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

// Connects as that user: the kernel keeps the credentials of the thread that connects, and the
// system call itself changes this thread's only.
Fd ConnectAs(uid_t uid, const std::string& path) {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  std::thread([&] {
    ASSERT_EQ(::syscall(SYS_setresuid, uid, uid, uid), 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    ASSERT_EQ(::connect(socket.get(), generic, sizeof(address)), 0);
  }).join();
  return socket;
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

TEST_F(Peer, TheMembersOfAGroupAreLetInAndNobodyElse) {
  // An ordinary user cannot leave its groups, and is let in as itself.
  constexpr gid_t kGroup = 64321;
  const bool root = ::geteuid() == 0;
  ServerOptions options;
  options.socket_path = SocketPath();
  options.allowed_group = root ? kGroup : ::getegid();
  const Status started = Start(std::move(options));
  ASSERT_TRUE(started.ok()) << started.ToString();
  struct stat info {};
  ASSERT_EQ(::stat(SocketPath().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
  EXPECT_EQ(info.st_gid, root ? kGroup : ::getegid());

  ::chmod(SocketPath().c_str(), 0666);
  ::chmod((folder_ + "/s").c_str(), 0755);
  const uid_t other = root ? kStranger : ::geteuid();
  EXPECT_TRUE(IsLetIn(SocketPath(), other, {7, kGroup}));
  EXPECT_EQ(IsLetIn(SocketPath(), other, {7}), !root);
}

TEST_F(Peer, WhoAskedIsWhatTheJournalSays) {
  const uid_t other = ::geteuid() == 0 ? kStranger : ::geteuid();
  Open({other});
  Fd connection = ConnectAs(other, SocketPath());
  auto theirs = v1::InvestigationService::NewStub(
      grpc::CreateInsecureChannelFromFd("other", connection.release()));
  auto ours = v1::InvestigationService::NewStub(
      grpc::CreateChannel("unix:" + SocketPath(), grpc::InsecureChannelCredentials()));

  const std::string name = Create(*theirs).name();
  ASSERT_TRUE(Note(*ours, name, "ours").ok());
  ASSERT_TRUE(Note(*theirs, name, "theirs").ok());

  std::map<std::string, std::string> said;
  const auto journal = store_.ReadEvents(name.substr(name.find('/') + 1), 0, 1000);
  ASSERT_TRUE(journal.ok());
  for (const store::JournalEvent& stored : *journal) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(stored.payload));
    if (event.has_created()) said["created"] = event.created().principal();
    if (event.has_steered()) said[event.steered().note()] = event.steered().principal();
  }
  const std::string them = "uid:" + std::to_string(other);
  const std::string us = "uid:" + std::to_string(::geteuid());
  EXPECT_EQ(said, (std::map<std::string, std::string>{
                      {"created", them}, {"ours", us}, {"theirs", them}}));
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
