#pragma once

#include <span>
#include <string>

#include "inquest/v1/hypothesis.pb.h"

namespace inquest::steps {

struct Verdict {
  v1::HypothesisStatus status = v1::HYPOTHESIS_STATUS_INCONCLUSIVE;
  std::string reason;  // the measured values that decided, in words
};

// Computes the verdict from what was registered before the experiment and what was measured.
// Supported: every predicate of if_true holds. Refuted: every predicate of if_false holds, or the
// location did not run in any failing run. A predicate over something that was not measured does
// not hold. Both or neither: inconclusive.
Verdict Judge(const v1::Prediction& prediction, std::span<const v1::ArmMeasurement> measurements);

}  // namespace inquest::steps
