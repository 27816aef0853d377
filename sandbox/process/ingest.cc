#include "sandbox/process/ingest.h"

#include <vector>

#include "runtime/base/file.h"
#include "sandbox/process/trials.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/workspace/collect.h"

namespace inquest::sandbox {
namespace {

constexpr std::uint64_t kOutcomeLimit = std::uint64_t{16} << 20U;
constexpr char kBytes[] = "application/octet-stream";

}  // namespace

Result<v1::RunOutcome> Ingest(const std::string& run_directory, store::ArtifactStore& artifacts) {
  TRY_ASSIGN(const std::string bytes, ReadFile(run_directory + "/" + kOutcomeFile, kOutcomeLimit));
  v1::RunOutcome outcome;
  if (!outcome.ParseFromString(bytes)) {
    return Status{Code::kDataLoss, "OUTCOME_DAMAGED",
                  "the outcome in " + run_directory + " is damaged"};
  }
  if (outcome.phases().empty()) return outcome;
  std::vector<std::string> outputs;
  for (int index = 0; index < outcome.phases_size(); ++index) {
    for (const char* name : {kStdoutFile, kStderrFile}) {
      TRY_ASSIGN(std::string output,
                 ReadFile(run_directory + "/" + name + std::to_string(index),
                          static_cast<std::uint64_t>(store::kArtifactLimitBytes)));
      outputs.push_back(std::move(output));
    }
  }
  TRY_ASSIGN(const std::vector<Collected> collected,
             Collect(run_directory + "/" + kOutputDirectory, CollectLimits{}));
  std::vector<store::NewArtifact> all;
  for (const std::string& output : outputs) all.push_back({output, kBytes});
  for (const Collected& file : collected) all.push_back({file.bytes, kBytes});
  TRY_ASSIGN(const std::vector<v1::Artifact> stored, artifacts.PutAll(all));
  auto next = stored.begin();
  for (v1::PhaseOutcome& phase : *outcome.mutable_phases()) {
    *phase.mutable_stdout() = *next++;
    *phase.mutable_stderr() = *next++;
  }
  for (const Collected& file : collected) {
    v1::CollectedFile* entry = outcome.add_collected();
    entry->set_path(file.path);
    entry->set_truncated(file.truncated);
    *entry->mutable_artifact() = *next++;
    if (file.path == kTrialsFile) ReadTrials(file.bytes, &outcome);
  }
  return outcome;
}

}  // namespace inquest::sandbox
