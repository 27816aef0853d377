// What a sandboxed start costs beside plain bubblewrap with equal flags: /bin/true through
// inquest-run's launch path, without journal and sync; the synced claim and outcome are shown
// apart. The two are taken in turns, so that a busy machine slows both. A JSON line a goal.
//
//   sandbox_bench [rounds]

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "bench/sandbox/reference.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "sandbox/process/launch.h"
#include "sandbox/process/prepare.h"
#include "sandbox/process/remove_run.h"
#include "sandbox/process/seccomp_filter.h"

namespace inquest::sandbox {
namespace {

using bench::Median;
using bench::Report;

constexpr int kRounds = 100;
constexpr unsigned kUid = 0x7a1e0200;
constexpr double kStartGoal = 1.3;
// A start must not pay for the memory of who asks for it.
constexpr double kBallastGoal = 1.2;

double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
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
  static_cast<void>(RemoveRun(order.run_directory()).ok());
  return exit == 0 ? took : 0;
}

// What belongs to one round, so that a busy moment touches all of it.
struct Times {
  std::vector<double> bubblewrap, ours, synced, with_ballast;
  std::vector<double> bubblewrap_cpu, ours_cpu;
};

// Milliseconds of processor time since the last call, of all that ended below this program: what a
// busy machine does not change. The namespace's first process comes to us when bubblewrap ends.
double CpuSinceLast() {
  static double last = 0;
  while (::waitpid(-1, nullptr, 0) > 0) continue;
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto in_ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  const double now = in_ms(usage.ru_utime) + in_ms(usage.ru_stime);
  return now - std::exchange(last, now);
}

// A daemon's worth of touched memory, to show that a start does not pay for it.
std::vector<char> Ballast() {
  constexpr std::size_t kBytes = std::size_t{1} << 30U;
  return std::vector<char>(kBytes, 1);
}

Times Measure(const std::string& directory, int rounds) {
  const Order plain = MakeOrder(directory, false);
  const Order durable = MakeOrder(directory, true);
  const Reference bubblewrap(directory, plain);
  Times times;
  for (int round = 0; round < rounds; ++round) {
    CpuSinceLast();
    times.bubblewrap.push_back(bubblewrap.Time());
    times.bubblewrap_cpu.push_back(CpuSinceLast());
    times.ours.push_back(TimeRun(directory, plain));
    times.ours_cpu.push_back(CpuSinceLast());
    times.synced.push_back(TimeRun(directory, durable));
  }
  const std::vector<char> ballast = Ballast();
  for (int round = 0; round < rounds; ++round) {
    times.with_ballast.push_back(TimeRun(directory, plain));
  }
  return times;
}

std::vector<double> Pairs(const std::vector<double>& a, const std::vector<double>& b,
                          double (*join)(double, double)) {
  std::vector<double> joined;
  std::transform(a.begin(), a.end(), b.begin(), std::back_inserter(joined), join);
  return joined;
}

int Run(int rounds) {
  const std::string directory = "/var/tmp/inquest-bench-" + NewId();
  for (const char* name : {"", "/tree", "/out"}) {
    std::filesystem::create_directories(directory + name);
    static_cast<void>(!::chown((directory + name).c_str(), kUid, kUid));
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Times times = Measure(directory, rounds);
  std::filesystem::remove_all(directory);
  for (const auto* list : {&times.bubblewrap, &times.ours, &times.synced, &times.with_ballast}) {
    if (*std::min_element(list->begin(), list->end()) > 0) continue;
    std::fputs("sandbox_bench: a start failed\n", stderr);
    return 1;
  }
  const auto fastest = [](const auto& list) { return *std::min_element(list.begin(), list.end()); };
  const auto ratio = [](double a, double b) { return a / b; };
  const double paired = Median(Pairs(times.ours, times.bubblewrap, ratio));
  const double durable =
      Median(Pairs(times.synced, times.ours, [](double a, double b) { return a - b; }));
  const double with_ballast = Median(times.with_ballast) / Median(times.ours);
  std::fprintf(
      stderr,
      "/bin/true: bubblewrap %.2f ms, ours %.2f ms; fastest %.2f x, processor time %.2f x; "
      "outcome synced %+.2f ms\n",
      Median(times.bubblewrap), Median(times.ours), fastest(times.ours) / fastest(times.bubblewrap),
      Median(times.ours_cpu) / Median(times.bubblewrap_cpu), durable);
  Report("/bin/true sandboxed, of bubblewrap with equal flags", paired, "x", "<= 1.3",
         paired <= kStartGoal);
  Report("the same started from 1 GiB of memory", with_ballast, "x", "<= 1.2",
         with_ballast <= kBallastGoal);
  return 0;
}

}  // namespace
}  // namespace inquest::sandbox

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : inquest::sandbox::kRounds;
  return inquest::sandbox::Run(std::max(rounds, 1));
}
