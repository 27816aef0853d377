#include "runtime/cli/daemon_start.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/cli/daemon_socket.h"

namespace inquest::cli {
namespace {

constexpr std::chrono::milliseconds kStartLimit{15'000};
// A daemon that is dying may still take a connection and never answer it: so each wait is short,
// and after it we look again whether somebody listens.
constexpr std::chrono::milliseconds kConnectLimit{1'500};
constexpr int kConnectAttemptsMax = 4;
constexpr std::uint64_t kLogTailBytes = 2'000;
constexpr unsigned kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;
constexpr int kReadyFd = 3;
constexpr int kStartLockFd = 4;
// A daemon that this program started leaves when it has had nothing to do for so long.
constexpr std::chrono::seconds kIdleExit{600};

// posix_spawn's two argument objects, freed whatever happens.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // No terminal, no signals held back, and of our descriptors only the log, the ready pipe and the
  // start lock; these two must have numbers that are not among the daemon's.
  void Detach(const std::string& log, const Fd& ready, const Fd& start_lock) {
    ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       kPrivateFile);
    ::posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    ::posix_spawn_file_actions_adddup2(&actions_, ready.get(), kReadyFd);
    ::posix_spawn_file_actions_adddup2(&actions_, start_lock.get(), kStartLockFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kStartLockFd + 1);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(
        &attributes_,
        static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }

  int Spawn(const std::string& program, char* const* argv, pid_t& pid) {
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, argv, environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string LogTail(const std::string& log, std::uint64_t from) {
  const Result<std::string> text = ReadFile(log, std::uint64_t{64} << 20);
  if (!text.ok() || text->size() <= from) return "it wrote nothing to " + log;
  const std::string_view written = std::string_view(*text).substr(from);
  const std::size_t cut = written.size() > kLogTailBytes ? written.size() - kLogTailBytes : 0;
  return "the end of " + log + ":\n" + std::string(written.substr(cut));
}

// The daemon writes a line when it accepts calls; an end of file without one means that it died.
Status AwaitReady(int fd, const std::string& log, std::uint64_t log_size) {
  pollfd wait{fd, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&wait, 1, static_cast<int>(kStartLimit.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return ErrnoStatus("wait for the daemon", errno);
  char byte = 0;
  if (ready > 0 && ::read(fd, &byte, 1) == 1) return Status::Ok();
  const std::string what =
      ready == 0 ? "inquestd is not ready after " + std::to_string(kStartLimit.count()) + " ms; "
                 : "inquestd ended while it was starting; ";
  return {Code::kUnavailable, "DAEMON_DID_NOT_START", what + LogTail(log, log_size)};
}

// The daemon inherits the lock and holds it until it listens: so if this program is killed while it
// waits, the next one waits for that daemon and does not start a second.
Status StartDaemon(const Paths& paths, const Fd& start_lock) {
  const std::string program = ProgramDirectory() + "/inquestd";
  if (::access(program.c_str(), X_OK) != 0) {
    return {Code::kUnavailable, "DAEMON_NOT_FOUND", "there is no program " + program};
  }
  TRY(MakeDirectories(paths.state, kPrivateDirectory));
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoStatus("make a pipe", errno);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  // Away from the numbers that they are to get: dup2 onto itself keeps close-on-exec, and onto the
  // other one closes that.
  const Fd lock(::fcntl(start_lock.get(), F_DUPFD_CLOEXEC, kStartLockFd + 1));
  writer = Fd(::fcntl(writer.get(), F_DUPFD_CLOEXEC, kStartLockFd + 1));
  if (!lock.valid() || !writer.valid()) return ErrnoStatus("duplicate a descriptor", errno);
  std::error_code none;
  const std::uintmax_t before = std::filesystem::file_size(paths.log, none);
  SpawnPlan plan;
  plan.Detach(paths.log, writer, lock);
  std::vector<std::string> words{program, "--data-dir=" + paths.data, "--socket=" + paths.socket,
                                 "--ready-fd=" + std::to_string(kReadyFd),
                                 "--start-lock-fd=" + std::to_string(kStartLockFd),
                                 "--idle-exit=" + std::to_string(kIdleExit.count())};
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = plan.Spawn(program, argv.data(), pid);
  if (error != 0) return ErrnoStatus("start " + program, error);
  writer.Close();
  return AwaitReady(reader.get(), paths.log, none ? 0 : before);
}

Result<std::unique_ptr<Client>> Connect(const Paths& paths) {
  auto client = std::make_unique<Client>(paths.socket);
  TRY(client->WaitUntilReady(kConnectLimit));
  return client;
}

Status StartOnce(const Paths& paths) {
  TRY_ASSIGN(const Fd lock, LockStart(paths));
  if (SomebodyListens(paths.socket)) return Status::Ok();
  return StartDaemon(paths, lock);
}

}  // namespace

Result<std::unique_ptr<Client>> ConnectOnly(const Paths& paths) {
  if (!SomebodyListens(paths.socket)) {
    return Status(Code::kUnavailable, "DAEMON_NOT_RUNNING", "nobody listens at " + paths.socket);
  }
  return Connect(paths);
}

Result<std::unique_ptr<Client>> ConnectOrStart(const Paths& paths) {
  if (paths.others_daemon) return ConnectOnly(paths);
  Status last;
  for (int attempt = 0; attempt < kConnectAttemptsMax; ++attempt) {
    if (!SomebodyListens(paths.socket)) {
      const Status started = StartOnce(paths);
      if (!started.ok()) return Status(Code::kUnavailable, started.reason(), started.message());
    }
    Result<std::unique_ptr<Client>> client = Connect(paths);
    if (client.ok()) return client;
    last = client.status();
  }
  return last;
}

}  // namespace inquest::cli
