#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/fix/gate.h"
#include "steps/regression.h"
#include "steps/runs.h"
#include "steps/steps.h"
#include "steps/trials.h"

namespace inquest::steps {
namespace {

constexpr double kAlpha = 0.01;
// Candidates that are screened at once, in the order of their likelihood.
constexpr int kWindow = 4;
// Screening is not the proof: a rare failure gets no more runs than can be borne.
constexpr int kScreeningRunsMost = 300;
// Once a candidate has survived, rivals of it are looked for among this many further ones: as many
// as a trigger of the observed time allows.
constexpr double kRivalSearchSeconds = 15;
constexpr int kRivalSearchFewest = 8;
// And so many rivals are enough: each costs runs of the suite, here and in verify.
constexpr double kRivalSuiteSeconds = 60;
constexpr int kRivalsFewest = 2;
constexpr int kRivalsMost = 12;

// Candidates are sieved a portion at a time, of so many seconds of trials in both lanes.
constexpr double kPortionSeconds = 60;
constexpr int kPortionFewest = 16;
constexpr int kPortionMost = 400;

enum class Standing { kSieving, kWaiting, kSiftedOut, kFell, kSurvived };

std::string Key(const char* what, int candidate, int run) {
  return std::string(what) + "/" + std::to_string(candidate) + "/" + std::to_string(run);
}

// What the sieve says of the candidates.
class Portions {
 public:
  using Candidates = google::protobuf::RepeatedPtrField<v1::Candidate>;

  Portions(const Brief& brief, const Results& results, const Candidates& candidates)
      : brief_(brief), results_(results), candidates_(candidates) {
    const double each = std::max(Seconds(brief.symptom->typical_wall_time()), 0.01);
    size_ =
        static_cast<int>(std::clamp<double>(kPortionSeconds / each, kPortionFewest, kPortionMost));
  }

  // The first one that is not in the candidate's portion.
  int EndOf(int candidate) const {
    return std::min((candidate / size_ + 1) * size_, candidates_.size());
  }

  // Nothing: it is being tried, in the batches of `want`.
  std::optional<Sieved::Result> Look(int candidate, Want& want) {
    const int portion = candidate / size_;
    if (portion != portion_) {
      portion_ = portion;
      sieved_ = Try(want);
    }
    if (!sieved_.complete) return std::nullopt;
    const auto at = static_cast<std::size_t>(candidate - portion * size_);
    return at < sieved_.trials.size() ? sieved_.trials[at].result : Sieved::Result::kUntried;
  }

 private:
  Sieved Try(Want& want) const {
    SieveRequest request;
    request.key = "sieve/" + std::to_string(portion_);
    request.command = brief_.reproduction->recipe().shell_command();
    request.oracle = &brief_.reproduction->recipe().oracle();
    request.runs = SieveRuns(brief_.reproduction->rate_lower());
    for (int i = portion_ * size_; i < EndOf(portion_ * size_); ++i) {
      request.patches.push_back(candidates_[i].patch_digest());
    }
    if (WorthSieving(brief_, static_cast<int>(request.patches.size()), request.runs)) {
      return Sieve(brief_, results_, request, want);
    }
    Sieved untried;
    untried.complete = true;
    return untried;
  }

  const Brief& brief_;
  const Results& results_;
  const Candidates& candidates_;
  int size_;
  int portion_ = -1;
  Sieved sieved_;
};

class Screening {
 public:
  Screening(const Brief& brief, std::span<const Observed> so_far,
            const Portions::Candidates& candidates)
      : brief_(brief),
        results_(so_far),
        candidates_(candidates),
        portions_(brief, results_, candidates) {}

  int EndOfPortion(int index) const { return portions_.EndOf(index); }

  // First the sieve, as far as it goes; then, for what passed it or was not tried, runs by itself.
  Standing Screen(int index) {
    const auto sifted = portions_.Look(index, want_);
    if (!sifted.has_value()) return Standing::kSieving;
    if (*sifted == Sieved::Result::kFell) return Standing::kSiftedOut;
    return ScreenAlone(candidates_[index], index);
  }

  Want TakeWant() { return std::move(want_); }

 private:
  // The trigger must be clean as often as an unfixed bug would not be by luck; then the suite must
  // have no failure that base does not have.
  Standing ScreenAlone(const v1::Candidate& candidate, int index) {
    const v1::Recipe& recipe = brief_.reproduction->recipe();
    const int runs = std::min(
        statistics::RunsRequired(kAlpha, 1, brief_.reproduction->rate_lower()), kScreeningRunsMost);
    for (int i = 0; i < runs; ++i) {
      const Observed* run = results_.Find(Key("trigger", index, i));
      if (run == nullptr) {
        want_.effects.push_back(WantRun(brief_, {.key = Key("trigger", index, i),
                                                 .command = recipe.shell_command(),
                                                 .patches = {Applied(candidate.patch_digest())},
                                                 .limit_seconds = ScreeningLimitSeconds(brief_),
                                                 .oracle = &recipe.oracle()}));
        return Standing::kWaiting;
      }
      if (WhyUnusable(*run).has_value() || !Clean(*run)) return Standing::kFell;
    }
    return ScreenSuite(candidate, index);
  }

  Standing ScreenSuite(const v1::Candidate& candidate, int index) {
    if (brief_.target.suite_command().empty()) return Standing::kSurvived;
    const auto base = Suite("suite/base", {});
    const auto patched =
        Suite("suite/" + std::to_string(index), {Applied(candidate.patch_digest())});
    if (!base.has_value() || !patched.has_value()) return Standing::kWaiting;
    // A test that base does not fail may be flaky: verify tells those apart; here it only screens.
    const bool worse = !std::includes(base->begin(), base->end(), patched->begin(), patched->end());
    return worse ? Standing::kFell : Standing::kSurvived;
  }

  // The suite's failed tests; nullopt: not known yet.
  std::optional<std::vector<std::string>> Suite(const std::string& key,
                                                std::vector<v1::PatchUse> patches) {
    const Observed* run = results_.Find(key);
    if (run == nullptr) {
      want_.effects.push_back(WantRun(brief_, {.key = key,
                                               .phase = "suite",
                                               .command = brief_.target.suite_command(),
                                               .patches = std::move(patches),
                                               .limit_seconds = kSuiteLimitSeconds,
                                               .recallable = true}));
      return std::nullopt;
    }
    if (const auto unusable = WhyUnusable(*run)) return std::vector{unusable->reason};
    const Observed* reading = results_.Find("read/" + key);
    if (reading == nullptr) {
      want_.effects.push_back(WantReading("read/" + key, std::span(&run, 1)));
      return std::nullopt;
    }
    const auto& readings = reading->observation->analysis().readings();
    return FailedTests(readings.empty() ? v1::RunReading() : readings[0], *run);
  }

  const Brief& brief_;
  const Results results_;
  const Portions::Candidates& candidates_;
  Portions portions_;
  Want want_;
};

int RivalSearch(const Brief& brief) {
  const double seconds = std::max(Seconds(brief.symptom->typical_wall_time()), 0.1);
  return std::max(kRivalSearchFewest, static_cast<int>(kRivalSearchSeconds / seconds));
}

int RivalsEnough(std::span<const Observed> so_far) {
  const Observed* suite = Find(so_far, "suite/base");
  const v1::PhaseOutcome* phase = suite == nullptr ? nullptr : LastPhase(suite->observation->run());
  if (phase == nullptr) return kRivalsMost;
  const double seconds = std::max(Seconds(phase->wall_time()), 0.1);
  return std::clamp(static_cast<int>(kRivalSuiteSeconds / seconds), kRivalsFewest, kRivalsMost);
}

Action Deliver(const Brief& brief, std::span<const Observed> so_far, const v1::Candidate& chosen,
               const std::vector<v1::Candidate>& survivors) {
  Settle settle = SettleWith(v1::SETTLEMENT_DONE, "", chosen.description());
  v1::Fix& fix = *settle.settled.mutable_fix();
  fix.set_hypothesis_id(brief.active_hypothesis);
  fix.set_patch_digest(chosen.patch_digest());
  fix.set_description(chosen.description());
  fix.set_regression_command(brief.reproduction->recipe().shell_command());
  for (const v1::Candidate& survivor : survivors) *fix.add_survivors() = survivor;
  if (auto want = WriteRegressionTest(brief, Results(so_far), fix)) return *std::move(want);
  return settle;
}

}  // namespace

Action Fix(const Brief& brief, std::span<const Observed> so_far) {
  if (auto failure = GiveUpOnFailure(so_far)) return *std::move(failure);
  Asked asked = Ask(brief, so_far, FixGate);
  const bool nothing_left =
      asked.submission != nullptr && !asked.submission->nothing_because().empty();
  if (nothing_left) {
    return SettleWith(v1::SETTLEMENT_REFUTED, "NO_PATCH_SURVIVES",
                      asked.submission->nothing_because());
  }
  if (asked.action.has_value()) return *std::move(asked.action);

  const auto& candidates = asked.submission->candidates();
  Screening screening(brief, so_far, candidates);
  std::vector<v1::Candidate> survivors;
  int waiting = 0;
  std::optional<v1::Candidate> chosen;
  int last = candidates.size() - 1;
  int alone = 0;  // run by themselves since one was chosen
  for (int i = 0; i <= last && waiting < kWindow && alone <= RivalSearch(brief); ++i) {
    const Standing standing = screening.Screen(i);
    if (standing == Standing::kSieving || standing == Standing::kWaiting) ++waiting;
    if (standing == Standing::kSieving) break;
    if (standing == Standing::kSiftedOut) continue;
    if (chosen.has_value()) ++alone;
    if (standing == Standing::kSurvived) survivors.push_back(candidates[i]);
    if (standing == Standing::kSurvived && !chosen.has_value() &&
        candidates[i].hypothesis_id().empty()) {
      chosen = candidates[i];
      last = std::min(last, std::max(i + RivalSearch(brief), screening.EndOfPortion(i) - 1));
    }
    const auto rivals = static_cast<int>(survivors.size()) - 1;
    if (chosen.has_value() && waiting == 0 && rivals >= RivalsEnough(so_far)) break;
  }
  // The likeliest survivor is the fix; the others are its rivals, for verify.
  if (waiting > 0) return screening.TakeWant();
  if (chosen.has_value()) return Deliver(brief, so_far, *chosen, survivors);
  return SettleWith(v1::SETTLEMENT_REFUTED, "NO_PATCH_SURVIVES",
                    "none of " + std::to_string(candidates.size()) +
                        " candidates passes the trigger and the suite");
}

}  // namespace inquest::steps
