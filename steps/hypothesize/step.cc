#include <algorithm>
#include <vector>

#include "steps/hypothesize/bisection.h"
#include "steps/hypothesize/contrasts.h"
#include "steps/hypothesize/gate.h"
#include "steps/hypothesize/survey.h"
#include "steps/runs.h"
#include "steps/steps.h"

namespace inquest::steps {
namespace {

Settle GoOnWith(const Brief& brief, v1::ProposedHypotheses proposed) {
  const bool stands = brief.reproduction.has_value();
  Settle settle = SettleWith(stands ? v1::SETTLEMENT_REPRODUCTION_STANDS : v1::SETTLEMENT_DONE, "",
                             "going on with " + proposed.active_id());
  *settle.settled.mutable_hypotheses() = std::move(proposed);
  return settle;
}

// The best of those that were proposed and not tried.
const v1::Hypothesis* NextInQueue(const Brief& brief) {
  const v1::Hypothesis* best = nullptr;
  for (const v1::Hypothesis& hypothesis : brief.hypotheses) {
    if (hypothesis.status() != v1::HYPOTHESIS_STATUS_PROPOSED) continue;
    if (best == nullptr || hypothesis.score() > best->score()) best = &hypothesis;
  }
  return best;
}

std::optional<Want> Explore(const Brief& brief, const Results& results, int round,
                            const v1::Submission& submission, v1::Survey& survey) {
  if (IsBisection(submission)) return MakeBisection(brief, results, submission, survey);
  if (AsksForContrasts(submission)) return MakeContrasts(brief, results, submission, survey);
  return MakeSurvey(brief, results, round, submission, survey);
}

}  // namespace

Action Hypothesize(const Brief& brief, std::span<const Observed> so_far) {
  if (const v1::Hypothesis* next = NextInQueue(brief)) {
    v1::ProposedHypotheses proposed;
    proposed.set_active_id(next->id());
    return GoOnWith(brief, std::move(proposed));
  }
  if (auto failure = GiveUpOnFailure(so_far)) return *std::move(failure);
  v1::ProposedHypotheses proposed;
  if (brief.survey.has_value()) *proposed.mutable_survey() = *brief.survey;
  Asked asked = Ask(brief, so_far, HypothesizeGate);
  const Results results(so_far);
  for (int round = 1; !asked.action.has_value() && !asked.submission->survey().empty(); ++round) {
    if (round > kSurveyRoundsMost) {
      return SettleWith(v1::SETTLEMENT_GIVE_UP, "INVESTIGATOR_HAS_NOTHING",
                        "the investigator asked for ever more surveys and claimed nothing");
    }
    v1::Survey& survey = *proposed.mutable_survey();
    auto want = Explore(brief, results, round, *asked.submission, survey);
    if (want.has_value()) return *std::move(want);
    asked = AskAfterSurvey(brief, so_far, HypothesizeGate, round, proposed.survey());
  }
  if (asked.action.has_value()) return *std::move(asked.action);

  double best = -1;
  for (const v1::Hypothesis& submitted : asked.submission->hypotheses()) {
    v1::Hypothesis& hypothesis = *proposed.add_hypotheses();
    hypothesis = submitted;
    hypothesis.set_id("h" + std::to_string(brief.hypotheses.size() +
                                           static_cast<std::size_t>(proposed.hypotheses_size())));
    hypothesis.set_proposed_by(asked.submission->investigator());
    hypothesis.set_status(v1::HYPOTHESIS_STATUS_PROPOSED);
    hypothesis.clear_measurements();
    hypothesis.clear_verdict_reason();
    if (hypothesis.score() > best) {
      best = hypothesis.score();
      proposed.set_active_id(hypothesis.id());
    }
  }
  return GoOnWith(brief, std::move(proposed));
}

}  // namespace inquest::steps
