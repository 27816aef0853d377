#include "runtime/investigators/builtin_recipe.h"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "runtime/investigators/failure_text.h"
#include "steps/runs.h"

namespace inquest::investigators {
namespace {

constexpr std::int64_t kShortestLimitSeconds = 10;
constexpr std::int64_t kLongestLimitSeconds = 600;
// For a program that hangs: nobody knows how long it takes when it does not.
constexpr std::int64_t kHangLimitSeconds = 5;
// One that its own clock ends, when it has gone on for no longer than this, is taken to pass in
// half of that time.
constexpr std::int64_t kClockedSecondsMost = 30;
// Failing and clean runs whose output is compared.
constexpr std::size_t kRunsCompared = 10;
// Failing tests that are told apart.
constexpr std::size_t kTestsMost = 3;

bool Failed(const v1::PhaseOutcome& phase) {
  return phase.ending() != v1::ENDING_EXITED || phase.exit_code() != 0;
}

struct Seen {
  Outputs outputs;
  bool timed_out = false;
  std::int64_t first_failing = 0;  // effect id
};

Result<std::string> OutputOf(const v1::PhaseOutcome& phase, store::ArtifactStore& artifacts) {
  std::string output;
  for (const v1::Artifact* stream : {&phase.stdout(), &phase.stderr()}) {
    if (stream->digest().empty()) continue;
    TRY_ASSIGN(const std::string bytes, artifacts.ReadAll(stream->digest()));
    output += bytes + "\n";
  }
  return output;
}

Result<Seen> LookAtRuns(const v1::Symptom& symptom, store::ArtifactStore& artifacts) {
  Seen seen;
  for (const v1::RunOfEffect& run : symptom.runs()) {
    if (run.outcome().phases().empty()) continue;
    const v1::PhaseOutcome& phase = *run.outcome().phases().rbegin();
    // With an oracle of the target's own, its answer decides which runs failed.
    const bool failed = run.outcome().oracle_answer() == v1::ORACLE_ANSWER_UNSPECIFIED
                            ? Failed(phase)
                            : run.outcome().oracle_answer() == v1::ORACLE_ANSWER_BUG_SHOWS;
    if (failed && phase.ending() == v1::ENDING_TIMED_OUT) seen.timed_out = true;
    auto& outputs = failed ? seen.outputs.failing : seen.outputs.clean;
    if (outputs.size() >= kRunsCompared) continue;
    if (failed && outputs.empty()) seen.first_failing = run.effect_id();
    TRY_ASSIGN(std::string output, OutputOf(phase, artifacts));
    outputs.push_back(std::move(output));
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
  TRY_ASSIGN(const Seen seen, LookAtRuns(symptom, artifacts));
  const bool hung = seen.timed_out || (steps::HungByItsOwnClock(brief) &&
                                       symptom.typical_wall_time().seconds() < kClockedSecondsMost);
  v1::Recipe& recipe = *submission.mutable_recipe();
  recipe.set_shell_command(brief.target.test_command());
  v1::Oracle& oracle = *recipe.mutable_oracle();
  if (brief.target.has_oracle()) {
    oracle = brief.target.oracle();
  } else {
    oracle.set_any_failure(true);
    oracle.set_timeout_counts(hung);
  }
  for (const v1::RunReading& reading : symptom.readings()) {
    if (reading.effect_id() != seen.first_failing) continue;
    // A hang is cut off anywhere: its output tells nothing that every run will print. And where the
    // client said what counts, that counts.
    if (hung || brief.target.has_oracle()) break;
    oracle.set_output_contains(FailureText(reading, seen.outputs));
    break;
  }
  const std::int64_t typical =
      symptom.typical_wall_time().seconds() + (symptom.typical_wall_time().nanos() > 0 ? 1 : 0);
  const std::int64_t limit =
      std::clamp(10 * typical + 5, kShortestLimitSeconds, kLongestLimitSeconds);
  const std::int64_t hang_limit =
      seen.timed_out ? kHangLimitSeconds : std::max(kHangLimitSeconds, typical / 2);
  recipe.mutable_time_limit()->set_seconds(hung ? hang_limit : limit);
  return submission;
}

Result<v1::Submission> WriteRecipeOfThisFailure(const steps::Brief& brief,
                                                store::ArtifactStore& artifacts) {
  TRY_ASSIGN(v1::Submission submission, WriteRecipe(brief, artifacts));
  if (!submission.nothing_because().empty()) return submission;
  v1::Oracle& oracle = *submission.mutable_recipe()->mutable_oracle();
  const bool looks_elsewhere = !oracle.script().empty() ||
                               !oracle.expected_stdout_digest().empty() || oracle.has_more_than();
  const bool told = brief.target.has_oracle() && !looks_elsewhere;
  if (told && !oracle.output_matches().empty()) return submission;
  std::string pattern;
  if (told && !oracle.output_contains().empty()) {
    pattern = RE2::QuoteMeta(oracle.output_contains());
  } else if (!looks_elsewhere) {
    TRY_ASSIGN(const Seen seen, LookAtRuns(*brief.symptom, artifacts));
    for (const v1::RunReading& reading : brief.symptom->readings()) {
      if (reading.effect_id() == seen.first_failing) {
        pattern = FailurePattern(reading, seen.outputs);
        break;
      }
    }
  }
  if (pattern.empty()) {
    submission.Clear();
    submission.set_nothing_because("nothing tells this failure from others");
    return submission;
  }
  oracle.Clear();
  oracle.set_output_matches(pattern);
  return submission;
}

Result<std::vector<v1::Recipe>> RecipesByTest(const steps::Brief& brief,
                                              store::ArtifactStore& artifacts) {
  std::vector<v1::Recipe> recipes;
  if (brief.target.has_oracle()) return recipes;
  TRY_ASSIGN(const v1::Submission whole, WriteRecipe(brief, artifacts));
  TRY_ASSIGN(const Seen seen, LookAtRuns(*brief.symptom, artifacts));
  for (const v1::RunReading& reading : brief.symptom->readings()) {
    if (reading.effect_id() != seen.first_failing || seen.timed_out) continue;
    for (const v1::Failure& failure : reading.failures()) {
      if (recipes.size() >= kTestsMost) break;
      v1::RunReading one;
      *one.add_failures() = failure;
      const std::string text = failure.test().empty() ? "" : FailureText(one, seen.outputs);
      const bool known = std::any_of(recipes.begin(), recipes.end(), [&](const v1::Recipe& recipe) {
        const std::string& other = recipe.oracle().output_contains();
        return text.find(other) != text.npos || other.find(text) != other.npos;
      });
      if (text.empty() || known) continue;
      recipes.push_back(whole.recipe());
      recipes.back().mutable_oracle()->set_output_contains(text);
    }
  }
  return recipes;
}

}  // namespace inquest::investigators
