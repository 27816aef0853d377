// The real daemon against its limits: start, memory when idle, a thousand open investigations, and
// being ready again after kill -9 over ten thousand. A JSON line a goal.
//   bench_daemon [DIRECTORY]   (default: a folder for temporary files that is on a disk)
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "bench/daemon/daemon_process.h"
#include "bench/measure.h"
#include "policies/load.h"
#include "runtime/base/file.h"
#include "runtime/engine/engine.h"
#include "runtime/store/sqlite/sqlite_store.h"

namespace inquest::bench {
namespace {

constexpr int kStarts = 9;
constexpr double kFirstEventGoal = 0.150;
constexpr double kIdleMegabytesGoal = 25;
constexpr int kOpen = 1000;
constexpr int kGets = 1000;
constexpr double kGetGoal = 0.050;
constexpr double kOpenMegabytesGoal = 100;
constexpr int kStored = 10'000;
constexpr int kKills = 5;
constexpr double kReadyGoal = 2;

// A tree that is quickly looked at.
std::string SmallTree(const std::string& folder) {
  std::filesystem::create_directories(folder + "/tree");
  std::ofstream(folder + "/tree/module.py") << "def answer():\n    return 41\n";
  return folder + "/tree";
}

// Seconds from exec to the first event of an investigation that was created as soon as it could be.
double FirstEvent(const std::string& directory, const std::string& tree) {
  const auto begin = Clock::now();
  DaemonProcess daemon(directory);
  daemon.AwaitReady();
  v1::WatchInvestigationRequest request;
  request.set_name(daemon.Create(tree));
  grpc::ClientContext context;
  auto stream = daemon.stub().WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  while (message.events_size() == 0) CHECK(stream->Read(&message));
  const double took = SecondsSince(begin);
  context.TryCancel();
  stream->Finish();
  return took;
}

void Start(const std::string& folder, const std::string& tree) {
  std::vector<double> took;
  for (int i = 0; i <= kStarts; ++i) {
    took.push_back(FirstEvent(folder + "/start" + std::to_string(i), tree));
  }
  took.erase(took.begin());  // this client's own first steps
  Report("exec of the daemon to the first event", Median(took) * 1e3, "ms", "<= 150",
         Median(took) <= kFirstEventGoal);
}

void Idle(const std::string& folder) {
  DaemonProcess daemon(folder + "/idle");
  daemon.AwaitReady();
  v1::ListInvestigationsResponse response;
  grpc::ClientContext context;
  CHECK(daemon.stub().ListInvestigations(&context, {}, &response).ok());
  const double megabytes = daemon.PrivateMegabytes();
  Report("private memory of an idle daemon", megabytes, "MB", "<= 25",
         megabytes <= kIdleMegabytesGoal);
}

void EndAll(DaemonProcess& daemon, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    v1::CancelInvestigationRequest request;
    request.set_name(name);
    v1::CancelInvestigationResponse response;
    grpc::ClientContext context;
    CHECK(daemon.stub().CancelInvestigation(&context, request, &response).ok());
  }
}

void Open(const std::string& folder, const std::string& tree) {
  DaemonProcess daemon(folder + "/open");
  daemon.AwaitReady();
  std::vector<std::string> names = {daemon.Create(tree)};
  std::vector<double> alone;
  for (int i = 0; i < kGets; ++i) alone.push_back(daemon.Get(names[0]));
  const auto begin = Clock::now();
  while (names.size() < kOpen) names.push_back(daemon.Create(tree));
  std::fprintf(stderr, "%d created in %.2f s\n", kOpen, SecondsSince(begin));
  // While they are taken up, and the first of them run.
  std::vector<double> among;
  for (std::size_t i = 0; i < kGets; ++i) among.push_back(daemon.Get(names[i % names.size()]));
  const double megabytes = daemon.PrivateMegabytes();
  EndAll(daemon, names);
  std::fprintf(stderr, "Get p50/p99: one open %.2f/%.2f ms, %d open %.2f/%.2f ms\n",
               Median(alone) * 1e3, Percentile(alone, 0.99) * 1e3, kOpen, Median(among) * 1e3,
               Percentile(among, 0.99) * 1e3);
  const double worst = Percentile(among, 0.99);
  Report("Get among 1,000 open investigations, p99", worst * 1e3, "ms", "<= 50", worst <= kGetGoal);
  Report("private memory with 1,000 open investigations", megabytes, "MB", "<= 100",
         megabytes <= kOpenMegabytesGoal);
}

class StartsNothing final : public engine::EffectRunner {
 public:
  void Start(engine::StartOrder, Done) override {}
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
};

// Ten thousand journals as the engine writes them; one in ten is left open, the others have ended.
// The name of the newest.
std::string Fill(const std::string& directory, const std::string& tree) {
  store::SqliteOptions options;
  options.directory = directory;
  auto store = store::SqliteStore::Open(options);
  CHECK(store.ok());
  StartsNothing runner;
  SystemClock clock;
  auto policies = policies::LoadPolicies({ProgramDirectory() + "/../share/inquest/policies"});
  CHECK(policies.ok());
  engine::Engine engine(**store, runner, clock, {*std::move(policies), {"builtin"}});
  CHECK(engine.Start().ok());
  std::string newest;
  std::latch filled(kStored);
  for (int i = 0; i < kStored; ++i) {
    engine::CreateRequest create;
    create.problem.set_title("number " + std::to_string(i));
    create.target.set_local_path(tree);
    create.target.set_test_command(
        "sleep 60");  // stays open while it is measured; awaited by nobody
    create.investigator = "builtin";
    create.policy = "scratch";
    engine.Create(std::move(create), {"uid:0"}, [&, i](Result<v1::Investigation> made) {
      CHECK(made.ok());
      newest = made->name();
      if (i % 10 == 0) return filled.count_down();
      engine.Cancel(newest.substr(newest.find('/') + 1), 0, {"uid:0"},
                    [&](Result<v1::Investigation> ended) {
                      CHECK(ended.ok());
                      filled.count_down();
                    });
    });
  }
  filled.wait();
  engine.Stop();
  return newest;
}

void Ready(const std::string& folder, const std::string& tree) {
  const std::string directory = folder + "/stored";
  std::filesystem::create_directories(directory);
  const std::string name = Fill(directory, tree);
  std::vector<double> took;
  auto killed = std::make_unique<DaemonProcess>(directory);
  killed->AwaitReady();
  for (int i = 0; i < kKills; ++i) {
    killed->Get(name);
    killed->Kill();
    const auto begin = Clock::now();
    killed = std::make_unique<DaemonProcess>(directory);
    killed->AwaitReady();
    killed->Get(name);
    took.push_back(SecondsSince(begin));
  }
  const double slowest = Percentile(took, 1);
  std::fprintf(stderr, "ready again after %.0f ms (median), %.0f MB private\n", Median(took) * 1e3,
               killed->PrivateMegabytes());
  Report("ready after kill -9, 10,000 investigations, slowest", slowest, "s", "<= 2",
         slowest <= kReadyGoal);
}

int Main(int argc, char** argv) {
  const Folder folder(argc > 1 ? argv[1] : "");
  const std::string tree = SmallTree(folder.path());
  Start(folder.path(), tree);
  Idle(folder.path());
  Open(folder.path(), tree);
  Ready(folder.path(), tree);
  return 0;
}

}  // namespace
}  // namespace inquest::bench

int main(int argc, char** argv) { return inquest::bench::Main(argc, argv); }
