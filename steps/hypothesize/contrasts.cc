#include "steps/hypothesize/contrasts.h"

#include <algorithm>
#include <string>
#include <vector>

#include "steps/hypothesize/survey.h"
#include "steps/trials.h"

namespace inquest::steps {
namespace {

constexpr std::size_t kCleanCovered = 4;
constexpr std::size_t kFailingCovered = 2;
// Of the budget's wall time, for telling them apart.
constexpr double kWallShare = 0.05;
constexpr double kLanes = 2;
constexpr double kUnlimitedSeconds = 600;

std::vector<std::size_t> Covered(const Sieved& sieved, const v1::Submission& submission) {
  std::vector<std::size_t> clean = sieved.Passed();
  std::vector<std::size_t> failing;
  for (std::size_t i = 0; i < sieved.trials.size(); ++i) {
    if (sieved.trials[i].bug_showed) failing.push_back(i);
  }
  const auto smaller = [&](std::size_t a, std::size_t b) {
    return submission.survey(static_cast<int>(a)).cost() <
           submission.survey(static_cast<int>(b)).cost();
  };
  std::stable_sort(clean.rbegin(), clean.rend(), smaller);
  std::stable_sort(failing.begin(), failing.end(), smaller);
  clean.resize(std::min(clean.size(), kCleanCovered));
  // Without any that is clean, they tell nothing new.
  failing.resize(clean.empty() ? 0 : std::min(failing.size(), kFailingCovered));
  clean.insert(clean.end(), failing.begin(), failing.end());
  return clean;
}

}  // namespace

bool AsksForContrasts(const v1::Submission& submission) {
  return !submission.survey().empty() && submission.survey(0).origin() == kChangedInput;
}

std::optional<Want> MakeContrasts(const Brief& brief, const Results& results,
                                  const v1::Submission& submission, v1::Survey& survey) {
  const v1::Oracle& oracle = SurveyOracle(brief, submission);
  SieveRequest request;
  request.key = "contrast-sieve";
  request.command = brief.target.test_command();
  request.oracle = &oracle;
  const double limit = brief.wall_limit_seconds > 0 ? static_cast<double>(brief.wall_limit_seconds)
                                                    : kUnlimitedSeconds;
  request.most_seconds = kLanes * kWallShare * limit;
  for (const v1::Candidate& input : submission.survey()) {
    request.patches.push_back(input.patch_digest());
  }
  Want want;
  const Sieved sieved = Sieve(brief, results, request, want);
  if (!sieved.complete) return want;
  std::vector<std::int64_t> runs = sieved.effect_ids;
  for (const std::size_t i : Covered(sieved, submission)) {
    const std::string key = kContrastKey + std::to_string(i);
    const Observed* run = results.Find(key);
    if (run == nullptr) {
      want.effects.push_back(WantRun(brief, {.key = key,
                                             .command = brief.target.test_command(),
                                             .patches = {Applied(request.patches[i])},
                                             .limit_seconds = FirstTriggerLimitSeconds(brief),
                                             .instrument = brief.acquired.coverage_instrument(),
                                             .oracle = &oracle}));
      continue;
    }
    runs.push_back(run->effect_id);
  }
  if (!want.effects.empty()) return want;
  for (const std::int64_t id : runs) survey.add_effect_ids(id);
  return std::nullopt;
}

}  // namespace inquest::steps
