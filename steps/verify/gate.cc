#include "steps/verify/gate.h"

#include <algorithm>

#include "runtime/statistics/binomial.h"
#include "steps/runs.h"

namespace inquest::steps {
namespace {

int Showing(std::span<const Observed* const> runs) {
  int showing = 0;
  for (const Observed* run : runs) showing += BugShows(*run) ? 1 : 0;
  return showing;
}

// Whether the unpatched tree still fails as it did when it was reproduced: the bug must not show
// significantly less, over all of the runs and over their second half (a bug that heals by itself
// stops in the middle).
bool StillFails(const v1::Reproduction& reproduction, std::span<const Observed* const> runs) {
  const int showing = Showing(runs);
  if (showing == 0) return false;
  const auto later = runs.subspan(runs.size() / 2);
  return statistics::RateUpper(showing, static_cast<int>(runs.size())) >=
             reproduction.rate_lower() &&
         statistics::RateUpper(Showing(later), static_cast<int>(later.size())) >=
             reproduction.rate_lower();
}

std::string Count(const char* arm, std::span<const Observed* const> runs) {
  return std::string(arm) + " failed in " + std::to_string(Showing(runs)) + " of " +
         std::to_string(runs.size());
}

}  // namespace

bool Separated(const v1::Reproduction& reproduction, const Rounds& rounds, double luck) {
  const bool always = reproduction.failures() == reproduction.runs() &&
                      Showing(rounds.before) == static_cast<int>(rounds.before.size()) &&
                      Showing(rounds.revert) == static_cast<int>(rounds.revert.size());
  if (always) return true;
  double chance = 1;
  for (std::size_t i = 0; i < std::min(rounds.before.size(), rounds.revert.size()); ++i) {
    const int showing = Showing(rounds.before.subspan(i, 1)) + Showing(rounds.revert.subspan(i, 1));
    chance *= (3.0 - showing) / 3.0;
  }
  return chance <= luck;
}

Fallen VerifyGate(const v1::Reproduction& reproduction, const Rounds& rounds, double luck) {
  for (const Observed* run : rounds.after) {
    if (Clean(*run)) continue;
    return {"PATCH_DOES_NOT_HOLD",
            "run " + std::to_string(run->effect_id) + " with the patch was not clean"};
  }
  const bool separated = Separated(reproduction, rounds, luck);
  for (const auto& runs : {rounds.before, rounds.revert}) {
    if (separated && StillFails(reproduction, runs)) continue;
    return {"BASE_STOPPED_FAILING",
            "without the patch the bug shows less than when it was reproduced (" +
                Count("before", rounds.before) + ", " + Count("revert", rounds.revert) +
                "): the clean runs do not prove the patch"};
  }
  return {};
}

}  // namespace inquest::steps
