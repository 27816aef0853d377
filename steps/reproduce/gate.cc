#include "steps/reproduce/gate.h"

#include <string_view>

#include "steps/runs.h"

namespace inquest::steps {
namespace {

constexpr std::size_t kCommandLimitBytes = 16384;
constexpr std::int64_t kTimeLimitSeconds = 600;
constexpr int kChangesMost = 256;
constexpr std::size_t kPathLimitBytes = 4096;

// Below the root of the tree.
bool IsInTree(std::string_view path) {
  if (path.empty() || path.size() > kPathLimitBytes || path.front() == '/') return false;
  if (path.find('\0') != path.npos) return false;
  for (;;) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

std::vector<v1::Defect> ReproduceGate(const Brief&, const v1::Submission& submission) {
  std::vector<v1::Defect> defects;
  const v1::Recipe& recipe = submission.recipe();
  if (recipe.shell_command().empty() || recipe.shell_command().size() > kCommandLimitBytes) {
    defects.push_back(MakeDefect(0, "COMMAND_MISSING", "give a command of 1 to 16384 bytes"));
  }
  const v1::Oracle& oracle = recipe.oracle();
  if (!oracle.any_failure() && !oracle.timeout_counts() && oracle.output_contains().empty() &&
      oracle.output_matches().empty() && oracle.expected_stdout_digest().empty() &&
      oracle.script().empty() && !oracle.has_more_than()) {
    defects.push_back(MakeDefect(0, "ORACLE_MISSING",
                                 "say how a run tells that the bug showed: any failure, a text, an "
                                 "expression, the expected output, a script, or what is too much"));
  }
  if (recipe.time_limit().seconds() < 1 || recipe.time_limit().seconds() > kTimeLimitSeconds) {
    defects.push_back(MakeDefect(0, "TIME_LIMIT_MISSING", "give a time limit of 1 s to 600 s"));
  }
  return defects;
}

std::vector<v1::Defect> SmallerGate(const Brief& brief, const v1::Submission& submission) {
  std::vector<v1::Defect> defects = ReproduceGate(brief, submission);
  if (submission.survey_size() > kChangesMost) {
    defects.push_back(MakeDefect(0, "TOO_MANY_CHANGES", "give at most 256 changes in a round"));
  }
  for (int i = 0; i < submission.survey_size(); ++i) {
    const v1::Candidate& change = submission.survey(i);
    if (change.description().empty() || !IsInTree(change.location().path())) {
      defects.push_back(MakeDefect(i, "INPUT_MISSING", "say which input the change makes smaller"));
    }
  }
  return defects;
}

}  // namespace inquest::steps
