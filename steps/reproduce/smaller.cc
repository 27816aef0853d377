#include "steps/reproduce/smaller.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "steps/reproduce/gate.h"
#include "steps/trials.h"

namespace inquest::steps {
namespace {

constexpr std::string_view kAsks = "ask-";
constexpr std::string_view kRuns = "smaller/";
constexpr int kRoundsMost = 60;
// Of the budget's wall time, and never more or less than so many seconds.
constexpr double kWallShare = 0.1;
constexpr double kMostSeconds = 60;
constexpr double kFewestSeconds = 5;
// The trigger must be so much faster than the time that there is.
constexpr double kRunsThatFit = 20;
// The sieve works on so many batches at a time.
constexpr double kLanes = 2;
constexpr int kProofRuns = 2;

double SecondsAllowed(const Brief& brief) {
  if (brief.wall_limit_seconds == 0) return kMostSeconds;
  return std::min(kMostSeconds, kWallShare * static_cast<double>(brief.wall_limit_seconds));
}

// What the runs took, their start included.
double SecondsSpent(std::span<const Observed> so_far) {
  double seconds = 0;
  for (const Observed& observed : so_far) {
    if (!observed.key.starts_with(kRuns)) continue;
    const v1::RunOutcome& outcome = observed.observation->run();
    seconds += Seconds(outcome.setup_time());
    for (const v1::PhaseOutcome& phase : outcome.phases()) seconds += Seconds(phase.wall_time());
  }
  return seconds / kLanes;
}

// Of the runs that measured the rate, the longest: what a run takes now.
double SecondsOfARun(std::span<const Observed> so_far) {
  double longest = 0;
  for (const Observed& observed : so_far) {
    if (ServesSmaller(observed.key)) continue;
    for (const v1::PhaseOutcome& phase : observed.observation->run().phases()) {
      longest = std::max(longest, Seconds(phase.wall_time()));
    }
  }
  return longest;
}

bool WorthTrying(const Brief& brief, std::span<const Observed> so_far) {
  const double allowed = SecondsAllowed(brief);
  return allowed >= kFewestSeconds && brief.symptom.has_value() && !Hangs(brief) &&
         kRunsThatFit * SecondsOfARun(so_far) <= allowed;
}

bool AskFailed(std::span<const Observed> so_far) {
  return std::any_of(so_far.begin(), so_far.end(), [](const Observed& observed) {
    return observed.key.starts_with(kAsks) && observed.observation->has_failure();
  });
}

bool ShowsAlways(const v1::Reproduction& reproduction) {
  return reproduction.failures() == reproduction.runs();
}

// The smallest change so far with which the bug showed, and how that was told.
struct Smallest {
  v1::Candidate change;
  v1::Recipe recipe;
  // The parts that changes so far made smaller, a candidate each.
  std::vector<v1::Candidate> parts;

  bool found() const { return !parts.empty(); }
};

void Take(const v1::Submission& submission, const Sieved& sieved, Smallest& smallest,
          v1::Survey& survey) {
  survey.set_rounds(survey.rounds() + 1);
  survey.set_tried(survey.tried() + static_cast<int>(sieved.tried));
  for (std::size_t i = 0; i < sieved.trials.size(); ++i) {
    if (!sieved.trials[i].bug_showed) continue;
    const v1::Candidate& change = submission.survey(static_cast<int>(i));
    *survey.add_passed() = change;
    const bool known =
        std::any_of(smallest.parts.begin(), smallest.parts.end(), [&](const v1::Candidate& part) {
          return part.location().path() == change.location().path();
        });
    if (smallest.found() && change.cost() >= smallest.change.cost()) continue;
    if (!known) smallest.parts.push_back(change);
    smallest.change = change;
    smallest.recipe = submission.recipe();
  }
}

// Keeps the parts as the run finds them; what is no file of the tree is the trigger's command.
void KeepInputs(const Smallest& smallest, const std::string& command, v1::Effect& effect) {
  v1::RunSpec& run = *effect.mutable_run();
  auto& environment = *run.mutable_environment();
  environment["INQUEST_TRIGGER"] = command;
  std::string keep = "mkdir -p \"$INQUEST_OUT/inputs\"\n";
  for (std::size_t i = 0; i < smallest.parts.size(); ++i) {
    const std::string number = std::to_string(i);
    const std::string input = "\"$INQUEST_INPUT_" + number + "\"";
    const std::string to = "\"$INQUEST_OUT/inputs/" + number + "\"";
    environment["INQUEST_INPUT_" + number] = smallest.parts[i].location().path();
    keep += "if [ -f " + input + " ]; then cp -- " + input + " " + to +
            "; else printf '%s\\n' \"$INQUEST_TRIGGER\" >" + to + "; fi || exit 1\n";
  }
  v1::Phase& phase = *run.add_phases();
  phase.set_name("inputs");
  phase.set_shell_command(std::move(keep));
  phase.mutable_time_limit()->set_seconds(kFewestTriggerLimitSeconds);
  // Before the trigger, which may change them.
  run.mutable_phases()->SwapElements(run.phases_size() - 2, run.phases_size() - 1);
}

const v1::CollectedFile* Kept(const Observed& run, std::size_t part) {
  for (const v1::CollectedFile& file : run.observation->run().collected()) {
    if (file.path() == "inputs/" + std::to_string(part) && !file.truncated()) return &file;
  }
  return nullptr;
}

class Proof {
 public:
  Proof(const Brief& brief, const Results& results, const Smallest& smallest,
        v1::Reproduction& reproduction)
      : brief_(brief), results_(results), smallest_(smallest), reproduction_(reproduction) {}

  std::optional<Want> Make(int tried) {
    const v1::Recipe& own = reproduction_.recipe();
    const bool always = ShowsAlways(reproduction_);
    const int runs = always ? kProofRuns : SieveRuns(reproduction_.rate_lower());
    int showing = 0;
    int showing_own = 0;
    const Observed* before =
        Look("smaller/before/" + smallest_.change.patch_digest(),
             [&](const std::string& key) { return Run(key, own.shell_command(), nullptr, false); });
    const Observed* after = nullptr;
    for (int i = 0; i < runs; ++i) {
      // A batch that comes back late may bring a smaller one: what another change's runs showed is
      // no proof of it.
      const std::string number = smallest_.change.patch_digest() + "/" + std::to_string(i);
      const Observed* same = Look("smaller/after/" + number, [&](const std::string& key) {
        return Run(key, smallest_.recipe.shell_command(), &smallest_.recipe.oracle(), true);
      });
      const Observed* plain = Look("smaller/after-own/" + number, [&](const std::string& key) {
        return Run(key, smallest_.recipe.shell_command(), &own.oracle(), true);
      });
      if (same != nullptr && Shows(*same)) {
        ++showing;
        after = same;
      }
      if (plain != nullptr && Shows(*plain)) ++showing_own;
    }
    if (!want_.effects.empty()) return std::move(want_);
    const int least = always ? runs : 1;
    if (showing >= least && showing_own >= least) Record(*before, *after, tried + 2 * runs);
    return std::nullopt;
  }

 private:
  template <typename Make>
  const Observed* Look(const std::string& key, Make make) {
    const Observed* run = results_.Find(key);
    if (run == nullptr) want_.effects.push_back(make(key));
    return run;
  }

  static bool Shows(const Observed& run) { return !WhyUnusable(run).has_value() && BugShows(run); }

  v1::Effect Run(const std::string& key, const std::string& command, const v1::Oracle* oracle,
                 bool changed) const {
    RunRequest request{.key = key,
                       .command = command,
                       .patches = {},
                       .limit_seconds = reproduction_.recipe().time_limit().seconds(),
                       .oracle = oracle};
    if (changed) request.patches.push_back(Applied(smallest_.change.patch_digest()));
    v1::Effect effect = WantRun(brief_, request);
    KeepInputs(smallest_, reproduction_.recipe().shell_command(), effect);
    return effect;
  }

  void Record(const Observed& before, const Observed& after, int runs) {
    for (std::size_t i = 0; i < smallest_.parts.size(); ++i) {
      const v1::CollectedFile* original = Kept(before, i);
      const v1::CollectedFile* minimal = Kept(after, i);
      if (original == nullptr || minimal == nullptr) continue;
      if (minimal->artifact().size_bytes() >= original->artifact().size_bytes()) continue;
      v1::Minimised& minimised = *reproduction_.add_minimised();
      minimised.set_what(smallest_.parts[i].description());
      minimised.set_original_digest(original->artifact().digest());
      minimised.set_original_bytes(original->artifact().size_bytes());
      minimised.set_minimal_digest(minimal->artifact().digest());
      minimised.set_minimal_bytes(minimal->artifact().size_bytes());
      minimised.set_runs(runs);
    }
  }

  const Brief& brief_;
  const Results& results_;
  const Smallest& smallest_;
  v1::Reproduction& reproduction_;
  Want want_;
};

}  // namespace

bool ServesSmaller(std::string_view key) {
  return key.starts_with(kAsks) || key.starts_with(kRuns);
}

std::optional<Want> MakeSmaller(const Brief& brief, std::span<const Observed> so_far,
                                const Results& results, v1::Reproduction& reproduction) {
  if (!WorthTrying(brief, so_far)) return std::nullopt;
  v1::Survey survey;
  Smallest smallest;
  const double left = SecondsAllowed(brief) - SecondsSpent(so_far);
  for (int round = 1; round <= kRoundsMost && !AskFailed(so_far); ++round) {
    const std::string key = std::string(kRuns) + std::to_string(round);
    if (left <= 0 && results.Find(std::string(kAsks) + std::to_string(round) + "/0") == nullptr) {
      break;
    }
    const Asked asked = AskAfterSurvey(brief, so_far, SmallerGate, round, survey);
    if (asked.action.has_value()) {
      if (const Want* want = std::get_if<Want>(&*asked.action)) return *want;
      break;
    }
    if (asked.submission->survey().empty()) break;
    SieveRequest request;
    request.key = key;
    request.command = asked.submission->recipe().shell_command();
    request.oracle = &asked.submission->recipe().oracle();
    request.runs = ShowsAlways(reproduction) ? 1 : SieveRuns(reproduction.rate_lower());
    request.most_seconds = kLanes * kMostSeconds;
    for (const v1::Candidate& change : asked.submission->survey()) {
      request.patches.push_back(change.patch_digest());
    }
    Want want;
    const Sieved sieved = Sieve(brief, results, request, want);
    if (!sieved.complete && left > 0) return want;
    Take(*asked.submission, sieved, smallest, survey);
  }
  if (!smallest.found()) return std::nullopt;
  return Proof(brief, results, smallest, reproduction).Make(survey.tried());
}

}  // namespace inquest::steps
