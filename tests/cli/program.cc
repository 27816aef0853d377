#include "tests/cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/base/fd.h"

namespace inquest::cli {
namespace {

constexpr int kRunLimitMs = 120'000;
constexpr int kEndLimitMs = 20'000;

std::string Slurp(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Waits until the process is gone; false after the limit.
bool AwaitEnd(pid_t pid, int limit_ms) {
  const Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!fd.valid()) return true;
  pollfd wait{fd.get(), POLLIN, 0};
  return ::poll(&wait, 1, limit_ms) == 1;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Home::Home() {
  std::string pattern = std::filesystem::temp_directory_path().string() + "/inquest.XXXXXX";
  path_ = ::mkdtemp(pattern.data());
  environment_ = {{"HOME", path_},
                  {"PATH", "/usr/bin:/bin"},
                  {"TMPDIR", "/tmp"},
                  {"XDG_DATA_HOME", path_ + "/data"},
                  {"XDG_STATE_HOME", path_ + "/state"},
                  {"XDG_CONFIG_HOME", path_ + "/config"},
                  {"XDG_RUNTIME_DIR", path_ + "/run"}};
  std::filesystem::create_directory(path_ + "/run");
  std::filesystem::permissions(path_ + "/run", std::filesystem::perms::owner_all);
  // An ordinary user's runs are refused until an operator accepts what that user cannot have.
  if (::geteuid() != 0) {
    const std::string accept = "XDG_CONFIG_HOME=" + path_ +
                               "/config " INQUEST_SOURCE_DIR
                               "/scripts/accept-missing-layers cgroup-memory cgroup-pids 2>&1";
    EXPECT_EQ(std::system(accept.c_str()), 0);
  }
}

Home::~Home() {
  KillDaemon();
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

pid_t Home::Start(const std::vector<std::string>& arguments, const std::string& name) const {
  std::vector<std::string> words{std::string(INQUEST_BINARY_DIR) + "/bin/inquest"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (const auto& [key, value] : environment_) variables.push_back(key + "=" + value);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  const std::string out = path_ + "/" + name + ".out";
  const std::string err = path_ + "/" + name + ".err";
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), kWrite, 0600);
  ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), kWrite, 0600);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, words[0].c_str(), &actions, nullptr, Pointers(words).data(),
                                  Pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  EXPECT_EQ(error, 0) << std::strerror(error);
  return pid;
}

Outcome Home::Wait(pid_t pid, const std::string& name) const {
  if (!AwaitEnd(pid, kRunLimitMs)) {
    ADD_FAILURE() << "inquest did not end";
    ::kill(pid, SIGKILL);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, Slurp(path_ + "/" + name + ".out"), Slurp(path_ + "/" + name + ".err")};
}

Outcome Home::Run(const std::vector<std::string>& arguments) const {
  return Wait(Start(arguments, "run"), "run");
}

pid_t Home::Daemon() const {
  const std::string socket_path = path_ + "/run/inquest/inquest.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof(address.sun_path) - 1);
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const void* generic = &address;
  if (::connect(fd.get(), static_cast<const sockaddr*>(generic), sizeof(address)) != 0) return 0;
  ucred peer{};
  socklen_t length = sizeof(peer);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return 0;
  return peer.pid;
}

void Home::KillDaemon() const {
  const pid_t pid = Daemon();
  if (pid <= 0) return;
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(AwaitEnd(pid, kEndLimitMs));
}

}  // namespace inquest::cli
