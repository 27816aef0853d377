#include "runtime/investigators/builtin_recipe.h"

#include <algorithm>
#include <string>
#include <vector>

namespace inquest::investigators {
namespace {

constexpr std::int64_t kShortestLimitSeconds = 10;
constexpr std::int64_t kLongestLimitSeconds = 600;
// For a program that hangs: nobody knows how long it takes when it does not.
constexpr std::int64_t kHangLimitSeconds = 5;
// Failing runs whose output is compared.
constexpr int kRunsCompared = 10;

bool Failed(const v1::PhaseOutcome& phase) {
  return phase.ending() != v1::ENDING_EXITED || phase.exit_code() != 0;
}

std::string FirstLine(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  while (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

// Texts that may tell the failure from others, best first.
std::vector<std::string> Candidates(const v1::RunReading& reading) {
  std::vector<std::string> texts;
  for (const v1::Failure& failure : reading.failures()) {
    if (!failure.test().empty()) {
      texts.push_back(failure.test());
      texts.push_back(FirstLine(failure.citation().quote()));
    }
  }
  for (const v1::Failure& failure : reading.failures()) {
    if (!failure.kind().empty()) texts.push_back(failure.kind());
  }
  return texts;
}

struct Seen {
  std::vector<std::string> outputs;  // of failing runs, stdout and stderr
  bool timed_out = false;
  std::int64_t first_failing = 0;  // effect id
};

Result<Seen> LookAtFailures(const v1::Symptom& symptom, store::ArtifactStore& artifacts) {
  Seen seen;
  for (const v1::RunOfEffect& run : symptom.runs()) {
    if (run.outcome().phases().empty()) continue;
    const v1::PhaseOutcome& phase = *run.outcome().phases().rbegin();
    // With an oracle of the target's own, its answer decides which runs failed.
    if (run.outcome().oracle_answer() == v1::ORACLE_ANSWER_UNSPECIFIED
            ? !Failed(phase)
            : run.outcome().oracle_answer() != v1::ORACLE_ANSWER_BUG_SHOWS) {
      continue;
    }
    if (phase.ending() == v1::ENDING_TIMED_OUT) seen.timed_out = true;
    if (static_cast<int>(seen.outputs.size()) >= kRunsCompared) continue;
    if (seen.outputs.empty()) seen.first_failing = run.effect_id();
    std::string output;
    for (const v1::Artifact* stream : {&phase.stdout(), &phase.stderr()}) {
      if (stream->digest().empty()) continue;
      TRY_ASSIGN(const std::string bytes, artifacts.ReadAll(stream->digest()));
      output += bytes + "\n";
    }
    seen.outputs.push_back(std::move(output));
  }
  return seen;
}

}  // namespace

Result<v1::Submission> WriteRecipe(const steps::Brief& brief, store::ArtifactStore& artifacts) {
  v1::Submission submission;
  if (!brief.symptom.has_value()) {
    submission.set_nothing_because("nothing was observed yet");
    return submission;
  }
  const v1::Symptom& symptom = *brief.symptom;
  TRY_ASSIGN(const Seen seen, LookAtFailures(symptom, artifacts));
  v1::Recipe& recipe = *submission.mutable_recipe();
  recipe.set_shell_command(brief.target.test_command());
  v1::Oracle& oracle = *recipe.mutable_oracle();
  if (brief.target.has_oracle()) {
    oracle = brief.target.oracle();
  } else {
    oracle.set_any_failure(true);
    oracle.set_timeout_counts(seen.timed_out);
  }
  for (const v1::RunReading& reading : symptom.readings()) {
    // A hang is cut off anywhere: its output tells nothing that every run will print.
    if (reading.effect_id() != seen.first_failing || seen.timed_out) continue;
    if (brief.target.has_oracle()) break;  // the client said what counts
    for (const std::string& text : Candidates(reading)) {
      const bool stable = std::all_of(
          seen.outputs.begin(), seen.outputs.end(),
          [&](const std::string& output) { return output.find(text) != std::string::npos; });
      if (text.empty() || !stable) continue;
      oracle.set_output_contains(text);
      break;
    }
  }
  const std::int64_t typical =
      symptom.typical_wall_time().seconds() + (symptom.typical_wall_time().nanos() > 0 ? 1 : 0);
  const std::int64_t limit =
      std::clamp(10 * typical + 5, kShortestLimitSeconds, kLongestLimitSeconds);
  recipe.mutable_time_limit()->set_seconds(seen.timed_out ? kHangLimitSeconds : limit);
  return submission;
}

}  // namespace inquest::investigators
