#include "runtime/effects/analyse.h"

#include <google/protobuf/util/json_util.h>

#include <string>
#include <vector>

#include "runtime/analysis/answers.h"
#include "runtime/analysis/coverage.h"
#include "runtime/effects/constant_conditions.h"
#include "runtime/effects/failure.h"
#include "runtime/effects/match_runs.h"
#include "runtime/effects/trace_path.h"
#include "runtime/effects/write_regression_test.h"
#include "runtime/formats/run_output.h"
#include "runtime/formats/unified_diff.h"
#include "steps/runs.h"

namespace inquest::effects {
namespace {

// What instruments leave in $INQUEST_OUT.
constexpr const char* kAnswersFile = "answers.jsonl";

Status Cancelled() {
  return {Code::kCancelled, "ANALYSIS_CANCELLED", "the analysis was cancelled"};
}

// The patch without one hunk; a file whose last hunk it was goes with it.
formats::Patch Without(const formats::Patch& patch, std::size_t file, std::size_t hunk) {
  formats::Patch rest = patch;
  auto& hunks = rest.files[file].hunks;
  hunks.erase(hunks.begin() + static_cast<std::ptrdiff_t>(hunk));
  if (hunks.empty()) rest.files.erase(rest.files.begin() + static_cast<std::ptrdiff_t>(file));
  return rest;
}

const v1::CollectedFile* FindCollected(const v1::RunOutcome& outcome, std::string_view path) {
  for (const v1::CollectedFile& file : outcome.collected()) {
    if (file.path() == path) return &file;
  }
  return nullptr;
}

using RunsOfEffects = google::protobuf::RepeatedPtrField<v1::RunOfEffect>;

Result<analysis::Answers> ReadAnswers(store::ArtifactStore& artifacts, const RunsOfEffects& runs) {
  analysis::Answers answers;
  for (const v1::RunOfEffect& run : runs) {
    const v1::CollectedFile* recorded = FindCollected(run.outcome(), kAnswersFile);
    if (recorded == nullptr) continue;
    TRY_ASSIGN(const std::string jsonl, artifacts.ReadAll(recorded->artifact().digest()));
    answers.Add(jsonl);
  }
  return answers;
}

}  // namespace

v1::Observation Analyser::Analyse(const v1::AnalyseWork& work, std::stop_token stop) {
  v1::Observation observation;
  const Status status = Compute(work, std::move(stop), *observation.mutable_analysis());
  return status.ok() ? observation : Failure(status);
}

Status Analyser::Compute(const v1::AnalyseWork& work, std::stop_token stop,
                         v1::Analysis& analysis) {
  switch (work.analysis_case()) {
    case v1::AnalyseWork::kReadRuns:
      return ReadRuns(work.read_runs(), std::move(stop), analysis);
    case v1::AnalyseWork::kLocationRan:
      return LocationRan(work.location_ran(), std::move(stop), analysis);
    case v1::AnalyseWork::kSplitPatch:
      return SplitPatch(work.split_patch(), analysis);
    case v1::AnalyseWork::kWriteCertificate:
      return WriteCertificate(work.write_certificate(), analysis);
    case v1::AnalyseWork::kCompareAnswers:
      return CompareAnswers(work.compare_answers(), std::move(stop), analysis);
    case v1::AnalyseWork::kWriteRegressionTest: {
      TRY_ASSIGN(*analysis.mutable_regression_test(),
                 WriteRegressionTest(work.write_regression_test(), artifacts_));
      return Status::Ok();
    }
    case v1::AnalyseWork::kTracePath: {
      TRY_ASSIGN(const std::vector<v1::PathStep> path,
                 TracePath(work.trace_path(), artifacts_, stop));
      analysis.mutable_path()->Add(path.begin(), path.end());
      return Status::Ok();
    }
    case v1::AnalyseWork::kMatchRuns:
      return MatchRuns(work.match_runs(), artifacts_, stop, analysis);
    case v1::AnalyseWork::kMakeConditionsConstant: {
      TRY_ASSIGN(const std::vector<v1::ConstantCondition> made,
                 MakeConditionsConstant(work.make_conditions_constant(), artifacts_));
      analysis.mutable_constant_conditions()->Add(made.begin(), made.end());
      return Status::Ok();
    }
    case v1::AnalyseWork::ANALYSIS_NOT_SET:
      break;
  }
  return {Code::kInvalidArgument, "UNKNOWN_ANALYSIS", "the work names no analysis"};
}

Status Analyser::ReadRuns(const v1::ReadRuns& work, std::stop_token stop, v1::Analysis& analysis) {
  for (const v1::RunOfEffect& run : work.runs()) {
    if (stop.stop_requested()) return Cancelled();
    v1::RunReading reading;
    if (!run.outcome().phases().empty()) {
      const v1::PhaseOutcome& phase = *run.outcome().phases().rbegin();
      std::string out;
      std::string err;
      if (!phase.stdout().digest().empty()) {
        TRY_ASSIGN(out, artifacts_.ReadAll(phase.stdout().digest()));
      }
      if (!phase.stderr().digest().empty()) {
        TRY_ASSIGN(err, artifacts_.ReadAll(phase.stderr().digest()));
      }
      reading = formats::ReadOutput(out, err, phase);
    }
    reading.set_effect_id(run.effect_id());
    *analysis.add_readings() = std::move(reading);
  }
  return Status::Ok();
}

Status Analyser::LocationRan(const v1::LocationRan& work, std::stop_token stop,
                             v1::Analysis& analysis) {
  const v1::Location& at = work.location();
  for (const v1::RunOfEffect& run : work.runs()) {
    if (stop.stop_requested()) return Cancelled();
    const v1::CollectedFile* recorded = FindCollected(run.outcome(), steps::kCoverageFile);
    if (recorded == nullptr) {
      analysis.add_unknown_in(run.effect_id());
      continue;
    }
    TRY_ASSIGN(const std::string jsonl, artifacts_.ReadAll(recorded->artifact().digest()));
    const analysis::Coverage coverage = analysis::ReadCoverage(jsonl);
    if (analysis::FailingPartRan(coverage, at.path(), at.first_line(), at.last_line())) {
      analysis.add_ran_in(run.effect_id());
    } else if (recorded->truncated() || coverage.tests.empty()) {
      analysis.add_unknown_in(run.effect_id());
    }
  }
  return Status::Ok();
}

Status Analyser::SplitPatch(const v1::SplitPatch& work, v1::Analysis& analysis) {
  TRY_ASSIGN(const std::string diff, artifacts_.ReadAll(work.patch_digest()));
  TRY_ASSIGN(const formats::Patch patch, formats::ParsePatch(diff));
  std::vector<std::string> texts;
  for (std::size_t file = 0; file < patch.files.size(); ++file) {
    for (std::size_t hunk = 0; hunk < patch.files[file].hunks.size(); ++hunk) {
      const formats::Patch rest = Without(patch, file, hunk);
      texts.push_back(rest.files.empty() ? "" : formats::FormatPatch(rest));
    }
  }
  std::vector<store::NewArtifact> wanted;
  for (const std::string& text : texts) {
    if (!text.empty()) wanted.push_back({text, "text/x-diff"});
  }
  TRY_ASSIGN(const std::vector<v1::Artifact> put, artifacts_.PutAll(wanted));
  std::size_t next = 0;
  for (const std::string& text : texts) {
    analysis.add_without_hunk(text.empty() ? "" : put[next++].digest());
  }
  return Status::Ok();
}

Status Analyser::CompareAnswers(const v1::CompareAnswers& work, std::stop_token stop,
                                v1::Analysis& analysis) {
  TRY_ASSIGN(const analysis::Answers first, ReadAnswers(artifacts_, work.first()));
  TRY_ASSIGN(const analysis::Answers again, ReadAnswers(artifacts_, work.first_again()));
  for (const v1::AnswersOfTree& tree : work.others()) {
    if (stop.stop_requested()) return Cancelled();
    TRY_ASSIGN(const analysis::Answers other, ReadAnswers(artifacts_, tree.runs()));
    const analysis::AnswerDifference difference = analysis::CompareAnswers(first, again, other);
    v1::AnswerComparison& compared = *analysis.add_comparisons();
    compared.set_inputs(static_cast<int>(difference.inputs));
    compared.set_differing(static_cast<int>(difference.differing));
    compared.set_input(difference.input);
    compared.set_first_answer(difference.first_answer);
    compared.set_other_answer(difference.other_answer);
  }
  return Status::Ok();
}

Status Analyser::WriteCertificate(const v1::WriteCertificate& work, v1::Analysis& analysis) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto written =
      google::protobuf::util::MessageToJsonString(work.certificate(), &json, options);
  if (!written.ok()) {
    return {Code::kInternal, "CERTIFICATE_NOT_WRITTEN", std::string(written.message())};
  }
  TRY_ASSIGN(*analysis.mutable_certificate(), artifacts_.Put(json, "application/json"));
  return Status::Ok();
}

}  // namespace inquest::effects
