#include "runtime/effects/oracle.h"

#include <functional>
#include <string>

#include "runtime/effects/pattern.h"

namespace inquest::effects {
namespace {

using Test = std::function<bool(const std::string& output)>;

Result<bool> InOutput(store::ArtifactStore& artifacts, const v1::PhaseOutcome& phase,
                      const Test& test) {
  for (const v1::Artifact* stream : {&phase.stdout(), &phase.stderr()}) {
    if (stream->digest().empty()) continue;
    TRY_ASSIGN(const std::string bytes, artifacts.ReadAll(stream->digest()));
    if (test(bytes)) return true;
  }
  return false;
}

// Without the blanks at the ends of lines and the empty lines at the end.
std::string Normalised(const std::string& text) {
  std::string normal;
  std::size_t kept = 0;  // up to the last character that is no blank
  for (const char c : text) {
    if (c == '\n') normal.resize(kept);
    normal.push_back(c);
    if (c == '\n' || (c != ' ' && c != '\t' && c != '\r')) kept = normal.size();
  }
  normal.resize(normal.find_last_not_of(" \t\r\n") + 1);
  return normal;
}

// The bug shows by what was printed, whatever the exit status says.
Result<bool> Matches(const std::string& pattern, const v1::PhaseOutcome& phase,
                     store::ArtifactStore& artifacts) {
  const auto expression = Pattern::Compile(pattern);
  if (!expression.ok()) {
    return Status(Code::kInvalidArgument, "ORACLE_INVALID", expression.status().message());
  }
  return InOutput(artifacts, phase,
                  [&](const std::string& output) { return expression->IsIn(output); });
}

Result<bool> Differs(const std::string& expected_digest, const v1::PhaseOutcome& phase,
                     store::ArtifactStore& artifacts) {
  TRY_ASSIGN(const std::string expected, artifacts.ReadAll(expected_digest));
  std::string actual;
  if (!phase.stdout().digest().empty()) {
    TRY_ASSIGN(actual, artifacts.ReadAll(phase.stdout().digest()));
  }
  return Normalised(actual) != Normalised(expected);
}

// More was needed than is right.
bool Exceeds(const v1::Excess& excess, const v1::PhaseOutcome& phase) {
  switch (excess.measurement()) {
    case v1::MEASUREMENT_WALL_SECONDS:
      return static_cast<double>(phase.wall_time().seconds()) + 1e-9 * phase.wall_time().nanos() >
             excess.value();
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return static_cast<double>(phase.peak_memory_bytes()) > excess.value();
    default:
      return false;
  }
}

// A limit of the sandbox was hit on the way to the excess.
bool EndedByExcess(const v1::Excess& excess, const v1::PhaseOutcome& phase) {
  switch (excess.measurement()) {
    case v1::MEASUREMENT_WALL_SECONDS:
      return phase.ending() == v1::ENDING_TIMED_OUT;
    case v1::MEASUREMENT_PEAK_MEMORY_BYTES:
      return phase.ending() == v1::ENDING_LIMIT && phase.limit() == "memory";
    default:
      return false;
  }
}

Result<v1::OracleAnswer> Answer(const v1::Oracle& oracle, const v1::PhaseOutcome& phase,
                                store::ArtifactStore& artifacts) {
  if (!oracle.output_matches().empty()) {
    TRY_ASSIGN(const bool matches, Matches(oracle.output_matches(), phase, artifacts));
    if (matches) return v1::ORACLE_ANSWER_BUG_SHOWS;
  }
  if (EndedByExcess(oracle.more_than(), phase)) return v1::ORACLE_ANSWER_BUG_SHOWS;
  const bool clean = phase.ending() == v1::ENDING_EXITED && phase.exit_code() == 0;
  if (clean) {
    if (Exceeds(oracle.more_than(), phase)) return v1::ORACLE_ANSWER_BUG_SHOWS;
    if (oracle.expected_stdout_digest().empty()) return v1::ORACLE_ANSWER_CLEAN;
    TRY_ASSIGN(const bool differs, Differs(oracle.expected_stdout_digest(), phase, artifacts));
    return differs ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN;
  }
  if (phase.ending() == v1::ENDING_TIMED_OUT) {
    return oracle.timeout_counts() ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_OTHER_FAILURE;
  }
  const std::string& text = oracle.output_contains();
  if (text.empty()) {
    return oracle.any_failure() || !oracle.script().empty() ? v1::ORACLE_ANSWER_BUG_SHOWS
                                                            : v1::ORACLE_ANSWER_OTHER_FAILURE;
  }
  TRY_ASSIGN(const bool contains, InOutput(artifacts, phase, [&](const std::string& output) {
               return output.find(text) != std::string::npos;
             }));
  return contains ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_OTHER_FAILURE;
}

}  // namespace

Status AskOracle(const v1::RunSpec& spec, store::ArtifactStore& artifacts,
                 v1::RunOutcome& outcome) {
  // Trials are judged where they are made; the phase that made them says nothing.
  if (spec.has_trial_plan()) return Status::Ok();
  if (!spec.has_oracle() || outcome.phases_size() != spec.phases_size()) return Status::Ok();
  const v1::PhaseOutcome& last = outcome.phases(outcome.phases_size() - 1);
  if (last.ending() == v1::ENDING_CANCELLED) return Status::Ok();
  TRY_ASSIGN(const v1::OracleAnswer answer, Answer(spec.oracle(), last, artifacts));
  outcome.set_oracle_answer(answer);
  return Status::Ok();
}

}  // namespace inquest::effects
