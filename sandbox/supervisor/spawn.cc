#include "sandbox/supervisor/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/base/file.h"
#include "sandbox/supervisor/bubblewrap.h"

namespace inquest::sandbox {
namespace {

constexpr int kSetupFailedExit = 127;
constexpr rlim_t kOpenFiles = 1024;
constexpr rlim_t kLockedBytes = 64U << 10U;
// bubblewrap's own processes, beside the command's.
constexpr rlim_t kOwnProcesses = 8;

struct Limit {
  __rlimit_resource resource;
  rlim_t value;
};

Result<Fd> MemoryFile(const char* name, const std::string& bytes) {
  Fd fd(::memfd_create(name, 0));  // inherited by bubblewrap, which closes it
  if (!fd.valid()) return ErrnoStatus("make a memory file", errno);
  TRY(WriteAll(fd.get(), bytes));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return ErrnoStatus("rewind a memory file", errno);
  return fd;
}

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoStatus("make a pipe", errno);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

bool SetLimits(const Order& order) {
  if (Without(order, "rlimits")) return true;
  const auto& limits = order.limits();
  const Limit all[] = {
      {RLIMIT_CORE, 0},
      {RLIMIT_NOFILE, kOpenFiles},
      {RLIMIT_FSIZE, static_cast<rlim_t>(limits.file_bytes())},
      {RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_time().seconds() + 1)},
      {RLIMIT_MEMLOCK, kLockedBytes},
      {RLIMIT_RTPRIO, 0},
      {RLIMIT_NICE, 0},
      {RLIMIT_MSGQUEUE, 0},
      {RLIMIT_SIGPENDING, kOpenFiles},
      {RLIMIT_NPROC, static_cast<rlim_t>(limits.processes()) + kOwnProcesses},
  };
  for (const Limit& limit : all) {
    rlimit now{};
    if (::getrlimit(limit.resource, &now) != 0) return false;
    const rlim_t value = limit.value < now.rlim_max ? limit.value : now.rlim_max;
    const rlimit wanted{value, value};
    if (::setrlimit(limit.resource, &wanted) != 0) return false;
  }
  return true;
}

bool BecomeRunUser(const Order& order) {
  const uid_t uid = order.uid();
  if (uid == 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(uid, uid, uid) == 0 &&
         ::setresuid(uid, uid, uid) == 0;
}

// Runs in the child: system calls only, then exec. Failures show as an exit without a status line.
[[noreturn]] void Become(const Launch& launch, const Pipe& output, const Pipe& errors, pid_t parent,
                         char* const* argv) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDONLY);
  bool good = null >= 0 && ::dup2(null, STDIN_FILENO) >= 0 &&
              ::dup2(output.write.get(), STDOUT_FILENO) >= 0 &&
              ::dup2(errors.write.get(), STDERR_FILENO) >= 0;
  if (null > STDERR_FILENO) ::close(null);
  for (const Fd& entrance : launch.groups->entrances()) {
    good = good && ::write(entrance.get(), "0", 1) == 1;
  }
  good = good && SetLimits(*launch.order) && BecomeRunUser(*launch.order);
  // After the change of user, which clears it.
  good = good && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
  char* const no_environment[] = {nullptr};
  if (good) {
    ::syscall(SYS_execveat, launch.bubblewrap.get(), "", argv, no_environment, AT_EMPTY_PATH);
  }
  ::_exit(kSetupFailedExit);
}

}  // namespace

Result<Spawned> SpawnSandbox(const Launch& launch, const std::string& shell_command) {
  const Order& order = *launch.order;
  TRY_ASSIGN(Pipe output, MakePipe());
  TRY_ASSIGN(Pipe errors, MakePipe());
  TRY_ASSIGN(Pipe status, MakePipe());
  Fd filter;
  if (!Without(order, "seccomp")) {
    TRY_ASSIGN(filter, MemoryFile("filter", order.seccomp_filter()));
  }
  ::fcntl(status.write.get(), F_SETFD, 0);
  TRY_ASSIGN(const Fd arguments,
             MemoryFile("arguments", BubblewrapArguments(order, filter.get(), status.write.get())));
  std::string words[] = {"bwrap", "--args",     std::to_string(arguments.get()), "--", "/bin/sh",
                         "-c",    shell_command};
  std::array<char*, std::size(words) + 1> argv{};
  for (std::size_t i = 0; i < std::size(words); ++i) argv[i] = words[i].data();
  const pid_t parent = ::getpid();
  // The supervisor is small and has one thread: fork costs what vfork does.
  const pid_t pid = ::fork();
  if (pid < 0) return ErrnoStatus("start bubblewrap", errno);
  if (pid == 0) Become(launch, output, errors, parent, argv.data());
  Spawned spawned;
  spawned.pid = pid;
  spawned.process = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  spawned.output = std::move(output.read);
  spawned.errors = std::move(errors.read);
  spawned.status = std::move(status.read);
  return spawned;
}

}  // namespace inquest::sandbox
