#include "steps/test/gate.h"

#include <set>

#include "steps/runs.h"

namespace inquest::steps {
namespace {

constexpr int kArmsLimit = 400;

bool SpeaksOfInterventions(const v1::Prediction& prediction) {
  for (const auto* list : {&prediction.if_true(), &prediction.if_false()}) {
    for (const v1::Predicate& predicate : *list) {
      if (predicate.arms() != v1::ARM_SELECTOR_CONTROL) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<v1::Defect> TestGate(const Brief& brief, const v1::Submission& submission) {
  std::vector<v1::Defect> defects;
  const v1::Experiment& experiment = submission.experiment();
  if (experiment.hypothesis_id() != brief.active_hypothesis) {
    defects.push_back(
        MakeDefect(0, "WRONG_HYPOTHESIS", "the experiment must be for " + brief.active_hypothesis));
  }
  std::set<std::string> names;
  int interventions = 0;
  for (int i = 0; i < experiment.arms_size(); ++i) {
    const v1::Arm& arm = experiment.arms(i);
    if (!names.insert(arm.name()).second || arm.name().empty()) {
      defects.push_back(MakeDefect(i, "ARM_NAME", "every arm needs a name of its own"));
    }
    if (arm.name() == "control" ? !arm.patch_digest().empty() || !arm.trace()
                                : arm.patch_digest().empty()) {
      defects.push_back(
          MakeDefect(i, "ARM_PATCH",
                     "the control is traced and changes nothing, an intervention has a "
                     "patch"));
    }
    if (arm.name() != "control") ++interventions;
  }
  if (!names.contains("control")) {
    defects.push_back(MakeDefect(0, "CONTROL_MISSING", "an experiment needs an arm named control"));
  }
  const v1::Hypothesis* hypothesis = ActiveHypothesis(brief);
  if (interventions == 0 && hypothesis != nullptr &&
      SpeaksOfInterventions(hypothesis->prediction())) {
    defects.push_back(MakeDefect(0, "INTERVENTION_MISSING",
                                 "the registered prediction speaks of interventions: submit one"));
  }
  if (experiment.arms_size() > kArmsLimit) {
    defects.push_back(MakeDefect(0, "TOO_MANY_ARMS", "at most 400 arms"));
  }
  return defects;
}

}  // namespace inquest::steps
