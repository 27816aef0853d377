#include "steps/hypothesize/survey.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "steps/trials.h"

namespace inquest::steps {
namespace {

// Surveys may take this share of the budget's wall time, in both lanes.
constexpr double kWallShare = 0.45;
constexpr double kLanes = 2;
constexpr double kUnlimitedSeconds = 600;
// When so many changes make the trigger pass, it is too weak to tell which is right.
constexpr int kPassesEnough = 48;

// What the trigger is judged by before there is a recipe: that it fails at all.
const v1::Oracle& AnyFailure() {
  static const v1::Oracle kOracle = [] {
    v1::Oracle oracle;
    oracle.set_any_failure(true);
    oracle.set_timeout_counts(true);
    return oracle;
  }();
  return kOracle;
}

void AddSeconds(double seconds, google::protobuf::Duration& duration) {
  const double all = Seconds(duration) + seconds;
  duration.set_seconds(static_cast<std::int64_t>(all));
  duration.set_nanos(static_cast<std::int32_t>(1e9 * (all - std::floor(all))));
}

void Record(const Sieved& sieved, v1::Survey& survey) {
  for (const std::int64_t id : sieved.effect_ids) survey.add_effect_ids(id);
  AddSeconds(sieved.seconds, *survey.mutable_wall_time());
}

}  // namespace

// The investigator may say what counts where nobody else did: which of several tests fails.
const v1::Oracle& SurveyOracle(const Brief& brief, const v1::Submission& submission) {
  if (brief.target.has_oracle()) return brief.target.oracle();
  if (submission.has_recipe()) return submission.recipe().oracle();
  return brief.reproduction.has_value() ? brief.reproduction->recipe().oracle() : AnyFailure();
}

std::optional<Want> MakeSurvey(const Brief& brief, const Results& results, int round,
                               const v1::Submission& submission, v1::Survey& survey) {
  const v1::Oracle& oracle = SurveyOracle(brief, submission);
  SieveRequest request;
  request.key = "survey/" + std::to_string(round);
  request.command = brief.target.test_command();
  request.oracle = &oracle;
  request.enough = kPassesEnough;
  const double limit = brief.wall_limit_seconds > 0 ? static_cast<double>(brief.wall_limit_seconds)
                                                    : kUnlimitedSeconds;
  double spent = 0;  // in this visit, and at least what the trials of all visits took
  for (int earlier = 1; earlier < round; ++earlier) {
    spent += SievedSeconds(results, "survey/" + std::to_string(earlier));
  }
  spent = std::max(spent, Seconds(survey.wall_time()));
  request.most_seconds = std::max(1.0, kLanes * kWallShare * limit - spent);
  if (survey.tried() > 0) request.each_seconds = Seconds(survey.wall_time()) / survey.tried();
  for (const v1::Candidate& candidate : submission.survey()) {
    request.patches.push_back(candidate.patch_digest());
  }
  Want want;
  const Sieved sieved = Sieve(brief, results, request, want);
  if (!sieved.complete) return want;
  std::vector<std::size_t> passed = sieved.Passed();
  const std::string& suite = brief.target.suite_command();
  Sieved whole;
  if (!suite.empty() && suite != request.command && !passed.empty()) {
    SieveRequest second;
    second.key = "survey-suite/" + std::to_string(round);
    second.phase = "suite";
    second.command = suite;
    second.oracle = &AnyFailure();
    for (const std::size_t i : passed) second.patches.push_back(request.patches[i]);
    whole = Sieve(brief, results, second, want);
    if (!whole.complete) return want;
    // A suite that fails for other reasons, too, tells nothing here.
    std::vector<std::size_t> both;
    for (const std::size_t i : whole.Passed()) both.push_back(passed[i]);
    if (!both.empty()) passed = std::move(both);
  }
  Record(sieved, survey);
  Record(whole, survey);
  survey.set_tried(survey.tried() + static_cast<int>(sieved.tried));
  survey.set_rounds(survey.rounds() + 1);
  for (const std::size_t i : passed) {
    *survey.add_passed() = submission.survey(static_cast<int>(i));
  }
  return std::nullopt;
}

}  // namespace inquest::steps
