#include "runtime/investigators/builtin_contrasts.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/analysis/coverage.h"
#include "runtime/investigators/trigger_inputs.h"
#include "steps/hypothesize/contrasts.h"
#include "steps/runs.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kChangesMost = 64;
// Data of fewer lines is cut into words.
constexpr std::size_t kFewestLines = 4;

bool AskedBefore(const steps::Brief& brief) {
  return std::any_of(brief.explored.begin(), brief.explored.end(),
                     [](const steps::Observed& observed) {
                       return steps::AsksForContrasts(observed.observation->submission());
                     });
}

bool Needed(const steps::Brief& brief, const Clues& clues) {
  const v1::Symptom& symptom = *brief.symptom;
  return clues.spectra.failing() == 1 && clues.spectra.passing() == 0 &&
         symptom.failing_runs() == symptom.runs_size() && !steps::Hangs(brief) &&
         !brief.acquired.coverage_instrument().empty() &&
         // What is to be printed is known for the input as it is, alone.
         brief.target.oracle().expected_stdout_digest().empty();
}

std::vector<Piece> PiecesOf(const TriggerInput& input) {
  if (input.kind != TriggerInput::Kind::kData) return input.pieces;
  std::vector<Piece> lines = Cut(input.text, Grain::kLines);
  return lines.size() >= kFewestLines ? lines : Cut(input.text, Grain::kWords);
}

// What is kept of `count` pieces: all but one part, of ever more parts, and each of the larger
// parts alone.
std::vector<std::vector<std::size_t>> Selections(std::size_t count) {
  std::set<std::vector<std::size_t>> known;
  std::vector<std::vector<std::size_t>> selections;
  const auto add = [&](std::vector<std::size_t> kept) {
    if (kept.empty() || kept.size() == count || selections.size() >= kChangesMost) return;
    if (known.insert(kept).second) selections.push_back(std::move(kept));
  };
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  constexpr std::size_t kLargeParts = 8;
  for (std::size_t parts = 2; parts <= count && parts <= kChangesMost; parts *= 2) {
    for (std::size_t part = 0; part < parts; ++part) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(part * count / parts);
      const auto end = all.begin() + static_cast<std::ptrdiff_t>((part + 1) * count / parts);
      std::vector<std::size_t> rest(all.begin(), begin);
      rest.insert(rest.end(), end, all.end());
      add(std::move(rest));
      if (parts <= kLargeParts) add({begin, end});
    }
  }
  return selections;
}

}  // namespace

Result<std::optional<v1::Submission>> AskContrasts(const steps::Brief& brief,
                                                   const v1::AskWork& ask, const Clues& clues,
                                                   const TargetCode& code) {
  std::optional<v1::Submission> asked;
  if (ask.survey().rounds() > 0 || AskedBefore(brief) || !Needed(brief, clues)) return asked;
  TRY_ASSIGN(const std::vector<TriggerInput> inputs, FindInputs(brief, code, InputSize::kAny));
  v1::Submission submission;
  std::deque<std::string> diffs;  // what the artifacts are until they are stored
  std::vector<store::NewArtifact> patches;
  for (const TriggerInput& input : inputs) {
    // The trigger's own words would take another command.
    if (input.kind == TriggerInput::Kind::kArguments) continue;
    const std::vector<Piece> pieces = PiecesOf(input);
    for (const auto& kept : Selections(pieces.size())) {
      if (static_cast<std::size_t>(submission.survey_size()) >= kChangesMost) break;
      const std::string text = Assemble(input.text, pieces, kept);
      const std::string& diff = diffs.emplace_back(
          formats::FormatPatch({{RewriteInput(input.path, input.text, text)}}));
      v1::Candidate& candidate = *submission.add_survey();
      candidate.set_origin(steps::kChangedInput);
      candidate.set_description(input.what + " with " + std::to_string(kept.size()) + " of " +
                                std::to_string(pieces.size()) + " parts");
      candidate.set_patch_digest(Sha256(diff).ToHex());
      candidate.mutable_location()->set_path(input.path);
      candidate.set_cost(static_cast<double>(text.size()));
      patches.push_back({diff, "text/x-diff"});
    }
  }
  if (submission.survey().empty()) return asked;
  TRY(code.artifacts().PutAll(patches).status());
  asked = std::move(submission);
  return asked;
}

Status ReadContrasts(const steps::Brief& brief, const TargetCode& code, Clues& clues) {
  if (!clues.spectra.HasFailing()) return Status::Ok();
  for (const steps::Observed& observed : brief.explored) {
    if (!observed.key.starts_with(steps::kContrastKey) || steps::WhyUnusable(observed)) continue;
    const bool failed = steps::BugShows(observed);
    if (!failed && !steps::Clean(observed)) continue;
    for (const v1::CollectedFile& file : observed.observation->run().collected()) {
      if (file.path() != steps::kCoverageFile) continue;
      TRY_ASSIGN(const std::string jsonl, code.artifacts().ReadAll(file.artifact().digest()));
      clues.spectra.AddRun(analysis::ReadCoverage(jsonl), failed);
    }
  }
  return Status::Ok();
}

}  // namespace inquest::investigators
