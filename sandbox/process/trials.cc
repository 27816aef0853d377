#include "sandbox/process/trials.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "sandbox/guest/trials/plan.h"

namespace inquest::sandbox {
namespace {

// A batch ends itself by then; the phase's own limit is only for one that does not.
constexpr std::int64_t kTotalSeconds = 55;
constexpr std::int64_t kGraceSeconds = 15;
constexpr std::int64_t kTrialUs = 60'000'000;

std::int64_t Microseconds(const google::protobuf::Duration& duration) {
  return duration.seconds() * 1'000'000 + duration.nanos() / 1000;
}

// The bytes that differ, and nothing of what is the same at both ends.
guest::Edit EditOf(const std::string& path, const std::string& before, std::string after) {
  guest::Edit edit;
  edit.path = path;
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t begin = 0;
  while (begin < most && before[begin] == after[begin]) ++begin;
  std::size_t same = 0;
  while (same < most - begin &&
         before[before.size() - 1 - same] == after[after.size() - 1 - same]) {
    ++same;
  }
  edit.begin = begin;
  edit.end = before.size() - same;
  edit.text = after.substr(begin, after.size() - same - begin);
  return edit;
}

Result<guest::Trial> MakeTrial(int number, const v1::Trial& trial, const PatchedTree& files) {
  guest::Trial made;
  made.number = number;
  PatchedTree patched = files;
  for (const v1::PatchUse& use : trial.patches()) {
    const Status applied = patched.Apply(use);
    made.rejected = IsPatchFault(applied);
    if (made.rejected) return made;
    TRY(applied);
  }
  for (const auto& [path, after] : patched.changed()) {
    TRY_ASSIGN(const std::optional<std::string> before, files.Read(path));
    if (before == after) continue;
    if (!before.has_value()) {
      made.edits.push_back({.path = path, .text = *after, .creates = true});
    } else if (!after.has_value()) {
      made.edits.push_back({.path = path, .text = "", .deletes = true});
    } else {
      made.edits.push_back(EditOf(path, *before, *after));
    }
  }
  return made;
}

// Time that is too long is the plan's own limit; memory is not measured for each trial.
Status AddOracle(const v1::Oracle& oracle, store::ArtifactStore& artifacts, guest::Plan* made) {
  if (oracle.more_than().measurement() == v1::MEASUREMENT_PEAK_MEMORY_BYTES) {
    return {Code::kInvalidArgument, "BAD_TRIAL_PLAN", "trials cannot be judged by their memory"};
  }
  made->bug_says = oracle.output_contains();
  made->bug_matches = oracle.output_matches();
  made->failure_counts = oracle.any_failure() || !oracle.script().empty();
  made->timeout_counts = oracle.timeout_counts();
  made->has_expected = !oracle.expected_stdout_digest().empty();
  if (!made->has_expected) return Status::Ok();
  TRY_ASSIGN(made->expected, artifacts.ReadAll(oracle.expected_stdout_digest()));
  return Status::Ok();
}

}  // namespace

Status AddTrials(const v1::TrialPlan& plan, const v1::Oracle& oracle, std::int64_t most_seconds,
                 const PatchedTree& files, store::ArtifactStore& artifacts, Order* order) {
  if (plan.trials_size() > kTrialsLimit || order->phases().empty()) {
    return {Code::kInvalidArgument, "BAD_TRIAL_PLAN", "a run tries at most 2000 changes"};
  }
  guest::Plan made;
  for (const v1::Phase& phase : order->phases()) {
    made.phases.push_back({phase.shell_command(), Microseconds(phase.time_limit())});
  }
  const std::int64_t asked = Microseconds(plan.time_limit());
  made.trial_us = asked > 0 ? std::min(asked, kTrialUs) : kTrialUs;
  const std::int64_t grace = std::min(kGraceSeconds, most_seconds / 2);
  const std::int64_t total = std::min(kTotalSeconds, most_seconds - grace);
  made.total_us = total * 1'000'000;
  made.runs = std::max(1, plan.runs());
  made.enough = plan.enough();
  TRY(AddOracle(oracle, artifacts, &made));
  for (int i = 0; i < plan.trials_size(); ++i) {
    TRY_ASSIGN(made.trials.emplace_back(), MakeTrial(i, plan.trials(i), files));
  }
  const std::string name = order->phases().rbegin()->name();
  order->clear_phases();
  v1::Phase& phase = *order->add_phases();
  phase.set_name(name);
  phase.set_shell_command("exec /inquest/instrument/inquest-trials /inquest/plan");
  phase.mutable_time_limit()->set_seconds(total + grace);
  order->set_trial_plan(guest::FormatPlan(made));
  return Status::Ok();
}

void ReadTrials(std::string_view lines, v1::RunOutcome* outcome) {
  std::set<int> known;
  while (!lines.empty() && outcome->trials_size() < kTrialsLimit) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    std::int64_t numbers[4] = {-1, 0, 0, 0};
    bool sound = true;
    for (std::int64_t& number : numbers) {
      const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      sound = sound && error == std::errc();
      line.remove_prefix(static_cast<std::size_t>(stop - line.data()));
      if (line.starts_with(' ')) line.remove_prefix(1);
    }
    sound = sound && line.empty() && numbers[0] >= 0 && numbers[0] < kTrialsLimit &&
            numbers[1] >= 1 && numbers[1] <= 5 && numbers[2] >= 0 && numbers[2] <= 1'000'000 &&
            numbers[3] >= 0 && numbers[3] <= kTrialUs * 100;
    if (!sound || !known.insert(static_cast<int>(numbers[0])).second) continue;
    v1::TrialOutcome& trial = *outcome->add_trials();
    trial.set_trial(static_cast<int>(numbers[0]));
    trial.set_result(static_cast<v1::TrialOutcome::Result>(numbers[1]));
    trial.set_runs(static_cast<int>(numbers[2]));
    trial.mutable_wall_time()->set_seconds(numbers[3] / 1'000'000);
    trial.mutable_wall_time()->set_nanos(static_cast<std::int32_t>(numbers[3] % 1'000'000 * 1000));
  }
}

}  // namespace inquest::sandbox
