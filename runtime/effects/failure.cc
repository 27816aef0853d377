#include "runtime/effects/failure.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace inquest::effects {
namespace {

constexpr std::array<std::string_view, 10> kTransient = {
    "DISK_FULL",  "GIT_FETCH_FAILED", "GIT_TIMED_OUT", "OUT_OF_MEMORY", "RUNNER_BUSY",
    "STORE_BUSY", "TARGET_CHANGES",   "TOO_MANY_RUNS", "STORE_LOCKED",  "TOO_MANY_OPEN_FILES"};

bool IsTransient(const Status& status) {
  return status.code() == Code::kUnavailable ||
         std::find(kTransient.begin(), kTransient.end(), status.reason()) != kTransient.end();
}

}  // namespace

v1::Observation Failure(const Status& status) {
  v1::Observation observation;
  v1::EffectFailure& failure = *observation.mutable_failure();
  failure.set_reason(status.reason());
  failure.set_message(status.message());
  failure.set_transient(IsTransient(status));
  return observation;
}

}  // namespace inquest::effects
