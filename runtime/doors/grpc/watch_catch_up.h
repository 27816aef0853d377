#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "runtime/base/mailbox.h"
#include "runtime/base/status.h"
#include "runtime/doors/grpc/watch_messages.h"
#include "runtime/store/store.h"

namespace inquest::doors {

struct WatchLimits {
  std::chrono::milliseconds heartbeat{15'000};
  // A write that flow control has held for this long ends the watch.
  std::chrono::milliseconds stalled{60'000};
  std::size_t batch_events = 256;
  std::size_t batch_bytes = 256 * 1024;
};

// The one thread beside gRPC's that watches need: reads events that the feed no longer keeps (a
// reaction must not block on I/O), and looks at the clock for heartbeats and stalled writes.
class WatchCatchUp {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  class Client {
   public:
    virtual ~Client() = default;
    // From the catch-up thread; must not block.
    virtual void CaughtUp(Result<std::vector<store::JournalEvent>> events) = 0;
    virtual void Tick(TimePoint now) = 0;
  };

  WatchCatchUp(store::Store& store, WatchLimits limits);
  ~WatchCatchUp();

  const WatchLimits& limits() const { return limits_; }
  MessagesByInvestigation& messages() { return messages_; }

  // Ticks come until Remove. Thread-safe.
  void Add(std::shared_ptr<Client> client);
  void Remove(const Client* client);

  // Answered by CaughtUp, once (not after Stop). A client asks for one thing at a time.
  void Request(std::shared_ptr<Client> client, std::string id, std::int64_t after_sequence);

  // Joins; nothing is called afterwards. Idempotent.
  void Stop();

 private:
  struct Order {
    std::shared_ptr<Client> client;
    std::string id;
    std::int64_t after_sequence = 0;
  };

  void Loop();
  void TickAll(TimePoint now);

  store::Store& store_;
  const WatchLimits limits_;
  MessagesByInvestigation messages_;
  Mailbox<Order> orders_;
  std::mutex mutex_;
  std::unordered_map<const Client*, std::shared_ptr<Client>> clients_;
  std::thread thread_;
};

}  // namespace inquest::doors
