#include <algorithm>
#include <map>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/regression.h"
#include "steps/runs.h"
#include "steps/steps.h"
#include "steps/verify/choices.h"
#include "steps/verify/gate.h"
#include "steps/verify/measured.h"
#include "steps/verify/rivals.h"

namespace inquest::steps {
namespace {

// Bound on the probability that an unfixed bug passes by luck (design.md, section 3).
constexpr double kAlpha = 0.01;
// A new failure of the suite is looked for on base this often before the patch is blamed for it.
constexpr int kBaseSuiteRuns = 3;
// A flaky bug may need more rounds than the clean runs alone: so many times as many at most.
constexpr int kMostRoundsFactor = 3;

using Failures = std::vector<std::string>;
// Stands among the failed tests of a suite that was cut off.
constexpr char kOutOfTime[] = "(out of time)";

class Proof {
 public:
  Proof(const Brief& brief, std::span<const Observed> so_far)
      : brief_(brief),
        results_(so_far),
        recipe_(brief.reproduction->recipe()),
        patch_(brief.fix->patch_digest()),
        required_(statistics::RunsRequired(kAlpha, std::max(1, brief.candidates_entered_verify),
                                           brief.reproduction->rate_lower())) {}

  Action Next() {
    if (required_ > statistics::kMostRuns) {
      return SettleWith(v1::SETTLEMENT_GIVE_UP, "FAILURE_TOO_RARE",
                        "the bug showed in " + std::to_string(brief_.reproduction->failures()) +
                            " of " + std::to_string(brief_.reproduction->runs()) +
                            " runs: proving a fix would take " + std::to_string(required_) +
                            " clean runs");
    }
    for (const auto part : {&Proof::Interleave, &Proof::NeedEveryHunk, &Proof::ProveRegressionTest,
                            &Proof::CompareSuites, &Proof::NotOneOfMany, &Proof::StillDecides}) {
      if (auto action = (this->*part)()) return *std::move(action);
    }
    return Certify();
  }

 private:
  static Settle Reject(std::string reason, std::string message) {
    return SettleWith(v1::SETTLEMENT_PATCH_REJECTED, std::move(reason), std::move(message));
  }

  v1::Effect Trigger(std::string key, std::vector<v1::PatchUse> patches) const {
    return WantRun(brief_, {.key = std::move(key),
                            .command = recipe_.shell_command(),
                            .patches = std::move(patches),
                            .limit_seconds = TriggerLimitSeconds(brief_),
                            .oracle = &recipe_.oracle()});
  }

  // One round at a time, so that whatever else changes with time meets all three arms alike.
  std::optional<Action> Interleave() {
    const double luck = kAlpha / std::max(1, brief_.candidates_entered_verify);
    const int most =
        std::max(required_, std::min(kMostRoundsFactor * required_, statistics::kMostRuns));
    for (int i = 0; i < most; ++i) {
      const std::string n = "/" + std::to_string(i);
      const Observed* before = results_.Find("before" + n);
      const Observed* after = results_.Find("after" + n);
      const Observed* revert = results_.Find("revert" + n);
      if (before == nullptr || after == nullptr || revert == nullptr) {
        // Asked only of the rounds so far: earlier ones were not enough, or this one would not be.
        const Rounds rounds{before_, after_, revert_};
        if (i >= required_ && Separated(*brief_.reproduction, rounds, luck)) break;
        return WantRound(n, before, after, revert);
      }
      before_.push_back(before);
      after_.push_back(after);
      revert_.push_back(revert);
      for (const auto* run : {before_.back(), after_.back(), revert_.back()}) {
        if (const auto unusable = WhyUnusable(*run)) {
          return Reject(unusable->reason, unusable->message);
        }
      }
      if (!Clean(*after_.back())) break;
    }
    const Fallen fallen = VerifyGate(*brief_.reproduction, {before_, after_, revert_}, luck);
    if (fallen.reason.empty()) return LookAtMeasurements(luck);
    if (fallen.reason == "BASE_STOPPED_FAILING") {
      return SettleWith(v1::SETTLEMENT_GIVE_UP, fallen.reason, fallen.message);
    }
    return Reject(fallen.reason, fallen.message);
  }

  // Where the bug is a matter of time or memory, less of it is needed with the patch.
  std::optional<Action> LookAtMeasurements(double luck) {
    measured_change_ = MeasureChange(recipe_.oracle(), {before_, after_, revert_});
    if (!measured_change_.has_value() || measured_change_->p_value() <= luck) return std::nullopt;
    return Reject("CHANGE_NOT_MEASURED",
                  "the runs with the patch do not need significantly less than those without");
  }

  // What is missing of a round.
  Want WantRound(const std::string& n, const Observed* before, const Observed* after,
                 const Observed* revert) const {
    Want want;
    if (before == nullptr) want.effects.push_back(Trigger("before" + n, {}));
    if (after == nullptr) want.effects.push_back(Trigger("after" + n, {Applied(patch_)}));
    if (revert == nullptr) {
      want.effects.push_back(Trigger("revert" + n, {Applied(patch_), Reverted(patch_)}));
    }
    return want;
  }

  // The regression test must fail when any one hunk is left out. (All hunks out is the reverted
  // tree.)
  std::optional<Action> NeedEveryHunk() {
    const Observed* split = results_.Find("split");
    if (split == nullptr) {
      v1::Effect effect;
      effect.set_key("split");
      effect.mutable_analyse()->mutable_split_patch()->set_patch_digest(patch_);
      return Want{{std::move(effect)}};
    }
    const auto& without = split->observation->analysis().without_hunk();
    hunks_ = without.size();
    Want want;
    for (int hunk = 0; hunk < without.size(); ++hunk) {
      if (without[hunk].empty()) continue;
      bool failed = false;
      for (int i = 0; i < required_ && !failed; ++i) {
        const std::string key = "without/" + std::to_string(hunk) + "/" + std::to_string(i);
        const Observed* run = results_.Find(key);
        if (run == nullptr) {
          want.effects.push_back(Trigger(key, {Applied(without[hunk])}));
          failed = true;  // not known yet
          break;
        }
        // What does not build without the hunk needs it; of a lost run nobody knows.
        const auto unusable = WhyUnusable(*run);
        if (unusable.has_value() && unusable->reason != "BUILD_FAILED") {
          return Reject(unusable->reason, unusable->message);
        }
        hunk_runs_.emplace_back("without-hunk-" + std::to_string(hunk), run);
        failed = !Clean(*run);
      }
      if (!failed) {
        return Reject("HUNK_NOT_NEEDED", "the regression test passes without hunk " +
                                             std::to_string(hunk + 1) + " of the patch");
      }
    }
    if (want.effects.empty()) return std::nullopt;
    return want;
  }

  // The test that was written fails on base as the bug does, and passes with the patch.
  std::optional<Action> ProveRegressionTest() {
    if (brief_.fix->regression_patch_digest().empty()) return std::nullopt;
    Want want;
    for (const auto& [arm, patches] :
         {std::pair{"regression-base", std::vector<v1::PatchUse>()},
          std::pair{"regression-after", std::vector{Applied(patch_)}}}) {
      const Observed* run = results_.Find(arm);
      if (run == nullptr) {
        want.effects.push_back(WantRegressionTest(brief_, arm, *brief_.fix, patches));
        continue;
      }
      if (const auto unusable = WhyUnusable(*run)) {
        return Reject(unusable->reason, unusable->message);
      }
      regression_runs_.emplace_back(arm, run);
    }
    if (!want.effects.empty()) return want;
    if (BugShows(*regression_runs_[0].second) && Clean(*regression_runs_[1].second)) {
      return std::nullopt;
    }
    return Reject("REGRESSION_TEST_DOES_NOT_HOLD",
                  "the regression test does not fail on base as the bug does, or does not pass "
                  "with the patch");
  }

  std::optional<Action> CompareSuites() {
    if (brief_.target.suite_command().empty()) return std::nullopt;
    Want want;
    const auto base = Suite("suite-base/0", {}, want);
    const auto after = Suite("suite-after/0", {Applied(patch_)}, want);
    if (suite_unusable_.has_value()) {
      return Reject(suite_unusable_->reason, suite_unusable_->message);
    }
    if (!base.has_value() || !after.has_value()) return want;
    // Whatever base did in its time, what the patch does to the rest is not known.
    if (std::binary_search(after->begin(), after->end(), kOutOfTime)) {
      return Reject("SUITE_OUT_OF_TIME", "with the patch the suite did not end in " +
                                             std::to_string(kSuiteLimitSeconds) +
                                             " s, so that it cannot be compared");
    }
    known_failures_ = *base;
    Failures fresh;
    std::set_difference(after->begin(), after->end(), base->begin(), base->end(),
                        std::back_inserter(fresh));
    for (int i = 1; i < kBaseSuiteRuns && !fresh.empty(); ++i) {
      const auto again = Suite("suite-base/" + std::to_string(i), {}, want);
      if (suite_unusable_.has_value()) {
        return Reject(suite_unusable_->reason, suite_unusable_->message);
      }
      if (!again.has_value()) return want;
      std::erase_if(fresh, [&](const std::string& test) {
        const bool flaky = std::binary_search(again->begin(), again->end(), test);
        if (flaky) flaky_tests_.push_back(test);
        return flaky;
      });
    }
    if (fresh.empty()) return std::nullopt;
    return Reject("SUITE_REGRESSION",
                  "with the patch the suite fails where base does not: " + fresh.front());
  }

  // The tests that failed, sorted; nothing: not known yet, or never, as suite_unusable_ says.
  std::optional<Failures> Suite(const std::string& key, std::vector<v1::PatchUse> patches,
                                Want& want) {
    const Observed* run = results_.Find(key);
    if (run == nullptr) {
      const bool hangs = patches.empty() && (Hangs(brief_) || HungByItsOwnClock(brief_));
      want.effects.push_back(WantRun(
          brief_,
          {.key = key,
           .phase = "suite",
           .command = brief_.target.suite_command(),
           .patches = std::move(patches),
           .limit_seconds = hangs ? HangingSuiteLimitSeconds(brief_) : kSuiteLimitSeconds}));
      return std::nullopt;
    }
    if (auto unusable = WhyUnusable(*run)) {
      suite_unusable_ = std::move(unusable);
      return std::nullopt;
    }
    suite_runs_.emplace_back(key.substr(0, key.find('/')), run);
    const Observed* reading = results_.Find("read/" + key);
    if (reading == nullptr) {
      want.effects.push_back(WantReading("read/" + key, std::span(&run, 1)));
      return std::nullopt;
    }
    const auto& readings = reading->observation->analysis().readings();
    Failures failures = FailedTests(readings.empty() ? v1::RunReading() : readings[0], *run);
    if (LastPhase(run->observation->run())->ending() == v1::ENDING_TIMED_OUT) {
      failures.insert(std::lower_bound(failures.begin(), failures.end(), kOutOfTime), kOutOfTime);
    }
    return failures;
  }

  // Last, so that a patch that is only asked about has the whole proof behind it all the same.
  std::optional<Action> NotOneOfMany() {
    RivalsCompared compared = CompareRivals(brief_, results_);
    if (compared.want.has_value()) return *std::move(compared.want);
    rivals_ = compared.rivals;
    rival_inputs_ = compared.inputs;
    if (!compared.question.has_value()) return std::nullopt;
    return AskAPerson(*std::move(compared.question),
                      " The patch holds before, after and reverted, but it is one of " +
                          std::to_string(rivals_ + 1) +
                          " that do: add a test that tells them apart, and try again");
  }

  // Nor a patch that takes functionality away, under another name.
  std::optional<Action> StillDecides() {
    ChoicesTried tried = TryChoices(brief_, results_, required_);
    if (tried.want.has_value()) return *std::move(tried.want);
    if (tried.unusable.has_value()) {
      return Reject(tried.unusable->reason, tried.unusable->message);
    }
    constant_conditions_ = tried.conditions;
    if (!tried.question.has_value()) return std::nullopt;
    return AskAPerson(*std::move(tried.question),
                      " The patch holds before, after and reverted, but may do so by code that "
                      "never runs any more: add a test of both cases, and try again");
  }

  Settle AskAPerson(v1::Question question, const std::string& why) const {
    Settle settle = SettleWith(v1::SETTLEMENT_GIVE_UP, "FIX_AMBIGUOUS", question.text() + why);
    v1::Verification& verification = *settle.settled.mutable_verification();
    verification.set_patch_digest(patch_);
    verification.set_reason("FIX_AMBIGUOUS");
    *verification.mutable_question() = std::move(question);
    return settle;
  }

  Action Certify() {
    const Observed* written = results_.Find("certificate");
    if (written == nullptr) {
      v1::Effect effect;
      effect.set_key("certificate");
      *effect.mutable_analyse()->mutable_write_certificate()->mutable_certificate() = Certificate();
      return Want{{std::move(effect)}};
    }
    Settle settle = SettleWith(v1::SETTLEMENT_DONE, "",
                               "verified by " + std::to_string(after_.size()) +
                                   " interleaved rounds of before, after and revert");
    v1::Verification& verification = *settle.settled.mutable_verification();
    verification.set_verified(true);
    verification.set_patch_digest(patch_);
    verification.set_certificate_digest(written->observation->analysis().certificate().digest());
    return settle;
  }

  v1::Certificate Certificate() const {
    v1::Certificate certificate;
    certificate.set_investigation(brief_.investigation);
    certificate.set_logic_version(kLogicVersion);
    certificate.set_tree_digest(brief_.acquired.tree_digest());
    *certificate.mutable_fix() = *brief_.fix;
    *certificate.mutable_reproduction() = *brief_.reproduction;
    certificate.set_alpha(kAlpha);
    certificate.set_candidates(std::max(1, brief_.candidates_entered_verify));
    certificate.set_runs_required(required_);
    certificate.set_runs_made(static_cast<int>(after_.size()));
    for (std::size_t i = 0; i < after_.size(); ++i) {
      AddRun("before", *before_[i], certificate);
      AddRun("after", *after_[i], certificate);
      AddRun("revert", *revert_[i], certificate);
    }
    for (const auto& [arm, run] : hunk_runs_) AddRun(arm, *run, certificate);
    for (const auto& [arm, run] : regression_runs_) AddRun(arm, *run, certificate);
    for (const auto& [arm, run] : suite_runs_) AddRun(arm, *run, certificate);
    certificate.set_hunks(hunks_);
    for (const std::string& test : known_failures_) certificate.add_known_failures(test);
    for (const std::string& test : flaky_tests_) certificate.add_flaky_tests(test);
    *certificate.mutable_phases() = after_.front()->effect->run().phases();
    certificate.set_suite_command(brief_.target.suite_command());
    certificate.set_rivals(rivals_);
    certificate.set_rival_inputs(rival_inputs_);
    certificate.set_constant_conditions(constant_conditions_);
    if (measured_change_.has_value()) *certificate.mutable_measured_change() = *measured_change_;
    return certificate;
  }

  static void AddRun(const std::string& arm, const Observed& run, v1::Certificate& certificate) {
    v1::ProofRun& proof = *certificate.add_runs();
    const v1::PhaseOutcome& last = *LastPhase(run.observation->run());
    proof.set_arm(arm);
    proof.set_effect_id(run.effect_id);
    proof.set_failed(Failed(last));
    proof.set_stdout_digest(last.stdout().digest());
    proof.set_stderr_digest(last.stderr().digest());
  }

  const Brief& brief_;
  const Results results_;
  const v1::Recipe& recipe_;
  const std::string patch_;
  const int required_;
  std::vector<const Observed*> before_, after_, revert_;
  std::vector<std::pair<std::string, const Observed*>> hunk_runs_, suite_runs_, regression_runs_;
  Failures known_failures_, flaky_tests_;
  std::optional<Unusable> suite_unusable_;
  std::optional<v1::MeasuredChange> measured_change_;
  int hunks_ = 0;
  int rivals_ = 0;
  int rival_inputs_ = 0;
  int constant_conditions_ = 0;
};

}  // namespace

Action Verify(const Brief& brief, std::span<const Observed> so_far) {
  if (auto failure = GiveUpOnFailure(so_far)) return *std::move(failure);
  return Proof(brief, so_far).Next();
}

}  // namespace inquest::steps
