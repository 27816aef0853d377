#pragma once

#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "runtime/base/status.h"

namespace inquest::doors {

// No unary call holds its thread longer than this, whatever deadline its client set.
inline constexpr std::chrono::seconds kUnaryLimit{60};
// How soon a cancelled call gives its thread back (gRPC 1.51's sync API can only be asked).
inline constexpr std::chrono::milliseconds kCancellationLook{50};

// What a call that does its work itself asks before it begins.
inline Status StillWanted(const grpc::ServerContext& context) {
  if (context.deadline() <= std::chrono::system_clock::now()) {
    return {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "the call's deadline has passed"};
  }
  if (context.IsCancelled()) return {Code::kCancelled, "CANCELLED", "the caller is gone"};
  return Status::Ok();
}

// Calls `start(done)` and waits for done(Result<T>), the call's deadline or its cancellation,
// whichever comes first. What was started goes on: an engine request outlives its caller.
template <typename T, typename Start>
Result<T> Await(const grpc::ServerContext& context, Start start) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  std::future<Result<T>> future = promise->get_future();
  start([promise](Result<T> result) { promise->set_value(std::move(result)); });

  const auto limit = std::min(context.deadline(), std::chrono::system_clock::now() + kUnaryLimit);
  while (true) {
    const auto now = std::chrono::system_clock::now();
    if (now >= limit) {
      return Status(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                    "no answer within the call's deadline; what was asked for may still happen");
    }
    if (context.IsCancelled()) {
      return Status(Code::kCancelled, "CANCELLED", "the caller is gone");
    }
    const auto until =
        std::min<std::chrono::system_clock::time_point>(now + kCancellationLook, limit);
    if (future.wait_until(until) == std::future_status::ready) return future.get();
  }
}

}  // namespace inquest::doors
