#include "steps/brief.h"

namespace inquest::steps {

const v1::Hypothesis* ActiveHypothesis(const Brief& brief) {
  for (const v1::Hypothesis& hypothesis : brief.hypotheses) {
    if (hypothesis.id() == brief.active_hypothesis) return &hypothesis;
  }
  return nullptr;
}

}  // namespace inquest::steps
