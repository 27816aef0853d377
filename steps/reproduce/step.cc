#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/reproduce/gate.h"
#include "steps/reproduce/smaller.h"
#include "steps/runs.h"
#include "steps/steps.h"

namespace inquest::steps {
namespace {

// A bug that shows every time needs few runs; a rare one is measured until its rate is known well
// enough to demand a bearable number of clean runs later, or until it is called not reproducible.
constexpr int kStages[] = {10, 30, 100, 200, 400};
constexpr double kRateWellKnown = 0.1;
// So many runs without the bug tell that it cannot be reproduced; and once it has shown, so many do
// unless it is so rare that knowing its rate better saves more runs of the proof than it costs.
constexpr int kRunsInVain = 200;
constexpr double kRareRate = 0.012;

struct Rate {
  std::vector<const Observed*> runs;
  int showing = 0;
  double Lower() const { return statistics::RateLower(showing, static_cast<int>(runs.size())); }
};

bool KnownWellEnough(const Rate& rate, int stage) {
  if (rate.showing == static_cast<int>(rate.runs.size())) return true;
  if (rate.showing == 0) return false;
  return stage > kStages[0] && rate.Lower() >= (stage < kRunsInVain ? kRateWellKnown : kRareRate);
}

// What fails in the search for smaller inputs leaves the reproduction as it stands.
std::optional<Settle> GiveUp(std::span<const Observed> so_far) {
  for (const Observed& observed : so_far) {
    if (ServesSmaller(observed.key)) continue;
    if (auto failure = GiveUpOnFailure({&observed, 1})) return failure;
  }
  return std::nullopt;
}

std::string MessageOf(const v1::Reproduction& reproduction) {
  std::string message = "the bug showed in " + std::to_string(reproduction.failures()) + " of " +
                        std::to_string(reproduction.runs()) + " runs";
  for (const v1::Minimised& input : reproduction.minimised()) {
    message += "; " + input.what() + " went from " + std::to_string(input.original_bytes()) +
               " to " + std::to_string(input.minimal_bytes()) + " bytes";
  }
  return message;
}

Action Deliver(const Brief& brief, std::span<const Observed> so_far, const Results& results,
               const v1::Recipe& recipe, const Rate& rate) {
  const int runs = static_cast<int>(rate.runs.size());
  v1::Reproduction reproduction;
  *reproduction.mutable_recipe() = recipe;
  reproduction.set_runs(runs);
  reproduction.set_failures(rate.showing);
  reproduction.set_rate_lower(rate.Lower());
  reproduction.set_rate_upper(statistics::RateUpper(rate.showing, runs));
  for (const Observed* run : rate.runs) reproduction.add_effect_ids(run->effect_id);
  if (auto want = MakeSmaller(brief, so_far, results, reproduction)) return *std::move(want);
  Settle settle = SettleWith(v1::SETTLEMENT_DONE, "", MessageOf(reproduction));
  *settle.settled.mutable_reproduction() = std::move(reproduction);
  return settle;
}

}  // namespace

Action Reproduce(const Brief& brief, std::span<const Observed> so_far) {
  if (auto failure = GiveUp(so_far)) return *std::move(failure);
  Asked asked = Ask(brief, so_far, ReproduceGate);
  if (asked.action.has_value()) return *std::move(asked.action);
  const v1::Recipe& recipe = asked.submission->recipe();

  const Results results(so_far);
  Rate rate;
  for (const int stage : kStages) {
    Want want;
    for (int i = static_cast<int>(rate.runs.size()); i < stage; ++i) {
      const std::string key = "rate/" + std::to_string(i);
      const Observed* run = results.Find(key);
      if (run == nullptr) {
        want.effects.push_back(WantRun(brief, {.key = key,
                                               .command = recipe.shell_command(),
                                               .patches = {},
                                               .limit_seconds = recipe.time_limit().seconds(),
                                               .oracle = &recipe.oracle()}));
        continue;
      }
      if (const auto unusable = WhyUnusable(*run)) {
        return SettleWith(v1::SETTLEMENT_GIVE_UP, unusable->reason, unusable->message);
      }
      rate.runs.push_back(run);
      if (BugShows(*run)) ++rate.showing;
    }
    if (!want.effects.empty()) return want;
    if (KnownWellEnough(rate, stage)) return Deliver(brief, so_far, results, recipe, rate);
    if (rate.showing == 0 && stage >= kRunsInVain) break;
  }
  if (rate.showing > 0) return Deliver(brief, so_far, results, recipe, rate);
  return SettleWith(
      v1::SETTLEMENT_NOT_REPRODUCIBLE, "NOT_REPRODUCIBLE",
      "the bug did not show in any of " + std::to_string(rate.runs.size()) + " runs in isolation");
}

}  // namespace inquest::steps
