#include <algorithm>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/fix/gate.h"
#include "steps/runs.h"
#include "steps/steps.h"

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

enum class Standing { kWaiting, kFell, kSurvived };

std::string Key(const char* what, int candidate, int run) {
  return std::string(what) + "/" + std::to_string(candidate) + "/" + std::to_string(run);
}

class Screening {
 public:
  Screening(const Brief& brief, std::span<const Observed> so_far)
      : brief_(brief), results_(so_far) {}

  // The trigger must be clean as often as an unfixed bug would not be by luck; then the suite must
  // have no failure that base does not have.
  Standing Screen(const v1::Candidate& candidate, int index) {
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

  Want TakeWant() { return std::move(want_); }

 private:
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
  Want want_;
};

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) + 1e-9 * duration.nanos();
}

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

Settle Deliver(const Brief& brief, const v1::Candidate& chosen,
               const std::vector<v1::Candidate>& survivors) {
  Settle settle = SettleWith(v1::SETTLEMENT_DONE, "", chosen.description());
  v1::Fix& fix = *settle.settled.mutable_fix();
  fix.set_hypothesis_id(brief.active_hypothesis);
  fix.set_patch_digest(chosen.patch_digest());
  fix.set_description(chosen.description());
  fix.set_regression_command(brief.reproduction->recipe().shell_command());
  for (const v1::Candidate& survivor : survivors) *fix.add_survivors() = survivor;
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

  Screening screening(brief, so_far);
  std::vector<v1::Candidate> survivors;
  int waiting = 0;
  const auto& candidates = asked.submission->candidates();
  std::optional<v1::Candidate> chosen;
  int last = candidates.size() - 1;
  for (int i = 0; i <= last && waiting < kWindow; ++i) {
    const Standing standing = screening.Screen(candidates[i], i);
    if (standing == Standing::kWaiting) ++waiting;
    if (standing == Standing::kSurvived) survivors.push_back(candidates[i]);
    if (standing == Standing::kSurvived && !chosen.has_value() &&
        candidates[i].hypothesis_id().empty()) {
      chosen = candidates[i];
      last = std::min(last, i + RivalSearch(brief));
    }
    const auto rivals = static_cast<int>(survivors.size()) - 1;
    if (chosen.has_value() && waiting == 0 && rivals >= RivalsEnough(so_far)) break;
  }
  // The likeliest survivor is the fix; the others are its rivals, for verify.
  if (waiting > 0) return screening.TakeWant();
  if (chosen.has_value()) return Deliver(brief, *chosen, survivors);
  return SettleWith(v1::SETTLEMENT_REFUTED, "NO_PATCH_SURVIVES",
                    "none of " + std::to_string(candidates.size()) +
                        " candidates passes the trigger and the suite");
}

}  // namespace inquest::steps
