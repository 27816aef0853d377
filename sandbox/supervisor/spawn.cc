#include "sandbox/supervisor/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "runtime/base/file.h"
#include "sandbox/supervisor/bubblewrap.h"
#include "sandbox/supervisor/landlock.h"

namespace inquest::sandbox {
namespace {

constexpr int kSetupFailedExit = 127;
constexpr rlim_t kOpenFiles = 1024;
constexpr rlim_t kLockedBytes = 64U << 10U;
// bubblewrap's own processes, beside the command's.
constexpr rlim_t kOwnProcesses = 8;

struct Limit {
  const char* layer;
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

bool SetLimits(const Order& order, const Profile& profile, bool has_memory_group) {
  const auto& limits = order.limits();
  const Limit all[] = {
      {"rlimit-core", RLIMIT_CORE, 0},
      {"rlimit-nofile", RLIMIT_NOFILE, kOpenFiles},
      {"rlimit-fsize", RLIMIT_FSIZE, static_cast<rlim_t>(limits.file_bytes())},
      {"rlimit-cpu", RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_time().seconds() + 1)},
      {"rlimit-memlock", RLIMIT_MEMLOCK, kLockedBytes},
      {"rlimit-rtprio", RLIMIT_RTPRIO, 0},
      {"rlimit-nice", RLIMIT_NICE, 0},
      {"rlimit-msgqueue", RLIMIT_MSGQUEUE, 0},
      {"rlimit-sigpending", RLIMIT_SIGPENDING, kOpenFiles},
      {"rlimit-data", RLIMIT_DATA, static_cast<rlim_t>(limits.memory_bytes())},
      {"rlimit-nproc", RLIMIT_NPROC, static_cast<rlim_t>(limits.processes()) + kOwnProcesses},
  };
  for (const Limit& limit : all) {
    if (!profile.Has(limit.layer)) continue;
    // Each process by itself, where no group counts them together.
    if (limit.resource == RLIMIT_DATA && has_memory_group) continue;
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
[[noreturn]] void Become(const Launch& launch, bool born_in_group, const Pipe& output,
                         const Pipe& errors, pid_t parent, char* const* argv) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDONLY);
  bool good = null >= 0 && ::dup2(null, STDIN_FILENO) >= 0 &&
              ::dup2(output.write.get(), STDOUT_FILENO) >= 0 &&
              ::dup2(errors.write.get(), STDERR_FILENO) >= 0;
  if (null > STDERR_FILENO) ::close(null);
  good = good && launch.groups->Join(born_in_group);
  const Profile& profile = *launch.profile;
  good = good && SetLimits(*launch.order, profile, launch.groups->has_memory());
  if (profile.Has("uid")) good = good && BecomeRunUser(*launch.order);
  if (launch.landlock) good = good && EnterLandlock();
  if (profile.Has("die-with-parent")) {
    // After the change of user, which clears it.
    good = good && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
  }
  char* const no_environment[] = {nullptr};
  char* const* const environment = profile.Has("environment") ? no_environment : environ;
  if (good) {
    ::syscall(SYS_execveat, launch.bubblewrap.get(), "", argv, environment, AT_EMPTY_PATH);
  }
  ::_exit(kSetupFailedExit);
}

// Whether a child that was just born has a SIGKILL waiting. Kernels compare the number of kills of
// its group with that of the parent's (seen in 6.18), so a child born into a group that was ever
// killed as a whole dies at once.
bool BornDead(pid_t pid) {
  constexpr std::uint64_t kStatusLimit = 64U << 10U;
  const auto status = ReadFile("/proc/" + std::to_string(pid) + "/status", kStatusLimit);
  if (!status.ok()) return true;
  const auto pending = status->find("\nShdPnd:\t");
  constexpr std::size_t kNameSize = 9;
  constexpr int kHexadecimal = 16;
  std::uint64_t signals = 0;
  if (pending != std::string::npos) {
    const char* const start = status->data() + pending + kNameSize;
    std::from_chars(start, status->data() + status->size(), signals, kHexadecimal);
  }
  constexpr std::uint64_t kKill = std::uint64_t{1} << (SIGKILL - 1U);
  return (signals & kKill) != 0 || status->find("\nState:\tZ") != std::string::npos;
}

// As fork, but in the group where there is one and the kernel can; says so in `born`.
pid_t ForkInto(int group, bool* born) {
  *born = group >= 0;
  if (*born) {
    clone_args arguments{};
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = static_cast<__u64>(group);
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof(arguments));
    if (pid == 0 || (pid > 0 && !BornDead(static_cast<pid_t>(pid)))) {
      return static_cast<pid_t>(pid);
    }
    if (pid > 0) ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
    // An old kernel, or a container whose filter hides the call.
    *born = false;
  }
  return ::fork();
}

}  // namespace

Result<Spawned> SpawnSandbox(const Launch& launch, const std::string& shell_command) {
  const Order& order = *launch.order;
  TRY_ASSIGN(Pipe output, MakePipe());
  TRY_ASSIGN(Pipe errors, MakePipe());
  TRY_ASSIGN(Pipe status, MakePipe());
  Fd filter;
  if (launch.profile->Has("seccomp")) {
    TRY_ASSIGN(filter, MemoryFile("filter", order.seccomp_filter()));
  }
  ::fcntl(status.write.get(), F_SETFD, 0);
  TRY_ASSIGN(const Fd arguments,
             MemoryFile("arguments", BubblewrapArguments(order, *launch.profile, filter.get(),
                                                         status.write.get())));
  std::string words[] = {"bwrap", "--args",     std::to_string(arguments.get()), "--", "/bin/sh",
                         "-c",    shell_command};
  std::array<char*, std::size(words) + 1> argv{};
  for (std::size_t i = 0; i < std::size(words); ++i) argv[i] = words[i].data();
  const pid_t parent = ::getpid();
  // The supervisor is small and has one thread: fork costs what vfork does.
  bool born = false;
  const pid_t pid = ForkInto(launch.groups->birthplace(), &born);
  if (pid < 0) return ErrnoStatus("start bubblewrap", errno);
  if (pid == 0) Become(launch, born, output, errors, parent, argv.data());
  Spawned spawned;
  spawned.pid = pid;
  spawned.process = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  spawned.output = std::move(output.read);
  spawned.errors = std::move(errors.read);
  spawned.status = std::move(status.read);
  return spawned;
}

}  // namespace inquest::sandbox
