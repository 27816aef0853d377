#include "steps/test/measurements.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runtime/statistics/median.h"

namespace inquest::steps {
namespace {

// One outlier then stays outside of the limits of the median.
constexpr int kTimedRuns = 9;
// Each costs nine runs; those without a failure come first.
constexpr std::size_t kTimedInterventions = 12;
constexpr int kValueRunsLeast = 2;

using Predicates = std::vector<const v1::Predicate*>;

Predicates AllOf(const v1::Prediction& prediction) {
  Predicates all;
  for (const auto* list : {&prediction.if_true(), &prediction.if_false()}) {
    for (const v1::Predicate& predicate : *list) all.push_back(&predicate);
  }
  return all;
}

bool IsTimed(const v1::Predicate& predicate) {
  return predicate.measurement() == v1::MEASUREMENT_WALL_SECONDS ||
         predicate.measurement() == v1::MEASUREMENT_PEAK_MEMORY_BYTES;
}

bool IsControl(const v1::Predicate& predicate) {
  return predicate.arms() == v1::ARM_SELECTOR_CONTROL;
}

// Those whose medians are spoken of.
std::vector<MeasuredArm*> TimedArms(const Predicates& predicates, std::vector<MeasuredArm>& arms) {
  bool control = false;
  bool interventions = false;
  for (const v1::Predicate* predicate : predicates) {
    if (IsTimed(*predicate)) (IsControl(*predicate) ? control : interventions) = true;
  }
  std::vector<MeasuredArm*> timed;
  for (MeasuredArm& arm : arms) {
    if (arm.measured.intervention() ? interventions : control) timed.push_back(&arm);
  }
  std::stable_sort(timed.begin(), timed.end(), [](const MeasuredArm* a, const MeasuredArm* b) {
    const auto rank = [](const MeasuredArm* arm) {
      return !arm->measured.intervention() ? 0 : arm->measured.failures() == 0 ? 1 : 2;
    };
    return rank(a) < rank(b);
  });
  const std::size_t most = kTimedInterventions + (control ? 1 : 0);
  if (timed.size() > most) timed.resize(most);
  return timed;
}

void TakeMedians(const std::vector<const Observed*>& runs, v1::ArmMeasurement& measured) {
  std::vector<double> seconds;
  std::vector<double> bytes;
  for (const Observed* run : runs) {
    const v1::PhaseOutcome& phase = *LastPhase(run->observation->run());
    seconds.push_back(Seconds(phase.wall_time()));
    if (phase.peak_memory_bytes() > 0) {
      bytes.push_back(static_cast<double>(phase.peak_memory_bytes()));
    }
    measured.add_effect_ids(run->effect_id);
  }
  if (seconds.empty()) return;
  const auto time = statistics::MedianOf(seconds);
  measured.set_wall_seconds(time.value);
  if (time.limits.has_value()) {
    measured.set_wall_seconds_lower(time.limits->lower);
    measured.set_wall_seconds_upper(time.limits->upper);
  }
  // A run that could not be measured leaves the median unknown.
  if (bytes.size() < seconds.size()) return;
  const auto memory = statistics::MedianOf(bytes);
  measured.set_peak_memory_bytes(memory.value);
  if (memory.limits.has_value()) {
    measured.set_peak_memory_bytes_lower(memory.limits->lower);
    measured.set_peak_memory_bytes_upper(memory.limits->upper);
  }
}

void Time(const Brief& brief, const Results& results, const std::vector<MeasuredArm*>& arms,
          Want& want) {
  std::map<const MeasuredArm*, std::vector<const Observed*>> runs;
  const v1::Recipe& recipe = brief.reproduction->recipe();
  for (int i = 0; i < kTimedRuns; ++i) {
    for (const MeasuredArm* arm : arms) {
      const std::string key = "timed/" + arm->arm->name() + "/" + std::to_string(i);
      const Observed* run = results.Find(key);
      if (run == nullptr) {
        RunRequest request{.key = key,
                           .command = recipe.shell_command(),
                           .patches = {},
                           .limit_seconds = TriggerLimitSeconds(brief),
                           .oracle = &recipe.oracle()};
        if (!arm->arm->patch_digest().empty()) {
          request.patches.push_back(Applied(arm->arm->patch_digest()));
        }
        want.effects.push_back(WantRun(brief, request));
        return;
      }
      if (!WhyUnusable(*run).has_value()) runs[arm].push_back(run);
    }
  }
  for (MeasuredArm* arm : arms) TakeMedians(runs[arm], arm->measured);
}

v1::Effect WantMatches(std::string key, const v1::Predicate& predicate,
                       const std::vector<const Observed*>& runs) {
  v1::Effect effect;
  effect.set_key(std::move(key));
  v1::MatchRuns& work = *effect.mutable_analyse()->mutable_match_runs();
  work.set_matches(predicate.matches());
  if (predicate.measurement() == v1::MEASUREMENT_VALUE_MATCH_RATE) {
    work.set_expression(predicate.expression());
  }
  for (const Observed* run : runs) *work.add_runs() = RunOf(*run);
  return effect;
}

bool Has(const google::protobuf::RepeatedField<std::int64_t>& ids, const Observed& run) {
  return std::find(ids.begin(), ids.end(), run.effect_id) != ids.end();
}

// Of all arms in one analysis.
void MatchOutputs(const Results& results, const v1::Predicate& predicate, const std::string& key,
                  std::vector<MeasuredArm>& arms, Want& want) {
  const Observed* matched = results.Find(key);
  if (matched == nullptr) {
    std::vector<const Observed*> runs;
    for (const MeasuredArm& arm : arms) runs.insert(runs.end(), arm.runs.begin(), arm.runs.end());
    want.effects.push_back(WantMatches(key, predicate, runs));
    return;
  }
  const v1::Analysis& analysis = matched->observation->analysis();
  for (MeasuredArm& arm : arms) {
    int count = 0;
    bool known = !arm.runs.empty();
    for (const Observed* run : arm.runs) {
      if (Has(analysis.matched_in(), *run)) ++count;
      known = known && !Has(analysis.unknown_in(), *run);
    }
    if (known) (*arm.measured.mutable_output_matches())[MatchKey(predicate)] = count;
  }
}

v1::Effect WantValueRun(const Brief& brief, const v1::Predicate& predicate, std::string key) {
  const v1::Recipe& recipe = brief.reproduction->recipe();
  v1::Effect effect = WantRun(brief, {.key = std::move(key),
                                      .command = recipe.shell_command(),
                                      .patches = {},
                                      .limit_seconds = TriggerLimitSeconds(brief),
                                      .instrument = brief.acquired.values_instrument(),
                                      .oracle = &recipe.oracle()});
  const v1::Location& at = ActiveHypothesis(brief)->location();
  auto& environment = *effect.mutable_run()->mutable_environment();
  environment["INQUEST_VALUE_PATH"] = at.path();
  environment["INQUEST_VALUE_FIRST_LINE"] = std::to_string(at.first_line());
  environment["INQUEST_VALUE_LAST_LINE"] = std::to_string(at.last_line());
  environment["INQUEST_VALUE_EXPRESSION"] = predicate.expression();
  return effect;
}

void MatchValues(const Brief& brief, const Results& results, const v1::Predicate& predicate,
                 const std::string& key, int runs_most, MeasuredArm& control, Want& want) {
  if (brief.acquired.values_instrument().empty()) return;
  std::vector<const Observed*> failing;
  for (int i = 0; i < runs_most && (i < kValueRunsLeast || failing.empty()); ++i) {
    const std::string run_key = key + "/" + std::to_string(i);
    const Observed* run = results.Find(run_key);
    if (run == nullptr) {
      want.effects.push_back(WantValueRun(brief, predicate, run_key));
      return;
    }
    if (BugShows(*run)) failing.push_back(run);
  }
  if (failing.empty()) return;
  const Observed* matched = results.Find(key + "/match");
  if (matched == nullptr) {
    want.effects.push_back(WantMatches(key + "/match", predicate, failing));
    return;
  }
  const v1::Analysis& analysis = matched->observation->analysis();
  for (const Observed* run : failing) control.measured.add_effect_ids(run->effect_id);
  if (!analysis.unknown_in().empty()) return;
  (*control.measured.mutable_value_matches())[MatchKey(predicate)] = analysis.matched_in_size();
  (*control.measured.mutable_value_runs())[MatchKey(predicate)] = static_cast<int>(failing.size());
}

}  // namespace

std::string MatchKey(const v1::Predicate& predicate) {
  if (predicate.measurement() != v1::MEASUREMENT_VALUE_MATCH_RATE) return predicate.matches();
  return predicate.expression() + " =~ " + predicate.matches();
}

bool NeedsRunsOfInterventions(const v1::Prediction& prediction) {
  const Predicates all = AllOf(prediction);
  return std::any_of(all.begin(), all.end(), [](const v1::Predicate* predicate) {
    return !IsControl(*predicate) &&
           (IsTimed(*predicate) || predicate->measurement() == v1::MEASUREMENT_OUTPUT_MATCH_RATE);
  });
}

void MeasureMore(const Brief& brief, const Results& results, int control_runs,
                 std::vector<MeasuredArm>& arms, Want& want) {
  const Predicates predicates = AllOf(ActiveHypothesis(brief)->prediction());
  Time(brief, results, TimedArms(predicates, arms), want);
  std::set<std::string> matched;
  for (const v1::Predicate* predicate : predicates) {
    const bool output = predicate->measurement() == v1::MEASUREMENT_OUTPUT_MATCH_RATE;
    const bool value = predicate->measurement() == v1::MEASUREMENT_VALUE_MATCH_RATE;
    const std::string number = std::to_string(matched.size());
    if (!(output || value) || !matched.insert((output ? "o" : "v") + MatchKey(*predicate)).second) {
      continue;
    }
    if (output) MatchOutputs(results, *predicate, "output/" + number, arms, want);
    if (!value) continue;
    for (MeasuredArm& arm : arms) {
      if (arm.measured.intervention()) continue;
      MatchValues(brief, results, *predicate, "value/" + number, control_runs, arm, want);
    }
  }
}

}  // namespace inquest::steps
