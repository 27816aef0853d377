#include "runtime/investigators/builtin_combinations.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "runtime/formats/unified_diff.h"
#include "runtime/investigators/builtin_recipe.h"
#include "runtime/investigators/combinations.h"

namespace inquest::investigators {
namespace {

constexpr char kTogether[] = "several-places";
// Single changes of which it is found out which test they help, and that are combined.
constexpr std::size_t kSinglesMost = 800;
// Of all surveys, after which no more are asked for.
constexpr int kRoundsMost = 9;

// What trials said of the patches, under the oracle of one failing test.
using Told = std::map<std::string, v1::TrialOutcome::Result>;  // by digest

class Trials {
 public:
  explicit Trials(const steps::Brief& brief) {
    for (const steps::Observed& observed : brief.explored) {
      const v1::RunSpec& run = observed.effect->run();
      if (!observed.observation->has_run()) continue;
      Told& told = told_[run.oracle().output_contains()];
      for (const v1::TrialOutcome& trial : observed.observation->run().trials()) {
        if (trial.trial() < 0 || trial.trial() >= run.trial_plan().trials_size()) continue;
        const auto& patches = run.trial_plan().trials(trial.trial()).patches();
        if (patches.empty()) continue;
        const std::string& digest = patches[0].digest();
        told[digest] = trial.result();
        tried_.insert(digest);
      }
    }
  }

  // Whether anything was tried under that test's oracle.
  bool Know(const v1::Recipe& test) const {
    const auto told = told_.find(test.oracle().output_contains());
    return told != told_.end() && !told->second.empty();
  }
  bool WereTried(const std::string& digest) const { return tried_.contains(digest); }
  // RESULT_UNSPECIFIED: it was not tried under that test's oracle.
  v1::TrialOutcome::Result Of(const std::string& digest, const v1::Recipe& test) const {
    const auto told = told_.find(test.oracle().output_contains());
    if (told == told_.end()) return v1::TrialOutcome::RESULT_UNSPECIFIED;
    const auto result = told->second.find(digest);
    return result == told->second.end() ? v1::TrialOutcome::RESULT_UNSPECIFIED : result->second;
  }

 private:
  std::map<std::string, Told> told_;  // by the text that the oracle looks for
  std::set<std::string> tried_;
};

// Those that were tried alone, likeliest first. What takes commits back is no change of a place.
Result<std::vector<Change>> TriedSingles(const std::vector<Suspect>& suspects,
                                         RecentChanges& recent, const TargetCode& code,
                                         const Trials& trials, const std::stop_token& stop) {
  std::vector<Change> singles;
  std::set<std::string> known;
  for (int round = 0; round < kSurveyRounds; ++round) {
    TRY_ASSIGN(std::vector<Change> changes, GatherChanges(suspects, recent, code, round, stop));
    for (Change& change : changes) {
      const bool of_a_place =
          change.idea.edit.begin < change.idea.edit.end || !change.idea.edit.replacement.empty();
      const bool good =
          of_a_place && !change.idea.edit.symptom_guard && trials.WereTried(change.idea.digest);
      if (good && known.insert(change.idea.digest).second) singles.push_back(std::move(change));
    }
  }
  std::stable_sort(singles.begin(), singles.end(),
                   [](const Change& a, const Change& b) { return a.cost < b.cost; });
  if (singles.size() > kSinglesMost) singles.resize(kSinglesMost);
  return singles;
}

// A test is helped where something fails, but not it: another of the tests, so that the change is
// not one with which nothing runs at all.
std::uint32_t Helps(const std::string& digest, const std::vector<v1::Recipe>& tests,
                    const Trials& trials) {
  std::uint32_t helps = 0;
  bool another_fails = false;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const auto result = trials.Of(digest, tests[i]);
    if (result == v1::TrialOutcome::RESULT_BUG_SHOWED) another_fails = true;
    if (result == v1::TrialOutcome::RESULT_FAILED_OTHERWISE) helps |= std::uint32_t{1} << i;
  }
  return another_fails ? helps : 0;
}

Result<std::vector<Single>> Singles(const std::vector<Change>& changes,
                                    const std::vector<v1::Recipe>& tests, const Trials& trials,
                                    const TargetCode& code) {
  std::vector<Single> singles;
  std::map<std::string, std::string> texts;
  for (const Change& change : changes) {
    const languages::Edit& edit = change.idea.edit;
    std::string& text = texts[change.at.path()];
    if (text.empty()) {
      TRY_ASSIGN(text, code.Read(change.at.path()));
    }
    singles.push_back({.path = change.at.path(),
                       .function = change.at.function(),
                       .begin = edit.begin,
                       .end = edit.end,
                       .origin = edit.origin,
                       .before = text.substr(edit.begin, edit.end - edit.begin),
                       .after = edit.replacement,
                       .cost = change.cost,
                       .helps = Helps(change.idea.digest, tests, trials)});
  }
  return singles;
}

// All of the changes in one patch. It is at the place of the likeliest one.
Result<Change> Together(const Combination& combination, const std::vector<Change>& changes,
                        const TargetCode& code) {
  Change together;
  together.at = changes[combination.members.front()].at;
  together.cost = combination.cost;
  together.idea.edit.origin = kTogether;
  std::map<std::string, std::vector<const languages::Edit*>> edits;
  for (const std::size_t member : combination.members) {
    const languages::Edit& edit = changes[member].idea.edit;
    edits[changes[member].at.path()].push_back(&edit);
    std::string& description = together.idea.edit.description;
    description += (description.empty() ? "" : "; and ") + edit.description + " in line " +
                   std::to_string(changes[member].at.first_line());
  }
  formats::Patch patch;
  for (auto& [path, of_file] : edits) {
    TRY_ASSIGN(const std::string text, code.Read(path));
    // The last one first, so that those before it keep their places.
    std::sort(of_file.begin(), of_file.end(),
              [](const auto* a, const auto* b) { return a->begin > b->begin; });
    std::string changed = text;
    for (const languages::Edit* edit : of_file) changed = languages::Apply(changed, *edit);
    for (formats::FileDiff& file : formats::DiffTexts(path, text, changed).files) {
      patch.files.push_back(std::move(file));
    }
  }
  together.idea.diff = formats::FormatPatch(patch);
  together.idea.digest = Sha256(together.idea.diff).ToHex();
  return together;
}

}  // namespace

Result<std::optional<v1::Submission>> NextCombinations(
    const steps::Brief& brief, const v1::AskWork& ask, const std::vector<Suspect>& suspects,
    RecentChanges& recent, const TargetCode& code, const std::stop_token& stop) {
  const v1::Survey& survey = ask.survey();
  const bool always = brief.symptom->failing_runs() == brief.symptom->runs_size();
  const std::size_t most = AffordableTrials(brief, survey);
  const bool useful = survey.tried() > 0 && survey.rounds() < kRoundsMost;
  if (!always || !useful || survey.passed_size() > 0 || most == 0) {
    return std::optional<v1::Submission>();
  }
  const Trials trials(brief);
  TRY_ASSIGN(std::vector<Change> changes, TriedSingles(suspects, recent, code, trials, stop));
  if (changes.empty()) return std::optional<v1::Submission>();
  TRY_ASSIGN(const std::vector<v1::Recipe> tests, RecipesByTest(brief, code.artifacts()));
  for (const v1::Recipe& test : tests) {
    if (tests.size() < 2 || trials.Know(test)) continue;
    if (changes.size() > most) changes.resize(most);
    TRY_ASSIGN(v1::Submission submission, SubmitSurvey(changes, ask, brief, code));
    *submission.mutable_recipe() = test;
    return std::optional(std::move(submission));
  }
  TRY_ASSIGN(const std::vector<Single> singles, Singles(changes, tests, trials, code));
  const std::uint32_t all = (std::uint32_t{1} << tests.size()) - 1;
  CombinationLimits limits;
  limits.most = std::min(limits.most, most);
  std::vector<Change> together;
  std::size_t known = 0;
  for (const Combination& combination : Combine(singles, all, limits)) {
    TRY_ASSIGN(Change change, Together(combination, changes, code));
    const bool tried = trials.WereTried(change.idea.digest);
    if (tried) ++known;
    if (!tried && !change.idea.diff.empty()) together.push_back(std::move(change));
  }
  // A few are the same as some single change.
  if (together.size() <= known) return std::optional<v1::Submission>();
  TRY_ASSIGN(v1::Submission submission, SubmitSurvey(together, ask, brief, code));
  return std::optional(std::move(submission));
}

}  // namespace inquest::investigators
