#include "sandbox/process/launch.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/file.h"

namespace inquest::sandbox {

Result<Launched> LaunchSupervisor(const std::string& program, const Order& order) {
  const Fd input(::memfd_create("order", MFD_CLOEXEC));
  if (!input.valid()) return ErrnoStatus("make a memory file", errno);
  TRY(WriteAll(input.get(), order.SerializeAsString()));

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);

  std::string name = "inquest-run";
  char* const argv[] = {name.data(), nullptr};
  char* const no_environment[] = {nullptr};
  Launched launched;
  const int error =
      ::posix_spawn(&launched.pid, program.c_str(), &actions, &attributes, argv, no_environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return ErrnoStatus("start " + program, error);
  // Cannot be another process's: the child stays until it is reaped.
  launched.process = Fd(static_cast<int>(::syscall(SYS_pidfd_open, launched.pid, 0)));
  if (!launched.process.valid()) return ErrnoStatus("open the supervisor's pidfd", errno);
  return launched;
}

int ReapChild(const Fd& process) {
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(process.get()), &info, WEXITED | WNOHANG) != 0) return -1;
  return info.si_code == CLD_EXITED ? info.si_status : -1;
}

}  // namespace inquest::sandbox
