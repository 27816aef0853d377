#include "steps/hypothesize/bisection.h"

#include <algorithm>

#include "runtime/statistics/binomial.h"

namespace inquest::steps {
namespace {

constexpr double kAlpha = 0.01;
constexpr int kRunsMost = 200;
// A bug that is rarer than to show in so many runs is not bisected.
constexpr int kSureRunsMost = 60;
// Of the budget's wall time, all runs together, of which two may go on at once.
constexpr double kWallShare = 0.3;
constexpr double kUnlimitedSeconds = 600;

double SecondsOf(const v1::RunOutcome& outcome) {
  double seconds = Seconds(outcome.setup_time());
  for (const v1::PhaseOutcome& phase : outcome.phases()) seconds += Seconds(phase.wall_time());
  return seconds;
}

double SecondsMost(const Brief& brief) {
  return kWallShare * (brief.wall_limit_seconds > 0 ? static_cast<double>(brief.wall_limit_seconds)
                                                    : kUnlimitedSeconds);
}

std::string Key(std::size_t candidate, int run) {
  return kBisectKey + std::to_string(candidate) + "/" + std::to_string(run);
}

// What shows every time is looked for by single runs; what the answer rests on is not.
HalvingRules RulesOf(const Brief& brief) {
  const v1::Symptom& symptom = *brief.symptom;
  const auto& standing = brief.reproduction;
  const double lower = standing.has_value()
                           ? standing->rate_lower()
                           : statistics::RateLower(symptom.failing_runs(), symptom.runs_size());
  HalvingRules rules;
  rules.sure_runs = statistics::RunsRequired(kAlpha, 1, lower);
  const bool always = symptom.failing_runs() == symptom.runs_size();
  rules.screening_runs = always ? 1 : rules.sure_runs;
  return rules;
}

// One of the ways to make the state; true: it came to no answer.
bool ReadCandidate(std::size_t candidate, const FindRun& find, PastState& state,
                   Bisection& bisection, double& seconds) {
  state.candidate = candidate;
  state.tally = {};
  state.bad_runs.clear();
  state.clean_runs.clear();
  for (int i = 0; i < kSureRunsMost; ++i) {
    const Observed* run = find(Key(candidate, i));
    if (run == nullptr) continue;
    ++bisection.runs;
    seconds += SecondsOf(run->observation->run());
    const bool usable = !WhyUnusable(*run).has_value();
    if (usable && BugShows(*run)) {
      state.tally.bug_showed = true;
      state.bad_runs.push_back(run->effect_id);
    } else if (usable && Clean(*run)) {
      ++state.tally.clean;
      state.clean_runs.push_back(run->effect_id);
    } else {
      state.tally.useless = true;
    }
  }
  return state.tally.useless && !state.tally.bug_showed;
}

const v1::Oracle* OracleFor(const Brief& brief, const v1::Submission& submission) {
  if (brief.reproduction.has_value()) return &brief.reproduction->recipe().oracle();
  return &submission.recipe().oracle();
}

}  // namespace

bool IsBisection(const v1::Submission& submission) {
  return !submission.survey().empty() && submission.survey(0).origin() == kPastTree;
}

Bisection ReadBisection(const Brief& brief, const v1::Submission& submission, const FindRun& find) {
  Bisection bisection;
  double seconds = 0;
  bool answered = false;
  for (int i = 0; i < submission.survey_size(); ++i) {
    const std::string& description = submission.survey(i).description();
    const bool another =
        !bisection.states.empty() && bisection.states.back().description == description;
    if (another && answered) continue;
    if (!another) bisection.states.emplace_back().description = description;
    answered = !ReadCandidate(static_cast<std::size_t>(i), find, bisection.states.back(), bisection,
                              seconds);
  }
  std::vector<StateTally> tallies;
  for (const PastState& state : bisection.states) tallies.push_back(state.tally);
  const HalvingRules rules = RulesOf(brief);
  if (rules.sure_runs <= kSureRunsMost) bisection.halved = Halve(tallies, rules);
  bisection.spent = bisection.runs >= kRunsMost || seconds >= SecondsMost(brief);
  return bisection;
}

std::optional<Want> MakeBisection(const Brief& brief, const Results& results,
                                  const v1::Submission& submission, v1::Survey& survey) {
  const FindRun find = [&](const std::string& key) { return results.Find(key); };
  const Bisection bisection = ReadBisection(brief, submission, find);
  if (bisection.halved.end != Halved::End::kGoing || bisection.spent) {
    for (const PastState& state : bisection.states) {
      for (const std::int64_t id : state.bad_runs) survey.add_effect_ids(id);
      for (const std::int64_t id : state.clean_runs) survey.add_effect_ids(id);
    }
    return std::nullopt;
  }
  const std::size_t candidate = bisection.states[bisection.halved.wanted].candidate;
  const std::string& patch = submission.survey(static_cast<int>(candidate)).patch_digest();
  Want want;
  for (int i = 0; i < bisection.halved.runs; ++i) {
    if (results.Find(Key(candidate, i)) != nullptr) continue;
    want.effects.push_back(WantRun(brief, {.key = Key(candidate, i),
                                           .command = brief.target.test_command(),
                                           .patches = {Applied(patch)},
                                           .limit_seconds = TriggerLimitSeconds(brief),
                                           .oracle = OracleFor(brief, submission)}));
  }
  return want;
}

}  // namespace inquest::steps
