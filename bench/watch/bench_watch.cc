// Events per second delivered to 100 watchers as they are published: our doors against a bare
// callback server that sends the very same messages, in one run, turn by turn. Both ends share the
// process; the watchers only count. A JSON line a goal.
#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "bench/watch/bare_server.h"
#include "bench/watch/watchers.h"
#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation_service.pb.h"
#include "policies/load.h"
#include "runtime/base/file.h"
#include "runtime/doors/grpc/server.h"
#include "runtime/store/memory.h"

namespace inquest::bench {
namespace {

constexpr std::size_t kWatchers = 100;
constexpr int kRounds = 10;
constexpr std::size_t kNoteBytes = 150;  // an event of about 200 bytes
// How far the publisher may be ahead of the slowest watcher: less than the feed keeps.
constexpr std::size_t kEventsAhead = 512;
constexpr double kGoal = 0.8;

class StartsNothing final : public engine::EffectRunner {
 public:
  void Start(engine::StartOrder, Done) override {}
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
};

struct Shape {
  const char* name;
  std::size_t batch;    // events of a message
  std::size_t batches;  // messages of a round
};

// Seconds from the first message published until every watcher has the last.
double Deliver(Watchers& watchers, const Shape& shape, const std::function<void()>& publish) {
  const std::size_t ahead = std::max<std::size_t>(1, kEventsAhead / shape.batch);
  const auto begin = Clock::now();
  for (std::size_t sent = 0; sent < shape.batches;) {
    const std::size_t until = std::min(sent + ahead, shape.batches);
    for (; sent < until; ++sent) publish();
    watchers.AwaitMessages(1 + sent);
  }
  return SecondsSince(begin);
}

engine::FeedItem Item(std::int64_t sequence) {
  v1::Event event;
  event.set_sequence(sequence);
  event.mutable_event_time()->set_seconds(1'700'000'000);
  event.mutable_steered()->set_note(std::string(kNoteBytes, 'n'));
  event.mutable_steered()->set_principal("uid:1000");
  return {sequence, std::make_shared<const std::string>(event.SerializeAsString())};
}

Result<v1::Investigation> Open(engine::Engine& engine) {
  engine::CreateRequest create;
  create.target.set_local_path("/");
  create.target.set_test_command("false");
  std::promise<Result<v1::Investigation>> made;
  engine.Create(std::move(create), {"bench"},
                [&](Result<v1::Investigation> result) { made.set_value(std::move(result)); });
  return made.get_future().get();
}

// The doors under measurement, over an engine that does nothing. Events go straight into the feed,
// as the engine puts them there once they are durable: the store's cost is bench/store's matter.
class Ours {
 public:
  Status Start(const std::string& socket_path, const Shape& shape) {
    TRY_ASSIGN(auto policies,
               policies::LoadPolicies({ProgramDirectory() + "/../share/inquest/policies"}));
    engine_ = std::make_unique<engine::Engine>(
        store_, runner_, clock_, engine::EngineOptions{std::move(policies), {"builtin"}});
    TRY(engine_->Start());
    doors::ServerOptions options;
    options.socket_path = socket_path;
    options.watch.batch_events = shape.batch;
    TRY_ASSIGN(server_, doors::Server::Start(std::move(options), *engine_, store_));
    TRY_ASSIGN(investigation_, Open(*engine_));
    return Status::Ok();
  }
  ~Ours() {
    if (server_ != nullptr) server_->Stop(std::chrono::milliseconds(0));
    if (engine_ != nullptr) engine_->Stop();
  }

  const std::string& name() const { return investigation_.name(); }
  std::int64_t last_sequence() const { return investigation_.last_sequence(); }
  void Publish(const std::vector<engine::FeedItem>& items) {
    engine_->feed().Publish(name().substr(name().find('/') + 1), items);
  }
  std::string Snapshot() const {
    v1::WatchInvestigationResponse first;
    *first.mutable_snapshot() = investigation_;
    first.set_last_sequence(last_sequence());
    return first.SerializeAsString();
  }

 private:
  store::MemoryStore store_;
  StartsNothing runner_;
  SystemClock clock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<doors::Server> server_;
  v1::Investigation investigation_;
};

std::string Message(const std::vector<engine::FeedItem>& items) {
  v1::WatchInvestigationResponse message;
  for (const auto& item : items) CHECK(message.add_events()->ParseFromString(*item.payload));
  message.set_last_sequence(items.back().sequence);
  return message.SerializeAsString();
}

// Events a second of both.
struct Round {
  double ours = 0;
  double theirs = 0;
};

Result<Round> Measure(const std::string& folder, const Shape& shape, bool ours_first) {
  Ours ours;
  TRY(ours.Start(folder + "/ours/socket", shape));
  std::vector<std::vector<engine::FeedItem>> batches(shape.batches);
  std::vector<std::string> messages = {ours.Snapshot()};
  std::int64_t sequence = ours.last_sequence();
  for (auto& batch : batches) {
    while (batch.size() < shape.batch) batch.push_back(Item(++sequence));
    messages.push_back(Message(batch));
  }
  BareServer bare(folder + "/bare", std::move(messages));
  const double delivered = static_cast<double>(shape.batch * shape.batches * kWatchers);
  const auto deliver = [&](const std::string& socket, const std::function<void()>& publish) {
    Watchers watchers(socket, ours.name(), kWatchers);
    const double seconds = Deliver(watchers, shape, publish);
    return std::make_pair(delivered / seconds, watchers.bytes());
  };
  std::size_t next = 0;
  const auto theirs = [&] { return deliver(folder + "/bare", [&] { bare.Publish(); }); };
  const auto our = [&] {
    return deliver(folder + "/ours/socket", [&] { ours.Publish(batches[next++]); });
  };
  // Turn by turn, so that neither always comes second.
  const auto first = ours_first ? our() : theirs();
  const auto second = ours_first ? theirs() : our();
  if (first.second != second.second) {
    return Status(Code::kInternal, "NOT_THE_SAME", "the two servers did not send the same bytes");
  }
  return ours_first ? Round{first.first, second.first} : Round{second.first, first.first};
}

Status Run(const std::string& folder, const Shape& shape) {
  std::vector<double> ours, theirs, ratios;
  for (int i = 0; i < kRounds; ++i) {
    TRY_ASSIGN(const Round round, Measure(folder, shape, i % 2 == 0));
    ours.push_back(round.ours);
    theirs.push_back(round.theirs);
    ratios.push_back(round.ours / round.theirs);
  }
  std::fprintf(stderr, "%zu watchers, %zu events a message: %.0f events/s, bare server %.0f\n",
               kWatchers, shape.batch, Median(ours), Median(theirs));
  Report(shape.name, Median(ratios), "x", ">= 0.8", Median(ratios) >= kGoal);
  return Status::Ok();
}

int Main() {
  constexpr Shape kShapes[] = {
      {"watch by 100, one event a message, of a bare server", 1, 2000},
      {"watch by 100, 16 events a message, of a bare server", 16, 1500},
      {"watch by 100, 256 events a message, of a bare server", 256, 150},
  };
  const Folder folder("");
  for (const Shape& shape : kShapes) {
    if (const Status ran = Run(folder.path(), shape); !ran.ok()) {
      std::fprintf(stderr, "%s\n", ran.ToString().c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace inquest::bench

int main() { return inquest::bench::Main(); }
