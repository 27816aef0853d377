#include "tests/end_to_end/witness.h"

#include <chrono>
#include <utility>

namespace inquest::tests {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kReadyLimit{500};

}  // namespace

Witness::Witness(const std::string& socket, std::string id)
    : client_(socket),
      name_("investigations/" + std::move(id)),
      thread_([this](const std::stop_token& stop) { Watch(stop); }) {}

Witness::~Witness() {
  thread_.request_stop();
  thread_.join();
}

void Witness::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    // Nobody listens between a kill and the next start.
    if (!client_.WaitUntilReady(kReadyLimit).ok()) continue;
    v1::WatchInvestigationRequest request;
    request.set_name(name_);
    request.set_after_sequence(LastSequence());
    const auto take = [&](const v1::WatchInvestigationResponse& update) {
      std::lock_guard lock(mutex_);
      for (const v1::Event& event : update.events()) {
        told_[event.sequence()] = event;
        ended_ = ended_ || event.has_ended();
      }
      changed_.notify_all();
      return !ended_;
    };
    const Status status = client_.Watch(request, take, stop);
    if (status.ok()) return;
  }
}

bool Witness::AwaitSequence(std::int64_t sequence) {
  std::unique_lock lock(mutex_);
  const auto there = [&] { return !told_.empty() && told_.rbegin()->first >= sequence; };
  changed_.wait_for(lock, kPatience, [&] { return ended_ || there(); });
  return !ended_ && there();
}

std::int64_t Witness::LastSequence() {
  std::lock_guard lock(mutex_);
  return told_.empty() ? 0 : told_.rbegin()->first;
}

std::map<std::int64_t, v1::Event> Witness::Told() {
  std::lock_guard lock(mutex_);
  return told_;
}

}  // namespace inquest::tests
