#include "runtime/investigators/builtin_candidates.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runtime/investigators/builtin_experiment.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kEditsLimit = 200;
constexpr std::size_t kNeighbourEditsLimit = 40;
constexpr std::size_t kCandidatesLimit = 150;

// The statements before and after the blamed one, in the same function.
Result<std::vector<v1::Location>> Neighbours(const TargetCode& code, const v1::Location& at) {
  TRY_ASSIGN(const std::string text, code.Read(at.path()));
  TRY_ASSIGN(const auto statements, code.language()->Statements(text));
  std::vector<v1::Location> neighbours;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].first_line != at.first_line()) continue;
    for (const std::size_t other : {i - 1, i + 1}) {
      if (other >= statements.size() || statements[other].function != statements[i].function) {
        continue;
      }
      v1::Location location;
      location.set_path(at.path());
      location.set_first_line(statements[other].first_line);
      location.set_last_line(statements[other].last_line);
      neighbours.push_back(std::move(location));
    }
  }
  return neighbours;
}

}  // namespace

Result<v1::Submission> OfferCandidates(const steps::Brief& brief, const v1::AskWork& ask,
                                       const TargetCode& code) {
  v1::Submission submission;
  const v1::Hypothesis* hypothesis = steps::ActiveHypothesis(brief);
  if (hypothesis == nullptr || !brief.judgement.has_value()) {
    submission.set_nothing_because("no supported hypothesis is active");
    return submission;
  }
  const auto& worked = brief.judgement->effective_patches();
  std::set<std::string> done(brief.rejected_patches.begin(), brief.rejected_patches.end());
  TRY_ASSIGN(std::vector<PatchIdea> ideas, code.IdeasFor(hypothesis->location(), kEditsLimit));
  // Those that the experiment tried without effect are out.
  for (std::size_t i = 0; i < std::min(ideas.size(), kInterventionsLimit); ++i) {
    if (std::find(worked.begin(), worked.end(), ideas[i].digest) == worked.end()) {
      done.insert(ideas[i].digest);
    }
  }
  TRY_ASSIGN(const auto neighbours, Neighbours(code, hypothesis->location()));
  for (const v1::Location& neighbour : neighbours) {
    TRY_ASSIGN(auto more, code.IdeasFor(neighbour, kNeighbourEditsLimit));
    std::move(more.begin(), more.end(), std::back_inserter(ideas));
  }
  std::stable_partition(ideas.begin(), ideas.end(), [&](const PatchIdea& idea) {
    return std::find(worked.begin(), worked.end(), idea.digest) != worked.end();
  });
  std::stable_partition(ideas.begin(), ideas.end(),
                        [](const PatchIdea& idea) { return !idea.edit.symptom_guard; });
  const std::set<int> refused = RefusedItems(ask);
  std::vector<store::NewArtifact> patches;
  int item = 0;
  for (const PatchIdea& idea : ideas) {
    if (patches.size() >= kCandidatesLimit) break;
    if (!done.insert(idea.digest).second || refused.contains(item++)) continue;
    v1::Candidate& candidate = *submission.add_candidates();
    candidate.set_patch_digest(idea.digest);
    candidate.set_origin(idea.edit.origin);
    candidate.set_description(idea.edit.description);
    candidate.set_symptom_guard(idea.edit.symptom_guard);
    patches.push_back({idea.diff, "text/x-diff"});
  }
  if (patches.empty()) {
    submission.set_nothing_because("every edit that the templates know for " + hypothesis->id() +
                                   " was tried");
    return submission;
  }
  TRY(code.artifacts().PutAll(patches).status());
  return submission;
}

}  // namespace inquest::investigators
