#pragma once

#include <grpcpp/server_context.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "runtime/base/status.h"

namespace inquest::doors {

struct TransferLimits {
  // A transfer that moves nothing for this long is cancelled.
  std::chrono::milliseconds stalled{30'000};
  // So is one that has not ended by then.
  std::chrono::milliseconds whole{600'000};
  // What uploads may hold in memory together.
  std::int64_t bytes = std::int64_t{192} << 20U;
};

// Cancels transfers (sync streams, each with a thread that waits in a read or write) whose client
// lets them wait, and keeps what they hold within bounds. Thread-safe.
class StallGuard {
 public:
  explicit StallGuard(TransferLimits limits);
  ~StallGuard();

  // One transfer, from its first to its last moment. The context outlives it.
  class Transfer {
   public:
    Transfer(StallGuard& guard, grpc::ServerContext& context);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Something moved.
    void Moved();
    // RESOURCE_EXHAUSTED (TOO_MANY_UPLOADS): others hold too much.
    Status Hold(std::int64_t bytes);
    // UNAVAILABLE after a stall, DEADLINE_EXCEEDED or CANCELLED; OK while it may go on.
    Status Check() const;

   private:
    StallGuard& guard_;
    grpc::ServerContext& context_;
    std::int64_t held_ = 0;
  };

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Times {
    TimePoint begun;
    TimePoint moved;
    bool stalled = false;
  };

  void Loop();

  const TransferLimits limits_;
  std::atomic<std::int64_t> held_{0};
  mutable std::mutex mutex_;  // guards the rest; held while a context is cancelled
  std::condition_variable ending_;
  bool end_ = false;
  std::unordered_map<grpc::ServerContext*, Times> transfers_;
  std::thread thread_;
};

}  // namespace inquest::doors
