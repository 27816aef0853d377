#include "runtime/investigators/builtin.h"

#include "runtime/investigators/builtin_candidates.h"
#include "runtime/investigators/builtin_experiment.h"
#include "runtime/investigators/builtin_hypotheses.h"
#include "runtime/investigators/builtin_recipe.h"
#include "runtime/investigators/builtin_smaller.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

Result<v1::Submission> Builtin::Answer(const steps::Brief& brief, const v1::AskWork& ask,
                                       std::stop_token stop) {
  v1::Submission submission;
  if (brief.step == v1::STEP_REPRODUCE && ask.has_survey()) {
    TRY_ASSIGN(const TargetCode code, TargetCode::Open(brief, artifacts_));
    TRY_ASSIGN(submission, OfferSmaller(brief, ask, code));
  } else if (brief.step == v1::STEP_REPRODUCE) {
    TRY_ASSIGN(submission, WriteRecipe(brief, artifacts_));
  } else {
    TRY_ASSIGN(const TargetCode code, TargetCode::Open(brief, artifacts_));
    if (code.language() == nullptr) {
      submission.set_nothing_because(
          "no language that the builtin investigator knows is in the tree");
    } else if (brief.step == v1::STEP_HYPOTHESIZE) {
      TRY_ASSIGN(submission, Hypothesize(brief, ask, code, std::move(stop)));
    } else if (brief.step == v1::STEP_TEST) {
      TRY_ASSIGN(submission, DesignExperiment(brief, ask, code));
    } else if (brief.step == v1::STEP_FIX) {
      TRY_ASSIGN(submission, OfferCandidates(brief, ask, code));
    } else {
      submission.set_nothing_because("this step asks nothing of an investigator");
    }
  }
  submission.set_investigator("builtin");
  return submission;
}

}  // namespace inquest::investigators
