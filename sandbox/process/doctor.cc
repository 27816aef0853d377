#include "sandbox/process/doctor.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "sandbox/process/seccomp_filter.h"
#include "sandbox/supervisor/control_groups.h"
#include "sandbox/supervisor/landlock.h"

namespace inquest::sandbox {
namespace {

// Exit status of a program that says nothing; -1: it could not be started or was killed.
int Exit(std::vector<std::string> words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  }
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || ::waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

HostCheck Check(const char* id, bool good, CheckResult otherwise, const char* found,
                const char* missing, std::string remediation) {
  if (good) return {id, CheckResult::kOk, found, ""};
  return {id, otherwise, missing, std::move(remediation)};
}

bool HasOverlay() {
  const auto types = ReadFile("/proc/filesystems", 1U << 16U);
  return types.ok() && types->find("\toverlay\n") != std::string::npos;
}

ControlGroups TryGroups() {
  constexpr std::int64_t kMemory = std::int64_t{64} << 20U;
  return ControlGroups::Make(PlanControlGroups("doctor-" + std::to_string(::getpid())),
                             {kMemory, 64});
}

// What an operator runs who accepts that: beside the data of an installed program, else in the
// checkout.
std::string AcceptCommand() {
  const std::string installed =
      ProgramDirectory() + "/../share/inquest/scripts/accept-missing-layers";
  std::error_code none;
  const auto found = std::filesystem::canonical(installed, none);
  return (none ? "scripts/accept-missing-layers" : found.string()) + " cgroup-memory cgroup-pids";
}

HostCheck CheckGroups() {
  const ControlGroups groups = TryGroups();
  const std::string accept =
      "accept that inquest-run only looks at memory and processes five times a second, which every "
      "piece of evidence then says: " +
      AcceptCommand() + " (docs/deploy.md)";
  const bool good = groups.has_memory() && groups.has_processes();
  if (::geteuid() != 0 && !good) {
    return {"cgroups", CheckResult::kFail,
            "this user cannot make memory and pids control groups: runs are refused",
            "run the daemon as root, or " + accept};
  }
  std::string found = "usable:";
  for (const std::string& layer : groups.layers()) found += " " + layer;
  return Check("cgroups", good, CheckResult::kFail, found.c_str(),
               "memory and pids control groups cannot be made",
               "mount the cgroup file system writable, or " + accept);
}

}  // namespace

std::vector<HostCheck> CheckHost(const std::string& supervisor) {
  const std::string program = supervisor.empty() ? ProgramDirectory() + "/inquest-run" : supervisor;
  const bool has_bwrap = Exit({"bwrap", "--version"}) == 0;
  const bool userns =
      has_bwrap && Exit({"bwrap", "--unshare-user", "--disable-userns", "--unshare-pid",
                         "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "true"}) == 0;
  return {
      Check("inquest-run", ::access(program.c_str(), X_OK) == 0, CheckResult::kFail,
            ("found at " + program).c_str(), ("missing at " + program).c_str(),
            "install inquest-run beside inquest and inquestd"),
      Check("bwrap", has_bwrap, CheckResult::kFail, "bubblewrap is installed",
            "bubblewrap is not installed", "apt-get install bubblewrap"),
      Check("userns", userns, CheckResult::kFail, "bubblewrap can build namespaces",
            "bubblewrap cannot build user, pid and network namespaces",
            "set kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0; in a "
            "container, allow unshare and mount"),
      Check("seccomp", CompileSeccompFilter().ok(), CheckResult::kFail,
            "the system call filter compiles", "the system call filter does not compile",
            "install libseccomp2 2.5 or newer"),
      CheckGroups(),
      Check("landlock", HasLandlock(), CheckResult::kWarn,
            "signals and abstract sockets are held by Landlock too",
            "no Landlock scopes: only the namespaces hold signals and abstract sockets",
            "a kernel from 6.12 on has them; nothing else depends on it"),
      Check("overlay", HasOverlay(), CheckResult::kWarn, "workspaces are copy-on-write",
            "no overlayfs: each run copies its tree, which takes longer",
            "load the kernel module overlay"),
  };
}

}  // namespace inquest::sandbox
