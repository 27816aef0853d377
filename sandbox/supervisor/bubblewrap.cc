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

void AddNamespaces(const Profile& profile, Arguments* arguments) {
  arguments->Add(
      {"--unshare-user", "--uid", std::to_string(kInsideUid), "--gid", std::to_string(kInsideUid)});
  struct Flag {
    const char* layer;
    const char* word;
  };
  constexpr Flag kFlags[] = {{"pidns", "--unshare-pid"},
                             {"netns", "--unshare-net"},
                             {"ipcns", "--unshare-ipc"},
                             {"cgroupns", "--unshare-cgroup-try"},
                             {"userns-lock", "--disable-userns"},
                             {"session", "--new-session"},
                             {"die-with-parent", "--die-with-parent"},
                             {"environment", "--clearenv"}};
  for (const Flag& flag : kFlags) {
    if (profile.Has(flag.layer)) arguments->Add({flag.word});
  }
  if (profile.Has("utsns")) arguments->Add({"--unshare-uts", "--hostname", "inquest"});
  arguments->Add({profile.Has("capabilities") ? "--cap-drop" : "--cap-add", "ALL"});
}

void AddFiles(const Order& order, const Profile& profile, Arguments* arguments) {
  // /tmp is memory, so it counts there; half leaves the command something to live on.
  const std::string temporary = std::to_string(order.limits().memory_bytes() / 2);
  const std::string shared =
      std::to_string(std::min(kSharedMemoryBytes, order.limits().memory_bytes() / 2));
  const bool read_only = profile.Has("read-only-root");
  arguments->Add({read_only ? "--ro-bind" : "--bind", "/box", "/"});
  if (profile.Has("own-proc")) {
    arguments->Add({"--proc", "/proc"});
  } else {
    arguments->Add({"--bind", "/proc", "/proc"});
  }
  if (profile.Has("own-dev")) {
    arguments->Add({"--dev", "/dev"});
  } else {
    arguments->Add({"--dev-bind", "/dev", "/dev"});
  }
  arguments->Add({"--size",   shared,   "--perms",      "1777",       "--tmpfs",
                  "/dev/shm", "--size", temporary,      "--perms",    "1777",
                  "--tmpfs",  "/tmp",   "--bind",       "/workspace", "/workspace",
                  "--bind",   "/out",   "/inquest/out", "--chdir",    "/workspace"});
  if (read_only) arguments->Add({"--remount-ro", "/"});
}

}  // namespace

std::string BubblewrapArguments(const Order& order, const Profile& profile, int seccomp_fd,
                                int status_fd) {
  Arguments arguments;
  AddNamespaces(profile, &arguments);
  AddFiles(order, profile, &arguments);
  for (const auto& [name, value] : order.environment()) arguments.Add({"--setenv", name, value});
  if (seccomp_fd >= 0) arguments.Add({"--seccomp", std::to_string(seccomp_fd)});
  arguments.Add({"--json-status-fd", std::to_string(status_fd)});
  return arguments.Take();
}

}  // namespace inquest::sandbox
