// Events per second delivered to 100 watchers: our doors against a bare callback server that
// streams the same events one a message, in one run, turn by turn. Prints a JSON line. Both ends
// share the process.
#include <grpcpp/create_channel.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/watch/bare_server.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "policies/load.h"
#include "runtime/base/file.h"
#include "runtime/doors/grpc/server.h"
#include "runtime/store/memory.h"

namespace inquest::bench {
namespace {

constexpr int kWatchers = 100;
constexpr int kEvents = 2000;
constexpr int kBatch = 500;  // notes that wait together
constexpr int kChannels = 10;
constexpr int kRounds = 5;
constexpr std::size_t kNoteBytes = 150;  // an event of about 200 bytes
constexpr double kGoal = 0.8;

using Clock = std::chrono::steady_clock;

class StartsNothing final : public engine::EffectRunner {
 public:
  void Start(engine::StartOrder, Done) override {}
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
};

// Watches until `events` have come and returns how many came.
std::int64_t WatchAll(v1::InvestigationService::Stub& stub, const std::string& name,
                      std::int64_t events) {
  grpc::ClientContext context;
  v1::WatchInvestigationRequest request;
  request.set_name(name);
  auto stream = stub.WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  std::int64_t seen = 0;
  while (seen < events && stream->Read(&message)) seen += message.events_size();
  context.TryCancel();
  stream->Finish();
  return seen;
}

// Seconds until every watcher has every event.
double Measure(const std::string& socket_path, const std::string& name, std::int64_t events) {
  std::vector<std::unique_ptr<v1::InvestigationService::Stub>> stubs;
  for (int i = 0; i < kChannels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("inquest.channel", i);  // one connection each
    stubs.push_back(v1::InvestigationService::NewStub(grpc::CreateCustomChannel(
        "unix:" + socket_path, grpc::InsecureChannelCredentials(), arguments)));
  }
  std::latch go(kWatchers + 1);
  std::vector<std::thread> watchers;
  for (int i = 0; i < kWatchers; ++i) {
    watchers.emplace_back([&, i] {
      go.arrive_and_wait();
      const std::int64_t seen =
          WatchAll(*stubs[static_cast<std::size_t>(i % kChannels)], name, events);
      if (seen < events)
        std::fprintf(stderr, "a watcher saw %ld events\n", static_cast<long>(seen));
    });
  }
  go.arrive_and_wait();
  const auto start = Clock::now();
  for (auto& watcher : watchers) watcher.join();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// An investigation with kEvents events or more in the store.
std::string Fill(engine::Engine& engine) {
  engine::CreateRequest create;
  create.problem.set_title("bench");
  create.target.set_local_path("/");
  create.target.set_test_command("false");
  std::latch created(1);
  std::string name;
  engine.Create(std::move(create), {"bench"}, [&](Result<v1::Investigation> made) {
    if (made.ok()) name = made->name();
    created.count_down();
  });
  created.wait();
  const std::string id = name.substr(name.find('/') + 1);
  for (int batch = 0; batch < kEvents / kBatch; ++batch) {
    std::latch noted(kBatch);
    for (int i = 0; i < kBatch; ++i) {
      engine::SteerRequest steer;
      steer.id = id;
      steer.what.set_note(std::string(kNoteBytes, 'n'));
      engine.Steer(std::move(steer), {"bench"},
                   [&](Result<v1::Investigation>) { noted.count_down(); });
    }
    noted.wait();
  }
  return name;
}

Result<std::vector<std::string>> OneByOne(store::Store& store, const std::string& id) {
  TRY_ASSIGN(const auto events, store.ReadEvents(id, 0, kEvents));
  std::vector<std::string> messages;
  for (const auto& event : events) {
    v1::WatchInvestigationResponse message;
    if (!message.add_events()->ParseFromString(event.payload)) continue;
    message.set_last_sequence(event.sequence);
    messages.push_back(message.SerializeAsString());
  }
  return messages;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Status Run(const std::string& folder) {
  store::MemoryStore store;
  StartsNothing runner;
  SystemClock clock;
  TRY_ASSIGN(auto policies,
             policies::LoadPolicies({ProgramDirectory() + "/../share/inquest/policies"}));
  engine::Engine engine(store, runner, clock, {std::move(policies), {"builtin"}});
  TRY(engine.Start());
  const std::string name = Fill(engine);
  TRY_ASSIGN(const auto messages, OneByOne(store, name.substr(name.find('/') + 1)));
  doors::ServerOptions options;
  options.socket_path = folder + "/ours/socket";
  TRY_ASSIGN(const auto server, doors::Server::Start(std::move(options), engine, store));
  const BareServer bare(folder + "/bare", messages);

  std::vector<double> ours;
  std::vector<double> theirs;
  const auto events = static_cast<std::int64_t>(messages.size());
  for (int round = 0; round < kRounds; ++round) {
    theirs.push_back(Measure(folder + "/bare", name, events));
    ours.push_back(Measure(folder + "/ours/socket", name, events));
  }
  const double delivered = static_cast<double>(events) * kWatchers;
  const double ratio = Median(theirs) / Median(ours);
  std::printf(
      "{\"bench\":\"watch\",\"watchers\":%d,\"events\":%ld,\"ours_per_s\":%.0f,"
      "\"bare_per_s\":%.0f,\"ratio\":%.2f,\"goal\":%.1f,\"met\":%s}\n",
      kWatchers, static_cast<long>(events), delivered / Median(ours), delivered / Median(theirs),
      ratio, kGoal, ratio >= kGoal ? "true" : "false");
  server->Stop(std::chrono::milliseconds(0));
  engine.Stop();
  return Status::Ok();
}

}  // namespace
}  // namespace inquest::bench

int main() {
  char name[] = "/tmp/bench-watch-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  const inquest::Status ran = inquest::bench::Run(folder);
  ::rmdir((folder + "/ours").c_str());
  ::rmdir(folder.c_str());
  if (ran.ok()) return 0;
  std::fprintf(stderr, "%s\n", ran.ToString().c_str());
  return 1;
}
