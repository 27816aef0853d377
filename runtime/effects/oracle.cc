#include "runtime/effects/oracle.h"

namespace inquest::effects {
namespace {

Result<bool> Contains(store::ArtifactStore& artifacts, const v1::Artifact& artifact,
                      const std::string& text) {
  if (artifact.digest().empty()) return false;
  TRY_ASSIGN(const std::string bytes, artifacts.ReadAll(artifact.digest()));
  return bytes.find(text) != std::string::npos;
}

Result<v1::OracleAnswer> Answer(const v1::Oracle& oracle, const v1::PhaseOutcome& phase,
                                store::ArtifactStore& artifacts) {
  const bool clean = phase.ending() == v1::ENDING_EXITED && phase.exit_code() == 0;
  if (clean) return v1::ORACLE_ANSWER_CLEAN;
  if (phase.ending() == v1::ENDING_TIMED_OUT) {
    return oracle.timeout_counts() ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_OTHER_FAILURE;
  }
  if (oracle.output_contains().empty()) return v1::ORACLE_ANSWER_BUG_SHOWS;
  TRY_ASSIGN(const bool in_stdout, Contains(artifacts, phase.stdout(), oracle.output_contains()));
  if (in_stdout) return v1::ORACLE_ANSWER_BUG_SHOWS;
  TRY_ASSIGN(const bool in_stderr, Contains(artifacts, phase.stderr(), oracle.output_contains()));
  return in_stderr ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_OTHER_FAILURE;
}

}  // namespace

Status AskOracle(const v1::RunSpec& spec, store::ArtifactStore& artifacts,
                 v1::RunOutcome& outcome) {
  if (!spec.has_oracle() || outcome.phases_size() != spec.phases_size()) return Status::Ok();
  const v1::PhaseOutcome& last = outcome.phases(outcome.phases_size() - 1);
  if (last.ending() == v1::ENDING_CANCELLED) return Status::Ok();
  TRY_ASSIGN(const v1::OracleAnswer answer, Answer(spec.oracle(), last, artifacts));
  outcome.set_oracle_answer(answer);
  return Status::Ok();
}

}  // namespace inquest::effects
