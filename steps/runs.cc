#include "steps/runs.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <functional>
#include <iterator>
#include <string>

namespace inquest::steps {

namespace {

constexpr std::int64_t kHangScreeningSeconds = 3;

}  // namespace

const Observed* Find(std::span<const Observed> so_far, std::string_view key) {
  for (const Observed& observed : so_far) {
    if (observed.key == key) return &observed;
  }
  return nullptr;
}

Results::Results(std::span<const Observed> so_far) : slots_(std::bit_ceil(2 * so_far.size() + 1)) {
  for (const Observed& observed : so_far) {
    const Observed*& slot = slots_[Slot(observed.key)];
    if (slot == nullptr) slot = &observed;
  }
}

std::size_t Results::Slot(std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = std::hash<std::string_view>()(key) & mask;
  while (slots_[at] != nullptr && slots_[at]->key != key) at = (at + 1) & mask;
  return at;
}

const Observed* Results::Find(std::string_view key) const { return slots_[Slot(key)]; }

namespace {

void AddPhase(v1::RunSpec& run, std::string name, std::string command, std::int64_t limit_seconds) {
  v1::Phase& phase = *run.add_phases();
  phase.set_name(std::move(name));
  phase.set_shell_command(std::move(command));
  phase.mutable_time_limit()->set_seconds(limit_seconds);
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string Judged(const std::string& command, const std::string& script) {
  return "INQUEST_JUDGED=$(mktemp -d) || exit 125\n"
         "INQUEST_STDOUT=$INQUEST_JUDGED/stdout INQUEST_STDERR=$INQUEST_JUDGED/stderr\n"
         "sh -c " +
         Quoted(command) +
         " >\"$INQUEST_STDOUT\" 2>\"$INQUEST_STDERR\"\n"
         "INQUEST_EXIT=$?\n"
         "cat \"$INQUEST_STDOUT\"; cat \"$INQUEST_STDERR\" >&2\n"
         "export INQUEST_STDOUT INQUEST_STDERR INQUEST_EXIT\n"
         "sh -c " +
         Quoted(script);
}

}  // namespace

v1::Effect WantRun(const Brief& brief, const RunRequest& request) {
  v1::Effect effect;
  effect.set_key(request.key);
  effect.set_recallable(request.recallable);
  v1::RunSpec& run = *effect.mutable_run();
  run.set_tree_digest(brief.acquired.tree_digest());
  for (const v1::PatchUse& patch : request.patches) *run.add_patches() = patch;
  if (!brief.target.build_command().empty()) {
    AddPhase(run, "build", brief.target.build_command(), kBuildLimitSeconds);
  }
  const bool judged = request.oracle != nullptr && !request.oracle->script().empty();
  AddPhase(run, request.phase,
           judged ? Judged(request.command, request.oracle->script()) : request.command,
           request.limit_seconds);
  run.set_instrument(request.instrument);
  run.set_debugger(brief.target.debugger());
  *run.mutable_tool_paths() = brief.target.tool_paths();
  if (request.oracle != nullptr) *run.mutable_oracle() = *request.oracle;
  return effect;
}

v1::PatchUse Applied(const std::string& digest) {
  v1::PatchUse use;
  use.set_digest(digest);
  return use;
}

v1::PatchUse Reverted(const std::string& digest) {
  v1::PatchUse use = Applied(digest);
  use.set_reversed(true);
  return use;
}

v1::RunOfEffect RunOf(const Observed& run) {
  v1::RunOfEffect of;
  of.set_effect_id(run.effect_id);
  *of.mutable_outcome() = run.observation->run();
  return of;
}

v1::Effect WantReading(std::string key, std::span<const Observed* const> runs) {
  v1::Effect effect;
  effect.set_key(std::move(key));
  auto& reading = *effect.mutable_analyse()->mutable_read_runs();
  for (const Observed* run : runs) *reading.add_runs() = RunOf(*run);
  return effect;
}

v1::Defect MakeDefect(int item, std::string reason, std::string message) {
  v1::Defect defect;
  defect.set_item(item);
  defect.set_reason(std::move(reason));
  defect.set_message(std::move(message));
  return defect;
}

namespace {

std::string Join(std::span<const v1::Defect> defects) {
  std::string text;
  for (const v1::Defect& defect : defects) {
    if (!text.empty()) text += "; ";
    text += defect.message();
  }
  return text;
}

}  // namespace

namespace {

Asked Exchange(const Brief& brief, std::span<const Observed> so_far, Gate gate,
               const std::string& key, const v1::Survey* survey) {
  std::vector<v1::Defect> defects;
  Want want;
  for (int attempt = 0; attempt < kSubmissionTries; ++attempt) {
    v1::Effect effect;
    effect.set_key(key + "/" + std::to_string(attempt));
    effect.mutable_ask()->set_investigator(brief.investigator);
    if (survey != nullptr) *effect.mutable_ask()->mutable_survey() = *survey;
    for (const v1::Defect& defect : defects) *effect.mutable_ask()->add_defects() = defect;
    const Observed* answered = Find(so_far, effect.key());
    if (answered == nullptr) {
      want.effects.push_back(std::move(effect));
      return {std::move(want), nullptr};
    }
    const v1::Submission& submission = answered->observation->submission();
    if (!submission.nothing_because().empty()) {
      return {SettleWith(v1::SETTLEMENT_GIVE_UP, "INVESTIGATOR_HAS_NOTHING",
                         submission.nothing_because()),
              &submission};
    }
    defects.assign(submission.defects().begin(), submission.defects().end());
    for (v1::Defect& defect : gate(brief, submission)) defects.push_back(std::move(defect));
    if (defects.empty()) return {std::nullopt, &submission};
  }
  return {SettleWith(v1::SETTLEMENT_GIVE_UP, "SUBMISSION_REFUSED",
                     "the gate refused " + std::to_string(kSubmissionTries) +
                         " submissions; the last one lacks: " + Join(defects)),
          nullptr};
}

}  // namespace

Asked Ask(const Brief& brief, std::span<const Observed> so_far, Gate gate) {
  // To reproduce, a survey tells what was made smaller, so the first exchange has none.
  const bool surveyed = brief.survey.has_value() && brief.step != v1::STEP_REPRODUCE;
  return Exchange(brief, so_far, gate, "ask", surveyed ? &*brief.survey : nullptr);
}

Asked AskAfterSurvey(const Brief& brief, std::span<const Observed> so_far, Gate gate, int round,
                     const v1::Survey& survey) {
  return Exchange(brief, so_far, gate, "ask-" + std::to_string(round), &survey);
}

const v1::PhaseOutcome* LastPhase(const v1::RunOutcome& outcome) {
  return outcome.phases().empty() ? nullptr : &outcome.phases(outcome.phases_size() - 1);
}

bool Failed(const v1::PhaseOutcome& phase) {
  return phase.ending() != v1::ENDING_EXITED || phase.exit_code() != 0;
}

bool BugShows(const Observed& run) {
  return run.observation->run().oracle_answer() == v1::ORACLE_ANSWER_BUG_SHOWS;
}

bool Clean(const Observed& run) {
  return run.observation->run().oracle_answer() == v1::ORACLE_ANSWER_CLEAN;
}

bool TriggerFails(const Observed& run) {
  const v1::RunOutcome& outcome = run.observation->run();
  if (run.effect->run().has_oracle()) return BugShows(run);
  return Failed(*LastPhase(outcome));
}

const v1::Oracle* OracleOf(const v1::Target& target) {
  return target.has_oracle() ? &target.oracle() : nullptr;
}

namespace {

std::string ReasonOf(v1::RunOutcome::Problem problem) {
  switch (problem) {
    case v1::RunOutcome::PROBLEM_LOST:
      return "RUN_LOST";
    case v1::RunOutcome::PROBLEM_SANDBOX_REFUSED:
      return "SANDBOX_REFUSED";
    case v1::RunOutcome::PROBLEM_PATCH_REJECTED:
      return "PATCH_DOES_NOT_APPLY";
    case v1::RunOutcome::PROBLEM_TOOL_MISSING:
      return "TRIGGER_CANNOT_START";
    case v1::RunOutcome::PROBLEM_CANCELLED:
      return "RUN_CANCELLED";
    case v1::RunOutcome::PROBLEM_HOST_RESOURCES:
      return "HOST_RESOURCES";
    default:
      return "RUN_UNUSABLE";
  }
}

std::string Describe(const v1::PhaseOutcome& phase) {
  switch (phase.ending()) {
    case v1::ENDING_EXITED:
      return "exited " + std::to_string(phase.exit_code());
    case v1::ENDING_SIGNALED:
      return "was killed by signal " + std::to_string(phase.signal());
    case v1::ENDING_TIMED_OUT:
      return "exceeded its time";
    case v1::ENDING_CANCELLED:
      return "was cancelled";
    case v1::ENDING_LIMIT:
      return "hit the " + phase.limit() + " limit";
    default:
      return "ended in an unknown way";
  }
}

}  // namespace

std::optional<Unusable> WhyUnusable(const Observed& run) {
  if (run.observation->has_failure()) {
    return Unusable{run.observation->failure().reason(), run.observation->failure().message()};
  }
  const v1::RunOutcome& outcome = run.observation->run();
  if (outcome.problem() != v1::RunOutcome::PROBLEM_UNSPECIFIED) {
    return Unusable{ReasonOf(outcome.problem()), outcome.explanation()};
  }
  const v1::PhaseOutcome* last = LastPhase(outcome);
  if (last == nullptr) return Unusable{"RUN_UNUSABLE", "the run came back without any phase"};
  if (last->ending() == v1::ENDING_CANCELLED) return Unusable{"RUN_CANCELLED", "it was cancelled"};
  if (last->name() == "build" && run.effect->run().phases_size() > 1) {
    return Unusable{"BUILD_FAILED", "the build command " + Describe(*last) +
                                        "; its output is artifact " + last->stderr().digest()};
  }
  return std::nullopt;
}

std::vector<std::string> FailedTests(const v1::RunReading& reading, const Observed& run) {
  std::vector<std::string> tests;
  for (const v1::Failure& failure : reading.failures()) {
    tests.push_back(failure.test().empty() ? failure.kind() : failure.test());
  }
  const v1::PhaseOutcome* last = LastPhase(run.observation->run());
  if (tests.empty() && last != nullptr && Failed(*last)) tests.push_back(last->name());
  std::sort(tests.begin(), tests.end());
  tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
  return tests;
}

std::int64_t FirstTriggerLimitSeconds(const Brief& brief) {
  constexpr std::int64_t kShare = 20;
  if (brief.wall_limit_seconds == 0) return kFirstTriggerLimitSeconds;
  return std::clamp(brief.wall_limit_seconds / kShare, kFewestTriggerLimitSeconds,
                    kFirstTriggerLimitSeconds);
}

std::int64_t HangingSuiteLimitSeconds(const Brief& brief) {
  constexpr std::int64_t kFewest = 30;
  constexpr std::int64_t kShare = 6;
  if (brief.wall_limit_seconds == 0) return kSuiteLimitSeconds;
  return std::clamp(brief.wall_limit_seconds / kShare, kFewest, kSuiteLimitSeconds);
}

bool Hangs(const Brief& brief) {
  if (!brief.symptom.has_value()) return false;
  const auto& runs = brief.symptom->runs();
  return std::any_of(runs.begin(), runs.end(), [](const v1::RunOfEffect& run) {
    const v1::PhaseOutcome* last = LastPhase(run.outcome());
    return last != nullptr && last->ending() == v1::ENDING_TIMED_OUT;
  });
}

bool HungByItsOwnClock(const Brief& brief) {
  constexpr double kFewestSeconds = 1.5;
  if (!brief.symptom.has_value() || Seconds(brief.symptom->typical_wall_time()) < kFewestSeconds) {
    return false;
  }
  const auto says = [](const v1::Failure& failure) {
    std::string text = failure.kind() + " " + failure.message();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr const char* kWords[] = {"timeout", "timed out", "time limit", "time-out"};
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [&](const char* word) { return text.find(word) != text.npos; });
  };
  const auto& readings = brief.symptom->readings();
  return std::any_of(readings.begin(), readings.end(), [&](const v1::RunReading& reading) {
    return std::any_of(reading.failures().begin(), reading.failures().end(), says);
  });
}

std::int64_t TriggerLimitSeconds(const Brief& brief) {
  if (brief.reproduction.has_value() && brief.reproduction->recipe().has_time_limit()) {
    return std::max<std::int64_t>(1, brief.reproduction->recipe().time_limit().seconds());
  }
  if (!brief.symptom.has_value()) return FirstTriggerLimitSeconds(brief);
  const auto& typical = brief.symptom->typical_wall_time();
  return 10 * (typical.seconds() + (typical.nanos() > 0 ? 1 : 0)) + 5;
}

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) + 1e-9 * duration.nanos();
}

std::int64_t ScreeningLimitSeconds(const Brief& brief) {
  const std::int64_t full = TriggerLimitSeconds(brief);
  if (!brief.symptom.has_value()) return full;
  // How long it takes when it does not hang is not known; this is long for most.
  if (Hangs(brief)) return std::min(full, kHangScreeningSeconds);
  const double seconds = Seconds(brief.symptom->typical_wall_time());
  return std::min(full, static_cast<std::int64_t>(std::ceil(4 * seconds)) + 2);
}

std::optional<Settle> GiveUpOnFailure(std::span<const Observed> so_far) {
  for (const Observed& observed : so_far) {
    if (!observed.observation->has_failure()) continue;
    const v1::EffectFailure& failure = observed.observation->failure();
    return SettleWith(v1::SETTLEMENT_GIVE_UP, failure.reason(), failure.message());
  }
  return std::nullopt;
}

Settle SettleWith(v1::Settlement settlement, std::string reason, std::string message) {
  Settle settle;
  settle.settled.set_settlement(settlement);
  settle.settled.set_reason(std::move(reason));
  settle.settled.set_message(std::move(message));
  return settle;
}

}  // namespace inquest::steps
