#include "runtime/effects/match_runs.h"

#include <algorithm>
#include <optional>
#include <string>

#include "runtime/analysis/values.h"
#include "runtime/base/digest.h"
#include "runtime/effects/pattern.h"

namespace inquest::effects {
namespace {

constexpr std::int64_t kOutputPrefixBytes = std::int64_t{8} << 20U;
constexpr const char* kValuesFile = "values.jsonl";

// nullopt: it cannot be told.
using Answer = std::optional<bool>;

Result<Answer> OutputMatches(const v1::RunOutcome& outcome, const Pattern& pattern,
                             store::ArtifactStore& artifacts) {
  if (outcome.phases().empty()) return Answer();
  const v1::PhaseOutcome& phase = *outcome.phases().rbegin();
  for (const v1::Artifact* stream : {&phase.stdout(), &phase.stderr()}) {
    if (stream->digest().empty() || stream->size_bytes() == 0) continue;
    TRY_ASSIGN(const Digest digest, DigestFromHex(stream->digest()));
    TRY_ASSIGN(const std::string bytes, artifacts.Read(digest, 0, kOutputPrefixBytes));
    if (pattern.IsIn(bytes)) return Answer(true);
  }
  return Answer(pattern.IsIn(""));
}

Result<Answer> ValueMatches(const v1::RunOutcome& outcome, const Pattern& pattern,
                            store::ArtifactStore& artifacts) {
  for (const v1::CollectedFile& file : outcome.collected()) {
    if (file.path() != kValuesFile) continue;
    TRY_ASSIGN(const std::string jsonl, artifacts.ReadAll(file.artifact().digest()));
    const analysis::RecordedValues recorded = analysis::ReadValues(jsonl);
    if (!recorded.started) return Answer();
    return Answer(std::any_of(recorded.values.begin(), recorded.values.end(),
                              [&](const std::string& value) { return pattern.IsIn(value); }));
  }
  return Answer();
}

}  // namespace

Status MatchRuns(const v1::MatchRuns& work, store::ArtifactStore& artifacts,
                 const std::stop_token& stop, v1::Analysis& analysis) {
  TRY_ASSIGN(const Pattern pattern, Pattern::Compile(work.matches()));
  const auto ask = work.expression().empty() ? OutputMatches : ValueMatches;
  for (const v1::RunOfEffect& run : work.runs()) {
    if (stop.stop_requested()) {
      return {Code::kCancelled, "ANALYSIS_CANCELLED", "the analysis was cancelled"};
    }
    TRY_ASSIGN(const Answer matches, ask(run.outcome(), pattern, artifacts));
    if (!matches.has_value()) analysis.add_unknown_in(run.effect_id());
    if (matches.value_or(false)) analysis.add_matched_in(run.effect_id());
  }
  return Status::Ok();
}

}  // namespace inquest::effects
