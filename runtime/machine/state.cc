#include "runtime/machine/state.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

namespace inquest::machine {

TimeUs ActiveUs(const State& state, TimeUs now_us) {
  if (state.status != v1::STATE_RUNNING) return state.active_us;
  return state.active_us + std::max<TimeUs>(0, now_us - state.updated_us);
}

v1::Outcome OutcomeOf(const State& state) {
  if (state.verified) return v1::OUTCOME_VERIFIED_FIX;
  for (const v1::Hypothesis& hypothesis : state.brief.hypotheses) {
    if (hypothesis.status() == v1::HYPOTHESIS_STATUS_SUPPORTED) {
      return v1::OUTCOME_ROOT_CAUSE_SUPPORTED;
    }
  }
  if (state.brief.reproduction.has_value()) return v1::OUTCOME_REPRODUCED;
  if (state.brief.symptom.has_value()) return v1::OUTCOME_OBSERVED;
  return v1::OUTCOME_NOTHING;
}

TimeUs EventTimeUs(const v1::Event& event) {
  return google::protobuf::util::TimeUtil::TimestampToMicroseconds(event.event_time());
}

}  // namespace inquest::machine
