#include "runtime/doors/grpc/watch_catch_up.h"

#include <limits>
#include <utility>

namespace inquest::doors {
namespace {

// How many looks at the clock there are in the shortest of the intervals.
constexpr int kLooks = 4;

}  // namespace

// Each watch has at most one order waiting, and watches are limited by admission.
WatchCatchUp::WatchCatchUp(store::Store& store, WatchLimits limits)
    : store_(store), limits_(limits), orders_(std::numeric_limits<std::size_t>::max()) {
  thread_ = std::thread([this] { Loop(); });
}

WatchCatchUp::~WatchCatchUp() { Stop(); }

void WatchCatchUp::Add(std::shared_ptr<Client> client) {
  std::lock_guard lock(mutex_);
  const Client* key = client.get();
  clients_.emplace(key, std::move(client));
}

void WatchCatchUp::Remove(const Client* client) {
  std::lock_guard lock(mutex_);
  clients_.erase(client);
}

void WatchCatchUp::Request(std::shared_ptr<Client> client, std::string id,
                           std::int64_t after_sequence) {
  // False after Stop only: the feed is closed by then and the watch ends by that.
  static_cast<void>(orders_.Put({std::move(client), std::move(id), after_sequence}));
}

void WatchCatchUp::Stop() {
  orders_.Close();
  if (thread_.joinable()) thread_.join();
}

void WatchCatchUp::Loop() {
  const auto interval = std::min(limits_.heartbeat, limits_.stalled) / kLooks;
  auto next_tick = std::chrono::steady_clock::now() + interval;
  while (!orders_.closed()) {
    for (Order& order : orders_.TakeAllUntil(next_tick)) {
      order.client->CaughtUp(store_.ReadEvents(order.id, order.after_sequence,
                                               static_cast<int>(limits_.batch_events)));
    }
    const auto now = std::chrono::steady_clock::now();
    if (now < next_tick) continue;
    TickAll(now);
    next_tick = now + interval;
  }
}

void WatchCatchUp::TickAll(TimePoint now) {
  std::vector<std::shared_ptr<Client>> clients;
  {
    std::lock_guard lock(mutex_);
    clients.reserve(clients_.size());
    for (const auto& [key, client] : clients_) clients.push_back(client);
  }
  for (const auto& client : clients) client->Tick(now);
}

}  // namespace inquest::doors
