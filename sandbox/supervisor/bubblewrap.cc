#include "sandbox/supervisor/bubblewrap.h"

#include <algorithm>
#include <initializer_list>

#include "sandbox/supervisor/box_files.h"

namespace inquest::sandbox {
namespace {

constexpr std::int64_t kSharedMemoryBytes = std::int64_t{64} << 20U;

class Arguments {
 public:
  void Add(std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
      bytes_.append(word);
      bytes_.push_back('\0');
    }
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

void AddNamespaces(const Order& order, Arguments* arguments) {
  arguments->Add({"--unshare-user", "--unshare-uts", "--unshare-cgroup-try", "--hostname",
                  "inquest", "--uid", std::to_string(kInsideUid), "--gid",
                  std::to_string(kInsideUid), "--die-with-parent", "--cap-drop", "ALL"});
  if (!Without(order, "pidns")) arguments->Add({"--unshare-pid"});
  if (!Without(order, "netns")) arguments->Add({"--unshare-net"});
  if (!Without(order, "ipcns")) arguments->Add({"--unshare-ipc"});
  if (!Without(order, "userns-lock")) arguments->Add({"--disable-userns"});
  if (!Without(order, "session")) arguments->Add({"--new-session"});
}

void AddFiles(const Order& order, Arguments* arguments) {
  // /tmp is memory, so it counts there; half leaves the command something to live on.
  const std::string temporary = std::to_string(order.limits().memory_bytes() / 2);
  const std::string shared =
      std::to_string(std::min(kSharedMemoryBytes, order.limits().memory_bytes() / 2));
  arguments->Add({"--ro-bind",    "/box",       "/",        "--proc",    "/proc",
                  "--dev",        "/dev",       "--size",   shared,      "--perms",
                  "1777",         "--tmpfs",    "/dev/shm", "--size",    temporary,
                  "--perms",      "1777",       "--tmpfs",  "/tmp",      "--bind",
                  "/workspace",   "/workspace", "--bind",   "/out",      "/inquest/out",
                  "--remount-ro", "/",          "--chdir",  "/workspace"});
}

}  // namespace

bool Without(const Order& order, std::string_view layer) {
  return std::find(order.without_layers().begin(), order.without_layers().end(), layer) !=
         order.without_layers().end();
}

std::string BubblewrapArguments(const Order& order, int seccomp_fd, int status_fd) {
  Arguments arguments;
  AddNamespaces(order, &arguments);
  AddFiles(order, &arguments);
  arguments.Add({"--clearenv"});
  for (const auto& [name, value] : order.environment()) arguments.Add({"--setenv", name, value});
  if (seccomp_fd >= 0) arguments.Add({"--seccomp", std::to_string(seccomp_fd)});
  arguments.Add({"--json-status-fd", std::to_string(status_fd)});
  return arguments.Take();
}

}  // namespace inquest::sandbox
