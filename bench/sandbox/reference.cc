#include "bench/sandbox/reference.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

// By these numbers in the child.
constexpr int kArgumentsFd = 100;
constexpr int kFilterFd = 101;
constexpr int kStatusFd = 102;

// What the supervisor copies or makes up in /etc, and the folders that it binds there.
constexpr const char* kMadeUp[] = {"passwd",   "group",       "hosts",
                                   "hostname", "resolv.conf", "nsswitch.conf"};
constexpr const char* kCopied[] = {"ld.so.cache",
                                   "localtime",
                                   "timezone",
                                   "debian_version",
                                   "mime.types",
                                   "protocols",
                                   "services",
                                   "host.conf",
                                   "magic",
                                   "locale.alias",
                                   "inputrc",
                                   "os-release",
                                   "python3.11/sitecustomize.py",
                                   "ssl/openssl.cnf"};
constexpr const char* kFolders[] = {"alternatives", "ssl/certs", "fonts", "terminfo", "perl"};

void Add(std::initializer_list<std::string> words, std::string* bytes) {
  for (const std::string& word : words) bytes->append(word).push_back('\0');
}

void AddSystem(const std::string& directory, std::string* all) {
  Add({"--ro-bind", "/usr", "/usr"}, all);
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(name, error);
    if (!error) Add({"--symlink", target.string(), name}, all);
    if (error && std::filesystem::exists(name)) Add({"--ro-bind", name, name}, all);
  }
  for (const char* name : kMadeUp) {
    std::ofstream(directory + "/" + name) << "made up\n";
    Add({"--ro-bind", directory + "/" + name, std::string("/etc/") + name}, all);
  }
  for (const char* name : kCopied) {
    Add({"--ro-bind-try", std::string("/etc/") + name, std::string("/etc/") + name}, all);
  }
  for (const char* name : kFolders) {
    Add({"--ro-bind-try", std::string("/etc/") + name, std::string("/etc/") + name}, all);
  }
}

std::string Arguments(const std::string& directory, const Order& order) {
  std::string all;
  Add({"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
       "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session",
       "--clearenv", "--cap-drop", "ALL", "--hostname", "inquest", "--uid", "1000", "--gid",
       "1000"},
      &all);
  AddSystem(directory, &all);
  for (const Binding& binding : order.bindings()) {
    Add({"--ro-bind", binding.source(), binding.target()}, &all);
  }
  const std::string half = std::to_string(order.limits().memory_bytes() / 2);
  Add({"--proc",
       "/proc",
       "--dev",
       "/dev",
       "--size",
       "67108864",
       "--perms",
       "1777",
       "--tmpfs",
       "/dev/shm",
       "--size",
       half,
       "--perms",
       "1777",
       "--tmpfs",
       "/tmp",
       "--bind",
       directory + "/tree",
       "/workspace",
       "--bind",
       directory + "/out",
       "/inquest/out",
       "--remount-ro",
       "/",
       "--chdir",
       "/workspace",
       "--seccomp",
       std::to_string(kFilterFd),
       "--json-status-fd",
       std::to_string(kStatusFd)},
      &all);
  for (const auto& [name, value] : order.environment()) Add({"--setenv", name, value}, &all);
  return all;
}

Fd MemoryFile(const std::string& bytes) {
  Fd fd(::memfd_create("bench", MFD_CLOEXEC));
  static_cast<void>(WriteAll(fd.get(), bytes).ok());
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

}  // namespace

Reference::Reference(const std::string& directory, const Order& order)
    : arguments_(Arguments(directory, order)), filter_(order.seccomp_filter()), uid_(order.uid()) {}

double Reference::Time() const {
  const auto start = std::chrono::steady_clock::now();
  const Fd arguments = MemoryFile(arguments_);
  const Fd filter = MemoryFile(filter_);
  const Fd status(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  std::string words[] = {"bwrap", "--args",        std::to_string(kArgumentsFd), "--", "/bin/sh",
                         "-c",    "exec /bin/true"};
  char* argv[std::size(words) + 1] = {};
  for (std::size_t i = 0; i < std::size(words); ++i) argv[i] = words[i].data();
  char* const no_environment[] = {nullptr};
  const pid_t pid = ::vfork();
  if (pid == 0) {
    ::dup2(arguments.get(), kArgumentsFd);
    ::dup2(filter.get(), kFilterFd);
    ::dup2(status.get(), kStatusFd);
    // The call itself: libc's would signal the other threads of the process that lends its memory.
    if (uid_ != 0) {
      ::syscall(SYS_setgroups, 0, nullptr);
      ::syscall(SYS_setresgid, uid_, uid_, uid_);
      ::syscall(SYS_setresuid, uid_, uid_, uid_);
    }
    ::execve("/usr/bin/bwrap", argv, no_environment);
    ::_exit(127);
  }
  int exit = 0;
  if (pid < 0 || ::waitpid(pid, &exit, 0) != pid || exit != 0) return 0;
  // inquest-run's end too means that its whole tree is dead.
  while (::waitpid(-1, nullptr, 0) > 0) continue;
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace inquest::sandbox
