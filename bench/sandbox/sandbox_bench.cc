// What a sandboxed start costs beside plain bubblewrap with equal flags: /bin/true through
// inquest-run's launch path, without journal and sync; the synced claim and outcome are shown
// apart. The two are taken in turns, so that a busy machine slows both. One JSON line a figure.
//
//   sandbox_bench [rounds]

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "sandbox/process/launch.h"
#include "sandbox/process/prepare.h"
#include "sandbox/process/seccomp_filter.h"

namespace inquest::sandbox {
namespace {

constexpr int kRounds = 100;
constexpr unsigned kUid = 0x7a1e0200;

double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Order MakeOrder(const std::string& directory, bool durable) {
  Order order;
  order.set_tree_directory(directory + "/tree");
  order.set_uid(::geteuid() == 0 ? kUid : 0);
  order.set_bubblewrap("/usr/bin/bwrap");
  const auto filter = CompileSeccompFilter();
  if (filter.ok()) order.set_seccomp_filter(*filter);
  *order.mutable_limits() = SettleLimits({}, {});
  order.set_durable(durable);
  v1::Phase* phase = order.add_phases();
  phase->set_shell_command("exec /bin/true");
  phase->mutable_time_limit()->set_seconds(10);
  return order;
}

double TimeRun(const std::string& directory, Order order) {
  order.set_run_directory(directory + "/run-" + NewId());
  const auto start = std::chrono::steady_clock::now();
  const auto launched = LaunchSupervisor(ProgramDirectory() + "/inquest-run", order);
  if (!launched.ok()) return 0;
  pollfd polled{launched->process.get(), POLLIN, 0};
  ::poll(&polled, 1, -1);
  const int exit = ReapChild(launched->process);
  const double took = MillisecondsSince(start);
  std::filesystem::remove_all(order.run_directory());
  return exit == 0 ? took : 0;
}

double TimeBubblewrap() {
  std::vector<std::string> words = {"bwrap",
                                    "--unshare-user",
                                    "--unshare-pid",
                                    "--unshare-net",
                                    "--unshare-ipc",
                                    "--unshare-uts",
                                    "--unshare-cgroup-try",
                                    "--disable-userns",
                                    "--die-with-parent",
                                    "--new-session",
                                    "--clearenv",
                                    "--cap-drop",
                                    "ALL",
                                    "--ro-bind",
                                    "/usr",
                                    "/usr",
                                    "--symlink",
                                    "usr/bin",
                                    "/bin",
                                    "--symlink",
                                    "usr/lib",
                                    "/lib",
                                    "--symlink",
                                    "usr/lib64",
                                    "/lib64",
                                    "--proc",
                                    "/proc",
                                    "--dev",
                                    "/dev",
                                    "--tmpfs",
                                    "/dev/shm",
                                    "--tmpfs",
                                    "/tmp",
                                    "--tmpfs",
                                    "/workspace",
                                    "--remount-ro",
                                    "/",
                                    "--",
                                    "/bin/sh",
                                    "-c",
                                    "exec /bin/true"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  int status = 0;
  if (::posix_spawn(&pid, "/usr/bin/bwrap", nullptr, nullptr, argv.data(), environ) != 0 ||
      ::waitpid(pid, &status, 0) != pid || status != 0) {
    return 0;
  }
  return MillisecondsSince(start);
}

void Print(const char* figure, double value, const char* unit) {
  std::printf("{\"bench\":\"sandbox\",\"figure\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", figure,
              value, unit);
}

int Run(int rounds) {
  const std::string directory = "/var/tmp/inquest-bench-" + NewId();
  std::filesystem::create_directories(directory + "/tree");
  static_cast<void>(!::chown((directory + "/tree").c_str(), kUid, kUid));
  const Order plain = MakeOrder(directory, false);
  const Order durable = MakeOrder(directory, true);
  std::vector<double> ours, synced, theirs;
  for (int round = 0; round < rounds; ++round) {
    theirs.push_back(TimeBubblewrap());
    ours.push_back(TimeRun(directory, plain));
    synced.push_back(TimeRun(directory, durable));
  }
  std::filesystem::remove_all(directory);
  for (const auto* times : {&ours, &synced, &theirs}) {
    if (*std::min_element(times->begin(), times->end()) > 0) continue;
    std::fputs("sandbox_bench: a start failed\n", stderr);
    return 1;
  }
  Print("bubblewrap_true_p50", Median(theirs), "ms");
  Print("inquest_run_true_p50", Median(ours), "ms");
  Print("inquest_run_to_bubblewrap", Median(ours) / Median(theirs), "ratio");
  Print("durable_cost_p50", Median(synced) - Median(ours), "ms");
  return 0;
}

}  // namespace
}  // namespace inquest::sandbox

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : inquest::sandbox::kRounds;
  return inquest::sandbox::Run(std::max(rounds, 1));
}
