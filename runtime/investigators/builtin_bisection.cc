#include "runtime/investigators/builtin_bisection.h"

#include <algorithm>
#include <map>
#include <utility>

#include "runtime/investigators/builtin_recipe.h"
#include "runtime/investigators/past_trees.h"
#include "steps/hypothesize/bisection.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kQuoteBytes = 1024;
constexpr std::size_t kRunsNamed = 12;

std::string Named(const v1::Commit& commit) {
  constexpr std::size_t kShortId = 10;
  return commit.id().substr(0, kShortId) + " \"" + commit.subject() + "\"";
}

std::string Describe(const v1::Commit& commit) { return "the target before " + Named(commit); }

// What was asked for in this or an earlier visit; nullptr: nothing.
const v1::Submission* AskedBefore(const steps::Brief& brief) {
  for (const steps::Observed& observed : brief.explored) {
    const v1::Submission& submission = observed.observation->submission();
    if (steps::IsBisection(submission)) return &submission;
  }
  return nullptr;
}

steps::Bisection ReadRuns(const steps::Brief& brief, const v1::Submission& submission) {
  std::map<std::string, const steps::Observed*> runs;
  for (const steps::Observed& observed : brief.explored) {
    if (observed.key.starts_with(steps::kBisectKey)) runs.emplace(observed.key, &observed);
  }
  return steps::ReadBisection(brief, submission,
                              [&](const std::string& key) -> const steps::Observed* {
                                const auto found = runs.find(key);
                                return found == runs.end() ? nullptr : found->second;
                              });
}

// The place in the history of the commit that the state is before; -1: it is not in there.
int CommitOf(const steps::PastState& state, const RecentChanges& recent) {
  for (int i = 0; i < std::ssize(recent.commits()); ++i) {
    if (Describe(recent.commit(i)) == state.description) return i;
  }
  return -1;
}

std::string NameRuns(const std::vector<std::int64_t>& runs) {
  std::string text = runs.size() == 1 ? "run " : "runs ";
  for (std::size_t i = 0; i < std::min(runs.size(), kRunsNamed); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(runs[i]);
  }
  return text + (runs.size() > kRunsNamed ? ", ..." : "");
}

Status Cite(const std::string& digest, std::size_t begin, const TargetCode& code,
            std::vector<v1::Citation>& citations) {
  if (digest.empty()) return Status::Ok();
  TRY_ASSIGN(const std::string text, code.artifacts().ReadAll(digest));
  if (begin >= text.size()) return Status::Ok();
  v1::Citation& citation = citations.emplace_back();
  citation.set_digest(digest);
  citation.set_quote(text.substr(begin, kQuoteBytes));
  citation.set_begin_byte(static_cast<std::int64_t>(begin));
  citation.set_end_byte(static_cast<std::int64_t>(begin + citation.quote().size()));
  return Status::Ok();
}

Status CiteRun(std::int64_t effect_id, const steps::Brief& brief, const TargetCode& code,
               std::vector<v1::Citation>& citations) {
  for (const steps::Observed& observed : brief.explored) {
    if (observed.effect_id != effect_id || observed.observation->run().phases().empty()) continue;
    const v1::PhaseOutcome& phase = *observed.observation->run().phases().rbegin();
    TRY(Cite(phase.stdout().digest(), 0, code, citations));
    return Cite(phase.stderr().digest(), 0, code, citations);
  }
  return Status::Ok();
}

}  // namespace

Result<std::optional<v1::Submission>> AskBisection(const steps::Brief& brief,
                                                   const v1::AskWork& ask, const Clues& clues,
                                                   const RecentChanges& recent,
                                                   const TargetCode& code) {
  std::optional<v1::Submission> asked;
  const bool first = ask.defects().empty() && !ask.has_survey() && AskedBefore(brief) == nullptr;
  if (brief.target.good_revision().empty() || !first) return asked;
  TRY_ASSIGN(const auto trees, MakePastTrees(recent, FailingTests(clues, code), code));
  if (trees.empty()) return asked;
  TRY_ASSIGN(asked, WriteRecipe(brief, code.artifacts()));
  std::vector<store::NewArtifact> patches;
  for (const PastTree& tree : trees) {
    for (const std::string& diff : tree.diffs) {
      v1::Candidate& candidate = *asked->add_survey();
      candidate.set_origin(steps::kPastTree);
      candidate.set_description(Describe(recent.commit(tree.commit)));
      candidate.set_patch_digest(Sha256(diff).ToHex());
      patches.push_back({diff, "text/x-diff"});
    }
  }
  TRY(code.artifacts().PutAll(patches).status());
  return asked;
}

Result<Culprits> ReadCulprits(const steps::Brief& brief, const RecentChanges& recent,
                              const TargetCode& code) {
  Culprits culprits;
  const v1::Submission* asked = AskedBefore(brief);
  if (asked == nullptr) return culprits;
  const steps::Bisection bisection = ReadRuns(brief, *asked);
  if (bisection.halved.end != steps::Halved::End::kFound) return culprits;
  const steps::PastState& good = bisection.states[bisection.halved.good];
  const steps::PastState* bad = bisection.halved.first_suspect == 0
                                    ? nullptr
                                    : &bisection.states[bisection.halved.first_suspect - 1];
  // From the commit after the bad state's to the good state's.
  const int oldest = CommitOf(good, recent);
  for (int i = bad == nullptr ? 0 : CommitOf(*bad, recent) + 1; i <= oldest; ++i) {
    if (recent.ChangesSources(i, code)) culprits.commits.insert(i);
  }
  if (culprits.commits.empty()) return culprits;
  culprits.told = culprits.commits.size() == 1
                      ? Named(recent.commit(oldest))
                      : "one of the " + std::to_string(culprits.commits.size()) + " commits from " +
                            Named(recent.commit(oldest)) + " to " +
                            Named(recent.commit(*culprits.commits.begin()));
  culprits.told += " brought it: of " + std::to_string(bisection.states.size()) +
                   " past trees, the newest one without the bug is " + good.description + " (" +
                   NameRuns(good.clean_runs) + ")";
  if (bad != nullptr) {
    culprits.told +=
        ", and the oldest one with it " + bad->description + " (" + NameRuns(bad->bad_runs) + ")";
    TRY(CiteRun(bad->bad_runs.front(), brief, code, culprits.citations));
  }
  TRY(CiteRun(good.clean_runs.front(), brief, code, culprits.citations));
  TRY(Cite(recent.commit(oldest).patch_digest(), 0, code, culprits.citations));
  return culprits;
}

}  // namespace inquest::investigators
