#include "runtime/doors/grpc/stall_guard.h"

#include <algorithm>

namespace inquest::doors {
namespace {

// How many looks there are in the shorter of the limits.
constexpr int kLooks = 4;

}  // namespace

StallGuard::StallGuard(TransferLimits limits) : limits_(limits) {
  thread_ = std::thread([this] { Loop(); });
}

StallGuard::~StallGuard() {
  {
    std::lock_guard lock(mutex_);
    end_ = true;
  }
  ending_.notify_all();
  thread_.join();
}

void StallGuard::Loop() {
  const auto interval = std::min(limits_.stalled, limits_.whole) / kLooks;
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, interval, [&] { return end_; })) {
    const auto now = std::chrono::steady_clock::now();
    for (auto& [context, times] : transfers_) {
      if (times.stalled) continue;
      times.stalled = now - times.moved >= limits_.stalled || now - times.begun >= limits_.whole;
      if (times.stalled) context->TryCancel();
    }
  }
}

StallGuard::Transfer::Transfer(StallGuard& guard, grpc::ServerContext& context)
    : guard_(guard), context_(context) {
  std::lock_guard lock(guard_.mutex_);
  const auto now = std::chrono::steady_clock::now();
  guard_.transfers_[&context_] = {now, now};
}

StallGuard::Transfer::~Transfer() {
  guard_.held_ -= held_;
  std::lock_guard lock(guard_.mutex_);
  guard_.transfers_.erase(&context_);
}

void StallGuard::Transfer::Moved() {
  std::lock_guard lock(guard_.mutex_);
  guard_.transfers_[&context_].moved = std::chrono::steady_clock::now();
}

Status StallGuard::Transfer::Hold(std::int64_t bytes) {
  held_ += bytes;
  if ((guard_.held_ += bytes) <= guard_.limits_.bytes) return Status::Ok();
  return {Code::kResourceExhausted, "TOO_MANY_UPLOADS",
          "other uploads hold all the memory that is for them; try again later"};
}

Status StallGuard::Transfer::Check() const {
  {
    std::lock_guard lock(guard_.mutex_);
    if (guard_.transfers_[&context_].stalled) {
      return {Code::kUnavailable, "TRANSFER_STALLED", "nothing moved for too long"};
    }
  }
  if (context_.deadline() <= std::chrono::system_clock::now()) {
    return {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "not done within the call's deadline"};
  }
  if (context_.IsCancelled()) return {Code::kCancelled, "CANCELLED", "the caller is gone"};
  return Status::Ok();
}

}  // namespace inquest::doors
