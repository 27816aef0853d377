#include <algorithm>
#include <vector>

#include "steps/observe/gate.h"
#include "steps/runs.h"
#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Runs of the trigger before it is believed: few when it fails, many before "it does not fail".
constexpr int kFirstRuns = 3;
constexpr int kMoreRuns = 10;
constexpr int kMostRuns = 30;
// Visits; a further one would only see the same again.
constexpr int kVisits = 4;

// Runs whose reports say more of the failure than the trigger's own do, and what is read of them.
struct Diagnosis {
  const char* run;
  const char* reading;
};
constexpr Diagnosis kSanitizer = {"sanitizer/test", "sanitizer/reading"};
constexpr Diagnosis kBacktrace = {"backtrace/test", "backtrace/reading"};
constexpr const Diagnosis* kDiagnoses[] = {&kSanitizer, &kBacktrace};
constexpr char kCoverageKey[] = "coverage/test";
constexpr char kPathKey[] = "path";

std::string TriggerKey(int i) { return "trigger/" + std::to_string(i); }

struct Seen {
  std::vector<const Observed*> runs;
  int failing = 0;
};

// The trigger's runs so far when the first `count` are there; else what is still wanted.
std::optional<Action> Gather(const Brief& brief, std::span<const Observed> so_far, int count,
                             Seen& seen) {
  Want want;
  seen = {};
  for (int i = 0; i < count; ++i) {
    const Observed* run = Find(so_far, TriggerKey(i));
    if (run == nullptr) {
      want.effects.push_back(WantRun(brief, {.key = TriggerKey(i),
                                             .command = brief.target.test_command(),
                                             .patches = {},
                                             .limit_seconds = FirstTriggerLimitSeconds(brief),
                                             .oracle = OracleOf(brief.target)}));
      continue;
    }
    if (const auto unusable = WhyUnusable(*run)) {
      return SettleWith(v1::SETTLEMENT_GIVE_UP, unusable->reason, unusable->message);
    }
    seen.runs.push_back(run);
    if (TriggerFails(*run)) ++seen.failing;
  }
  if (want.effects.empty()) return std::nullopt;
  return want;
}

bool FirstHung(std::span<const Observed> so_far) {
  const Observed* first = Find(so_far, TriggerKey(0));
  const v1::PhaseOutcome* last = first == nullptr ? nullptr : LastPhase(first->observation->run());
  return last != nullptr && last->ending() == v1::ENDING_TIMED_OUT;
}

// The instrumented runs: of the trigger, and of the suite for more passing tests.
Want WantInstrumented(const Brief& brief, std::span<const Observed> so_far) {
  Want want;
  // Instruments slow the trigger down, but what hangs without them is not waited for any longer.
  constexpr std::int64_t kSlowdown = 3;
  const bool hangs = FirstHung(so_far);
  const std::int64_t limit = (hangs ? 1 : kSlowdown) * FirstTriggerLimitSeconds(brief);
  for (const auto& [diagnosis, instrument] :
       {std::pair(&kSanitizer, brief.acquired.sanitizer_instrument()),
        std::pair(&kBacktrace, brief.acquired.backtrace_instrument())}) {
    if (instrument.empty() || Find(so_far, diagnosis->run) != nullptr) continue;
    want.effects.push_back(WantRun(brief, {.key = diagnosis->run,
                                           .command = brief.target.test_command(),
                                           .patches = {},
                                           .limit_seconds = limit,
                                           .instrument = instrument,
                                           .recallable = true}));
  }
  if (brief.acquired.coverage_instrument().empty()) return want;
  if (Find(so_far, kCoverageKey) == nullptr) {
    want.effects.push_back(WantRun(brief, {.key = kCoverageKey,
                                           .command = brief.target.test_command(),
                                           .patches = {},
                                           .limit_seconds = FirstTriggerLimitSeconds(brief),
                                           .instrument = brief.acquired.coverage_instrument(),
                                           .recallable = true,
                                           .oracle = OracleOf(brief.target)}));
  }
  if (!brief.target.suite_command().empty() && Find(so_far, "coverage/suite") == nullptr) {
    want.effects.push_back(WantRun(
        brief, {.key = "coverage/suite",
                .phase = "suite",
                .command = brief.target.suite_command(),
                .patches = {},
                .limit_seconds = hangs ? HangingSuiteLimitSeconds(brief) : kSuiteLimitSeconds,
                .instrument = brief.acquired.coverage_instrument(),
                .recallable = true}));
  }
  return want;
}

// What is to be read of such runs. One that did not come as far as the trigger, or did not fail
// there, is no evidence.
Want WantDiagnoses(std::span<const Observed> so_far) {
  Want want;
  for (const Diagnosis* diagnosis : kDiagnoses) {
    const Observed* run = Find(so_far, diagnosis->run);
    if (run == nullptr || WhyUnusable(*run) || !Failed(*LastPhase(run->observation->run()))) {
      continue;
    }
    if (Find(so_far, diagnosis->reading) == nullptr) {
      want.effects.push_back(WantReading(diagnosis->reading, std::vector{run}));
    }
  }
  return want;
}

void TakeTypicalTime(const Seen& seen, v1::Symptom& symptom) {
  std::vector<std::int64_t> times;
  for (const Observed* run : seen.runs) {
    const auto& wall = LastPhase(run->observation->run())->wall_time();
    times.push_back(wall.seconds() * 1'000'000'000 + wall.nanos());
  }
  std::sort(times.begin(), times.end());
  const std::int64_t median = times[times.size() / 2];
  symptom.mutable_typical_wall_time()->set_seconds(median / 1'000'000'000);
  symptom.mutable_typical_wall_time()->set_nanos(static_cast<std::int32_t>(median % 1'000'000'000));
}

std::vector<v1::RunReading> AllReadings(std::span<const Observed> so_far,
                                        const v1::Analysis& readings) {
  std::vector<v1::RunReading> all(readings.readings().begin(), readings.readings().end());
  for (const Diagnosis* diagnosis : kDiagnoses) {
    const Observed* read = Find(so_far, diagnosis->reading);
    if (read == nullptr) continue;
    const auto& more = read->observation->analysis().readings();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

bool NamesAFrame(const v1::RunReading& reading) {
  const auto& failures = reading.failures();
  return std::any_of(failures.begin(), failures.end(),
                     [](const v1::Failure& failure) { return !failure.frames().empty(); });
}

// The path to the failure, once; nothing where no source is known or no failure names a place.
std::optional<Want> WantPath(const Brief& brief, std::span<const Observed> so_far,
                             const v1::Analysis& read) {
  if (brief.acquired.language().empty() || Find(so_far, kPathKey) != nullptr) return std::nullopt;
  const std::vector<v1::RunReading> readings = AllReadings(so_far, read);
  if (std::none_of(readings.begin(), readings.end(), NamesAFrame)) return std::nullopt;
  v1::Effect effect;
  effect.set_key(kPathKey);
  v1::TracePath& work = *effect.mutable_analyse()->mutable_trace_path();
  work.set_tree_digest(brief.acquired.tree_digest());
  work.set_language(brief.acquired.language());
  work.mutable_readings()->Add(readings.begin(), readings.end());
  if (const Observed* traced = Find(so_far, kCoverageKey)) {
    for (const v1::CollectedFile& file : traced->observation->run().collected()) {
      if (file.path() == kCoverageFile) work.set_coverage_digest(file.artifact().digest());
    }
  }
  return Want{{std::move(effect)}};
}

Settle Deliver(std::span<const Observed> so_far, const Seen& seen, const v1::Analysis& readings) {
  Settle settle = SettleWith(v1::SETTLEMENT_DONE, "",
                             "the trigger failed in " + std::to_string(seen.failing) + " of " +
                                 std::to_string(seen.runs.size()) + " runs");
  v1::Symptom& symptom = *settle.settled.mutable_symptom();
  for (const Observed* run : seen.runs) *symptom.add_runs() = RunOf(*run);
  symptom.set_failing_runs(seen.failing);
  const std::vector<v1::RunReading> all = AllReadings(so_far, readings);
  symptom.mutable_readings()->Add(all.begin(), all.end());
  if (const Observed* path = Find(so_far, kPathKey)) {
    *symptom.mutable_path() = path->observation->analysis().path();
  }
  TakeTypicalTime(seen, symptom);
  for (const char* key : {kCoverageKey, "coverage/suite"}) {
    const Observed* run = Find(so_far, key);
    if (run == nullptr) continue;
    for (const v1::CollectedFile& file : run->observation->run().collected()) {
      if (file.path() == kCoverageFile) *symptom.add_coverage_artifacts() = file.artifact();
    }
  }
  return settle;
}

}  // namespace

Action Observe(const Brief& brief, std::span<const Observed> so_far) {
  if (brief.visit > kVisits) {
    return SettleWith(v1::SETTLEMENT_GIVE_UP, "NEEDS_DATA",
                      "observing again would show the same; missing: " + brief.needs_data);
  }
  if (auto failure = GiveUpOnFailure(so_far)) return *std::move(failure);
  if (brief.acquired.tree_digest().empty()) {
    v1::Effect acquire;
    acquire.set_key("acquire");
    *acquire.mutable_acquire()->mutable_target() = brief.target;
    return Want{{std::move(acquire)}};
  }
  Seen seen;
  for (const int count : {kFirstRuns, kMoreRuns, kMostRuns}) {
    if (auto action = Gather(brief, so_far, count, seen)) return *std::move(action);
    if (seen.failing > 0) break;
  }
  if (seen.failing == 0) {
    return SettleWith(v1::SETTLEMENT_GIVE_UP, "TRIGGER_DOES_NOT_FAIL",
                      "the test command passed in all " + std::to_string(seen.runs.size()) +
                          " runs: give a command that fails when the bug shows");
  }
  const Observed* reading = Find(so_far, "reading");
  if (reading == nullptr) return Want{{WantReading("reading", seen.runs)}};
  if (auto refused = ObserveGate(seen.runs, reading->observation->analysis())) return *refused;
  Want instrumented = WantInstrumented(brief, so_far);
  if (!instrumented.effects.empty()) return instrumented;
  Want diagnoses = WantDiagnoses(so_far);
  if (!diagnoses.effects.empty()) return diagnoses;
  if (auto path = WantPath(brief, so_far, reading->observation->analysis()))
    return *std::move(path);
  return Deliver(so_far, seen, reading->observation->analysis());
}

}  // namespace inquest::steps
