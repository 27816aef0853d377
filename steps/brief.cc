#include "steps/brief.h"

namespace inquest::steps {

std::vector<std::string> JudgingCommands(const Brief& brief) {
  return {brief.target.test_command(), brief.target.suite_command()};
}

const v1::Hypothesis* ActiveHypothesis(const Brief& brief) {
  for (const v1::Hypothesis& hypothesis : brief.hypotheses) {
    if (hypothesis.id() == brief.active_hypothesis) return &hypothesis;
  }
  return nullptr;
}

}  // namespace inquest::steps
