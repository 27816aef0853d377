#include "runtime/investigators/builtin_experiment.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/investigators/builtin_survey.h"

namespace inquest::investigators {
namespace {

// Where the survey tried much already, its findings come first and few others beside them.
constexpr std::size_t kSurveyedInterventions = 12;
constexpr std::size_t kUnsurveyedInterventions = 6;

Result<std::vector<PatchIdea>> Interventions(const steps::Brief& brief,
                                             const v1::Hypothesis& hypothesis,
                                             const TargetCode& code) {
  const bool surveyed = brief.survey.has_value() && brief.survey->tried() > 0;
  if (!surveyed) return code.IdeasFor(hypothesis.location(), kInterventionsLimit);
  std::vector<PatchIdea> ideas;
  std::set<std::string> known;
  for (const v1::Candidate* passed : PassedAt(*brief.survey, hypothesis.location())) {
    if (ideas.size() >= kSurveyedInterventions) break;
    PatchIdea idea;
    TRY_ASSIGN(idea.diff, code.artifacts().ReadAll(passed->patch_digest()));
    idea.digest = passed->patch_digest();
    idea.edit.origin = passed->origin();
    idea.edit.description = passed->description();
    known.insert(idea.digest);
    ideas.push_back(std::move(idea));
  }
  TRY_ASSIGN(std::vector<PatchIdea> others,
             code.IdeasFor(hypothesis.location(), kUnsurveyedInterventions));
  for (PatchIdea& other : others) {
    if (known.insert(other.digest).second) ideas.push_back(std::move(other));
  }
  return ideas;
}

}  // namespace

Result<v1::Submission> DesignExperiment(const steps::Brief& brief, const v1::AskWork& ask,
                                        const TargetCode& code) {
  v1::Submission submission;
  const v1::Hypothesis* hypothesis = steps::ActiveHypothesis(brief);
  if (hypothesis == nullptr) {
    submission.set_nothing_because("no hypothesis is active");
    return submission;
  }
  const std::set<int> refused = RefusedItems(ask);
  TRY_ASSIGN(const std::vector<PatchIdea> ideas, Interventions(brief, *hypothesis, code));
  v1::Experiment& experiment = *submission.mutable_experiment();
  experiment.set_hypothesis_id(hypothesis->id());
  v1::Arm& control = *experiment.add_arms();
  control.set_name("control");
  control.set_description("the target as it is");
  control.set_trace(true);
  std::vector<store::NewArtifact> patches;
  for (std::size_t i = 0; i < ideas.size(); ++i) {
    // Arm 0 is the control.
    if (refused.contains(static_cast<int>(i) + 1)) continue;
    v1::Arm& arm = *experiment.add_arms();
    arm.set_name("i" + std::to_string(i + 1) + "-" + ideas[i].edit.origin);
    arm.set_patch_digest(ideas[i].digest);
    arm.set_description(ideas[i].edit.description);
    patches.push_back({ideas[i].diff, "text/x-diff"});
  }
  if (patches.empty()) {
    submission.clear_experiment();
    submission.set_nothing_because("no template fits the lines of " + hypothesis->id());
    return submission;
  }
  TRY(code.artifacts().PutAll(patches).status());
  return submission;
}

}  // namespace inquest::investigators
