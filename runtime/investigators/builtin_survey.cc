#include "runtime/investigators/builtin_survey.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "runtime/investigators/builtin_recipe.h"

namespace inquest::investigators {
namespace {

// Rounds, by the rank of the templates' offers: up to the limit, and not in the round before.
constexpr double kRankLimits[] = {2.05, 2.65, 3.15, 10.0};
static_assert(std::size(kRankLimits) == kSurveyRounds);
// How much less likely the least suspicious place is than the most suspicious one.
constexpr double kSuspicionCost = 1.5;
constexpr std::size_t kPlacesLimit = 60;
constexpr std::size_t kEditsAtOnePlace = 900;
constexpr std::size_t kChangesPerRound = 3900;  // the gate takes 4,000
constexpr std::size_t kRevertFilesLimit = 20;
constexpr std::size_t kRevertsLimit = 60;
// Of the budget that surveys may use, and what is assumed where there is no limit.
constexpr double kShare = 0.4;
// For the round after something passed, which only looks for rivals.
constexpr double kRivalsShare = 0.12;
constexpr double kUnlimitedSeconds = 300;
constexpr double kLanes = 2;
// A trial costs this share of a run of the trigger, at a guess, until one was made.
constexpr double kTrialShare = 0.5;

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) + 1e-9 * duration.nanos();
}

// How many lines are between a statement and a place; none: another file.
int DistanceOf(const Suspect& suspect, const v1::Location& at) {
  if (suspect.path != at.path()) return std::numeric_limits<int>::max();
  return std::max({0, at.first_line() - suspect.statement.last_line,
                   suspect.statement.first_line - at.last_line()});
}

// What takes recent work back in the suspicious files. It counts as a change of the most suspicious
// statement that it changes or that is next to it.
Result<std::vector<Change>> GatherReverts(const std::vector<Suspect>& suspects,
                                          RecentChanges& recent, const TargetCode& code) {
  std::vector<std::string> paths;
  for (const Suspect& suspect : suspects) {
    if (paths.size() >= kRevertFilesLimit) break;
    if (std::find(paths.begin(), paths.end(), suspect.path) == paths.end()) {
      paths.push_back(suspect.path);
    }
  }
  TRY_ASSIGN(std::vector<RevertIdea> reverts, recent.Reverts(paths, code, kRevertsLimit));
  std::vector<Change> changes;
  for (RevertIdea& revert : reverts) {
    const Suspect& nearest = *std::min_element(
        suspects.begin(), suspects.end(), [&](const Suspect& a, const Suspect& b) {
          return DistanceOf(a, revert.at) < DistanceOf(b, revert.at);
        });
    const double cost =
        revert.idea.edit.rank + kSuspicionCost * (1 - nearest.score / suspects.front().score);
    changes.push_back({std::move(revert.idea), LocationOf(nearest.path, nearest.statement), cost});
  }
  return changes;
}

}  // namespace

std::size_t AffordableTrials(const steps::Brief& brief, const v1::Survey& survey) {
  const double limit = brief.wall_limit_seconds > 0 ? static_cast<double>(brief.wall_limit_seconds)
                                                    : kUnlimitedSeconds;
  double left = kLanes * kShare * limit - Seconds(survey.wall_time());
  if (survey.passed_size() > 0) left = std::min(left, kLanes * kRivalsShare * limit);
  const double each = survey.tried() > 0
                          ? Seconds(survey.wall_time()) / survey.tried()
                          : kTrialShare * Seconds(brief.symptom->typical_wall_time());
  return left <= 0 ? 0 : static_cast<std::size_t>(left / std::max(each, 0.002));
}

Result<std::vector<Change>> GatherChanges(const std::vector<Suspect>& suspects,
                                          RecentChanges& recent, const TargetCode& code, int round,
                                          const std::stop_token& stop) {
  std::vector<Change> changes;
  if (round == 0) {
    TRY_ASSIGN(changes, GatherReverts(suspects, recent, code));
  }
  const double best = suspects.empty() ? 1 : std::max(suspects.front().score, 1e-6);
  std::size_t places = 0;
  for (const Suspect& suspect : suspects) {
    if (++places > kPlacesLimit) break;
    if (stop.stop_requested()) {
      return Status(Code::kCancelled, "ANSWER_CANCELLED", "the survey was cancelled");
    }
    const v1::Location at = LocationOf(suspect.path, suspect.statement);
    const double above = round > 0 ? kRankLimits[round - 1] : 0;
    TRY_ASSIGN(std::vector<PatchIdea> ideas,
               code.IdeasFor(at, kEditsAtOnePlace, above, kRankLimits[round]));
    for (PatchIdea& idea : ideas) {
      const double cost = idea.edit.rank + kSuspicionCost * (1 - suspect.score / best);
      changes.push_back({std::move(idea), at, cost});
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.cost < b.cost; });
  return changes;
}

Result<v1::Submission> SubmitSurvey(const std::vector<Change>& changes, const v1::AskWork& ask,
                                    const steps::Brief& brief, const TargetCode& code) {
  const std::set<int> refused = RefusedItems(ask);
  v1::Submission submission;
  // So that a change shows which of several failing tests it helps.
  TRY_ASSIGN(const std::vector<v1::Recipe> by_test, RecipesByTest(brief, code.artifacts()));
  if (by_test.size() > 1) *submission.mutable_recipe() = by_test.front();
  std::vector<store::NewArtifact> patches;
  std::set<std::string> known;
  int item = 0;
  for (const Change& change : changes) {
    if (!known.insert(change.idea.digest).second || refused.contains(item++)) continue;
    v1::Candidate& candidate = *submission.add_survey();
    candidate.set_patch_digest(change.idea.digest);
    candidate.set_origin(change.idea.edit.origin);
    candidate.set_description(change.idea.edit.description);
    candidate.set_symptom_guard(change.idea.edit.symptom_guard);
    *candidate.mutable_location() = change.at;
    candidate.set_cost(change.cost);
    patches.push_back({change.idea.diff, "text/x-diff"});
  }
  TRY(code.artifacts().PutAll(patches).status());
  return submission;
}

Result<std::optional<v1::Submission>> NextSurvey(const steps::Brief& brief, const v1::AskWork& ask,
                                                 const std::vector<Suspect>& suspects,
                                                 RecentChanges& recent, const TargetCode& code,
                                                 const std::stop_token& stop) {
  const v1::Survey& survey = ask.survey();
  const v1::Symptom& symptom = *brief.symptom;
  const int round = survey.rounds();
  const bool always = symptom.failing_runs() == symptom.runs_size();
  // One round deeper than the first that found something: what else passes there is a rival.
  const bool found = survey.passed_size() > 0 && round > 1;
  // Batches reach nothing here: the trigger does not fail there, or takes too long.
  const bool useless = round > 0 && survey.tried() == 0;
  if (!always || found || useless || round >= kSurveyRounds || suspects.empty())
    return std::optional<v1::Submission>();
  const std::size_t most = std::min(AffordableTrials(brief, survey), kChangesPerRound);
  TRY_ASSIGN(std::vector<Change> changes, GatherChanges(suspects, recent, code, round, stop));
  if (changes.size() > most) changes.resize(most);
  if (changes.empty()) return std::optional<v1::Submission>();
  TRY_ASSIGN(v1::Submission submission, SubmitSurvey(changes, ask, brief, code));
  return std::optional(std::move(submission));
}

std::vector<const v1::Candidate*> PassedAt(const v1::Survey& survey, const v1::Location& at) {
  std::vector<const v1::Candidate*> passed;
  for (const v1::Candidate& candidate : survey.passed()) {
    if (SamePlace(candidate.location(), at)) passed.push_back(&candidate);
  }
  std::stable_sort(passed.begin(), passed.end(),
                   [](const auto* a, const auto* b) { return a->cost() < b->cost(); });
  return passed;
}

}  // namespace inquest::investigators
