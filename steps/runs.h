#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "steps/action.h"
#include "steps/brief.h"

// What the steps share: the effects that they want, and how they read what came back.
namespace inquest::steps {

// A build may take this long, and a trigger whose typical time is not known yet.
inline constexpr std::int64_t kBuildLimitSeconds = 300;
inline constexpr std::int64_t kFirstTriggerLimitSeconds = 60;
inline constexpr std::int64_t kFewestTriggerLimitSeconds = 10;
inline constexpr std::int64_t kSuiteLimitSeconds = 300;
// What a coverage instrument leaves of a run.
inline constexpr char kCoverageFile[] = "coverage.jsonl";
// A submission that the gate refused may be replaced this often in a visit.
inline constexpr int kSubmissionTries = 3;

// What `key` brought back in this visit, or nullptr.
const Observed* Find(std::span<const Observed> so_far, std::string_view key);

// The same for many keys: hundreds of runs in a visit are no rarity.
class Results {
 public:
  explicit Results(std::span<const Observed> so_far);
  const Observed* Find(std::string_view key) const;

 private:
  // Where the key is, or belongs.
  std::size_t Slot(std::string_view key) const;

  std::vector<const Observed*> slots_;  // a hash table in one piece; a power of two
};

// A run of the target: the patches applied, the build (when there is one), then `command`.
struct RunRequest {
  std::string key;
  std::string phase = "test";
  std::string command;
  std::vector<v1::PatchUse> patches;
  std::int64_t limit_seconds = kFirstTriggerLimitSeconds;
  std::string instrument = "";  // of the language; empty: none
  // A pure function of tree, patches and command as far as this use goes: may be answered from
  // memory.
  bool recallable = false;
  const v1::Oracle* oracle = nullptr;
};
// An oracle's script runs within the phase, after the command, whose outputs and exit status it
// finds in $INQUEST_STDOUT, $INQUEST_STDERR (files) and $INQUEST_EXIT; the phase prints what the
// command printed and ends as the script does. So the recorded phase is the whole of the judgement.
v1::Effect WantRun(const Brief& brief, const RunRequest& request);
v1::PatchUse Applied(const std::string& digest);
v1::PatchUse Reverted(const std::string& digest);

v1::Effect WantReading(std::string key, std::span<const Observed* const> runs);
v1::RunOfEffect RunOf(const Observed& run);

// One exchange with the investigator: asks, hands the submission to `gate`, asks again with what is
// missing. Either there is something to want or to settle, or `submission` passed the gate.
struct Asked {
  std::optional<Action> action;
  const v1::Submission* submission = nullptr;
};
using Gate = std::vector<v1::Defect> (*)(const Brief& brief, const v1::Submission& submission);
Asked Ask(const Brief& brief, std::span<const Observed> so_far, Gate gate);
// A further exchange of the same visit, under keys of its own, that tells what a survey found.
Asked AskAfterSurvey(const Brief& brief, std::span<const Observed> so_far, Gate gate, int round,
                     const v1::Survey& survey);
v1::Defect MakeDefect(int item, std::string reason, std::string message);

// The phase that speaks for the run: the last one that it got to; nullptr when it has none.
const v1::PhaseOutcome* LastPhase(const v1::RunOutcome& outcome);
bool Failed(const v1::PhaseOutcome& phase);
// The oracle's answer for a run that came back usable.
bool BugShows(const Observed& run);
bool Clean(const Observed& run);
// What the target calls failing: its oracle's answer, or without one a trigger that failed.
bool TriggerFails(const Observed& run);
// The target's oracle; nullptr: it has none.
const v1::Oracle* OracleOf(const v1::Target& target);

// Why the run says nothing about the bug (the sandbox refused, a tool is missing, it was lost, the
// build failed); nullopt: it does.
struct Unusable {
  std::string reason;
  std::string message;
};
std::optional<Unusable> WhyUnusable(const Observed& run);

// Tests that the reading of the run says failed, sorted; a run that failed without naming a test
// counts as one failed test named by its phase.
std::vector<std::string> FailedTests(const v1::RunReading& reading, const Observed& run);

double Seconds(const google::protobuf::Duration& duration);

// Time for a run of the trigger before it was ever seen to end: less where the whole budget is
// small, as one that hangs would use it up.
std::int64_t FirstTriggerLimitSeconds(const Brief& brief);
// The same for a run of the whole suite of a target whose trigger hangs: the suite hangs as well.
std::int64_t HangingSuiteLimitSeconds(const Brief& brief);
// A run of the trigger was cut off when it was observed.
bool Hangs(const Brief& brief);
// The same, by the target: a test failed after some seconds and says that its time was over.
bool HungByItsOwnClock(const Brief& brief);
// Time for one run of the trigger: ten times what it took when it was observed, and 5 s.
std::int64_t TriggerLimitSeconds(const Brief& brief);
// The same for a run that only screens a change: many a change makes the target hang. Four times
// what it took, and 2 s; what passes is run again under the full limit before it is believed.
std::int64_t ScreeningLimitSeconds(const Brief& brief);

// The first effect of the visit that could not be done, as a settlement that ends the
// investigation.
std::optional<Settle> GiveUpOnFailure(std::span<const Observed> so_far);
Settle SettleWith(v1::Settlement settlement, std::string reason, std::string message);

}  // namespace inquest::steps
