#include <algorithm>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/runs.h"
#include "steps/steps.h"
#include "steps/test/gate.h"
#include "steps/test/measurements.h"
#include "steps/test/verdict.h"
#include "steps/trials.h"

namespace inquest::steps {
namespace {

// Chance that an intervention without effect looks effective by luck; over all arms.
constexpr double kAlpha = 0.01;
constexpr int kControlRuns = 2;
constexpr int kControlRunsMost = 300;
constexpr int kInterventionRunsMost = 300;

// The runs of one arm so far. A run that cannot be judged (the patch breaks the program's syntax,
// say) counts as failing: it is no sign that the intervention helps.
struct ArmRuns {
  std::vector<const Observed*> runs;
  int failures = 0;
  bool complete = false;
};

ArmRuns Gather(const Brief& brief, const Results& results, const v1::Arm& arm, int count,
               Want& want) {
  ArmRuns gathered;
  const v1::Recipe& recipe = brief.reproduction->recipe();
  for (int i = 0; i < count; ++i) {
    const std::string key = "arm/" + arm.name() + "/" + std::to_string(i);
    const Observed* run = results.Find(key);
    if (run == nullptr) {
      RunRequest request{.key = key,
                         .command = recipe.shell_command(),
                         .patches = {},
                         .limit_seconds = arm.patch_digest().empty() ? TriggerLimitSeconds(brief)
                                                                     : ScreeningLimitSeconds(brief),
                         .instrument = arm.trace() ? brief.acquired.coverage_instrument() : "",
                         .oracle = &recipe.oracle()};
      if (!arm.patch_digest().empty()) request.patches.push_back(Applied(arm.patch_digest()));
      want.effects.push_back(WantRun(brief, request));
      return gathered;
    }
    gathered.runs.push_back(run);
    if (!Clean(*run)) ++gathered.failures;
    // One failing run tells that an intervention does not remove the failure; the control goes on
    // until it has one.
    const int least = arm.patch_digest().empty() ? kControlRuns : 1;
    if (gathered.failures > 0 && i + 1 >= least) break;
  }
  gathered.complete = true;
  return gathered;
}

v1::ArmMeasurement Measure(const v1::Arm& arm, const ArmRuns& gathered) {
  v1::ArmMeasurement measured;
  measured.set_arm(arm.name());
  measured.set_intervention(!arm.patch_digest().empty());
  measured.set_runs(static_cast<int>(gathered.runs.size()));
  measured.set_failures(gathered.failures);
  measured.set_runs_with_location(-1);
  for (const Observed* run : gathered.runs) measured.add_effect_ids(run->effect_id);
  return measured;
}

// What fell in the sieve has failed in one run at least; the batch is the evidence.
v1::ArmMeasurement MeasureFallen(const v1::Arm& arm, std::int64_t batch) {
  v1::ArmMeasurement measured;
  measured.set_arm(arm.name());
  measured.set_intervention(true);
  measured.set_runs(1);
  measured.set_failures(1);
  measured.set_runs_with_location(-1);
  measured.add_effect_ids(batch);
  return measured;
}

// The interventions, by the sieve. Complete and without trials: there are too few for one.
Sieved SieveArms(const Brief& brief, const Results& results, const v1::Experiment& experiment,
                 Want& want) {
  SieveRequest request;
  request.key = "sieve";
  request.command = brief.reproduction->recipe().shell_command();
  request.oracle = &brief.reproduction->recipe().oracle();
  request.runs = SieveRuns(brief.reproduction->rate_lower());
  for (const v1::Arm& arm : experiment.arms()) {
    if (!arm.patch_digest().empty()) request.patches.push_back(arm.patch_digest());
  }
  const bool own_runs = NeedsRunsOfInterventions(ActiveHypothesis(brief)->prediction());
  if (!own_runs && WorthSieving(brief, static_cast<int>(request.patches.size()), request.runs)) {
    return Sieve(brief, results, request, want);
  }
  Sieved none;
  none.complete = true;
  none.trials.resize(request.patches.size());
  return none;
}

// In how many of the failing runs the location ran; -1: it cannot be told.
int RunsWithLocation(const ArmRuns& gathered, const v1::Analysis& analysis) {
  if (analysis.ran_in().empty() && !analysis.unknown_in().empty()) return -1;
  int with = 0;
  for (const Observed* run : gathered.runs) {
    const auto& ran = analysis.ran_in();
    if (!Clean(*run) && std::find(ran.begin(), ran.end(), run->effect_id) != ran.end()) ++with;
  }
  return with;
}

Settle Deliver(const Brief& brief, const v1::Experiment& experiment,
               const std::vector<MeasuredArm>& arms) {
  std::vector<v1::ArmMeasurement> measurements;
  for (const MeasuredArm& arm : arms) measurements.push_back(arm.measured);
  const Verdict verdict = Judge(ActiveHypothesis(brief)->prediction(), measurements);
  Settle settle;
  switch (verdict.status) {
    case v1::HYPOTHESIS_STATUS_SUPPORTED:
      settle = SettleWith(v1::SETTLEMENT_DONE, "", verdict.reason);
      break;
    case v1::HYPOTHESIS_STATUS_REFUTED:
      settle = SettleWith(v1::SETTLEMENT_REFUTED, "PREDICTION_FAILED", verdict.reason);
      break;
    default:
      settle = SettleWith(v1::SETTLEMENT_NEEDS_DATA, "INCONCLUSIVE", verdict.reason);
      break;
  }
  v1::Judgement& judgement = *settle.settled.mutable_judgement();
  judgement.set_hypothesis_id(brief.active_hypothesis);
  judgement.set_verdict(verdict.status);
  judgement.set_reason(verdict.reason);
  for (const v1::ArmMeasurement& measured : measurements) {
    *judgement.add_measurements() = measured;
    if (!measured.intervention() || measured.failures() > 0) continue;
    for (const v1::Arm& arm : experiment.arms()) {
      if (arm.name() == measured.arm()) judgement.add_effective_patches(arm.patch_digest());
    }
  }
  return settle;
}

}  // namespace

Action Test(const Brief& brief, std::span<const Observed> so_far) {
  // Struck out before its turn, while the bug was being reproduced: nothing of it is tested.
  const v1::Hypothesis* active = ActiveHypothesis(brief);
  if (active != nullptr && active->status() == v1::HYPOTHESIS_STATUS_VETOED) {
    return SettleWith(v1::SETTLEMENT_REFUTED, "VETOED", active->id() + " was struck out");
  }
  if (auto failure = GiveUpOnFailure(so_far)) return *std::move(failure);
  Asked asked = Ask(brief, so_far, TestGate);
  if (asked.action.has_value()) return *std::move(asked.action);
  const v1::Experiment& experiment = asked.submission->experiment();

  const double rate = brief.reproduction->rate_lower();
  const int arms = std::max(1, experiment.arms_size() - 1);
  // Only a sign, not the proof: a rare failure gets no more runs than can be borne.
  const int clean_runs =
      std::min(statistics::RunsRequired(kAlpha, arms, rate), kInterventionRunsMost);
  const int control_runs =
      std::clamp(statistics::RunsRequired(kAlpha, 1, rate), kControlRuns, kControlRunsMost);
  const Results results(so_far);
  Want want;
  std::vector<MeasuredArm> measured;
  const Sieved sieved = SieveArms(brief, results, experiment, want);
  std::size_t intervention = 0;
  for (const v1::Arm& arm : experiment.arms()) {
    const bool control = arm.patch_digest().empty();
    if (!control && !sieved.complete) continue;
    if (!control) {
      const Sieved::Trial& trial = sieved.trials[intervention++];
      if (trial.result == Sieved::Result::kFell) {
        measured.push_back({&arm, {}, MeasureFallen(arm, trial.effect_id)});
        continue;
      }
    }
    const ArmRuns gathered = Gather(brief, results, arm, control ? control_runs : clean_runs, want);
    if (!gathered.complete) continue;
    measured.push_back({&arm, gathered.runs, Measure(arm, gathered)});
    if (!control || !arm.trace() || brief.acquired.coverage_instrument().empty()) continue;
    const Observed* ran = results.Find("ran/" + arm.name());
    if (ran != nullptr) {
      measured.back().measured.set_runs_with_location(
          RunsWithLocation(gathered, ran->observation->analysis()));
      continue;
    }
    v1::Effect effect;
    effect.set_key("ran/" + arm.name());
    auto& question = *effect.mutable_analyse()->mutable_location_ran();
    *question.mutable_location() = ActiveHypothesis(brief)->location();
    for (const Observed* run : gathered.runs) *question.add_runs() = RunOf(*run);
    want.effects.push_back(std::move(effect));
  }
  if (want.effects.empty()) MeasureMore(brief, results, control_runs, measured, want);
  if (!want.effects.empty()) return want;
  return Deliver(brief, experiment, measured);
}

}  // namespace inquest::steps
