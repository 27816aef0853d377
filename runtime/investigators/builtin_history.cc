#include "runtime/investigators/builtin_history.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace inquest::investigators {
namespace {

constexpr double kHalfLifeCommits = 10;
constexpr std::size_t kShortId = 10;
// Likelier than most templates, as the code was once like that; older work is less likely.
constexpr double kFirstRank = 1.6;
constexpr double kRankStep = 0.01;
constexpr double kLastRank = 2.0;
// Of the commit that brought the bug.
constexpr double kCulpritRank = 0.1;

using Edits = std::map<std::string, std::vector<analysis::Replacement>>;  // by path

// All that takes one commit back, by growing extent.
std::vector<Edits> Extents(const std::map<std::string, std::vector<analysis::Reversal>>& files) {
  std::vector<Edits> extents;
  Edits whole;
  for (const auto& [path, reversals] : files) {
    Edits all;
    for (const analysis::Reversal& reversal : reversals) {
      if (reversals.size() > 1) extents.push_back({{path, reversal.replacements}});
      for (const analysis::Replacement& replacement : reversal.replacements) {
        all[path].push_back(replacement);
        whole[path].push_back(replacement);
      }
    }
    extents.push_back(std::move(all));
  }
  if (files.size() > 1) extents.push_back(std::move(whole));
  return extents;
}

v1::Location PlaceOf(const Edits& edits) {
  v1::Location at;
  const auto& [path, replacements] = *edits.begin();
  at.set_path(path);
  at.set_first_line(replacements.front().first_line);
  const analysis::Replacement& last = replacements.back();
  at.set_last_line(std::max(last.first_line, last.first_line + last.count - 1));
  return at;
}

Result<PatchIdea> IdeaOf(const Edits& edits, const v1::Commit& commit, const TargetCode& code) {
  formats::Patch patch;
  for (const auto& [path, replacements] : edits) {
    TRY_ASSIGN(const std::string text, code.Read(path));
    formats::Patch one = formats::DiffTexts(path, text, analysis::Replace(text, replacements));
    std::move(one.files.begin(), one.files.end(), std::back_inserter(patch.files));
  }
  PatchIdea idea;
  idea.diff = formats::FormatPatch(patch);
  idea.digest = Sha256(idea.diff).ToHex();
  idea.edit.origin = "revert";
  idea.edit.description = "take back " + commit.id().substr(0, kShortId) + " \"" +
                          commit.subject() + "\" in " + edits.begin()->first;
  return idea;
}

}  // namespace

Result<RecentChanges> RecentChanges::Open(const steps::Brief& brief,
                                          store::ArtifactStore& artifacts) {
  RecentChanges changes;
  if (brief.acquired.history_digest().empty()) return changes;
  TRY_ASSIGN(const std::string bytes, artifacts.ReadAll(brief.acquired.history_digest()));
  if (!changes.history_.ParseFromString(bytes)) {
    return Status(Code::kDataLoss, "HISTORY_UNREADABLE", "the recorded history cannot be read");
  }
  for (const v1::Commit& commit : changes.history_.commits()) {
    analysis::CommitChanges& change = changes.commits_.emplace_back();
    change.paths.assign(commit.paths().begin(), commit.paths().end());
    // A commit without a patch may have changed more paths than are listed.
    constexpr int kPathsLimit = 200;
    change.all_paths = commit.paths_size() < kPathsLimit;
    if (commit.patch_digest().empty()) {
      change.known = commit.paths().empty();
      continue;
    }
    TRY_ASSIGN(const std::string diff, artifacts.ReadAll(commit.patch_digest()));
    auto patch = formats::ParsePatch(diff);
    change.known = patch.ok();
    if (patch.ok()) change.patch = *std::move(patch);
  }
  return changes;
}

const analysis::FileHistory& RecentChanges::Of(const std::string& path, const std::string& text) {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  return files_.emplace(path, analysis::FollowFile(path, text, commits_)).first->second;
}

bool RecentChanges::ChangesSources(int place, const TargetCode& code) const {
  const analysis::CommitChanges& commit = commits_[static_cast<std::size_t>(place)];
  return commit.known && std::any_of(commit.patch.files.begin(), commit.patch.files.end(),
                                     [&](const formats::FileDiff& file) {
                                       return !code.Judges(formats::PathOf(file));
                                     });
}

bool RecentChanges::IsBlamed(const std::string& path, const std::string& text, int first_line,
                             int last_line) {
  if (culprits_.empty()) return false;
  const analysis::FileHistory& history = Of(path, text);
  for (int line = std::max(first_line, 1); line <= last_line; ++line) {
    if (line > std::ssize(history.written_by)) break;
    if (culprits_.contains(history.written_by[static_cast<std::size_t>(line) - 1])) return true;
  }
  for (const analysis::Reversal& reversal : history.reversals) {
    if (!culprits_.contains(reversal.commit)) continue;
    for (const analysis::Replacement& back : reversal.replacements) {
      if (back.count == 0 && first_line <= back.first_line && back.first_line <= last_line + 1) {
        return true;
      }
    }
  }
  return false;
}

double RecentChanges::Recency(const std::string& path, const std::string& text, int first_line,
                              int last_line) {
  if (empty()) return 0;
  const std::vector<int>& written_by = Of(path, text).written_by;
  int newest = -1;
  for (int line = first_line; line <= last_line; ++line) {
    if (line < 1 || line > std::ssize(written_by)) continue;
    const int commit = written_by[static_cast<std::size_t>(line) - 1];
    if (commit >= 0 && (newest < 0 || commit < newest)) newest = commit;
  }
  return newest < 0 ? 0 : std::exp2(-newest / kHalfLifeCommits);
}

Result<std::vector<RevertIdea>> RecentChanges::Reverts(const std::vector<std::string>& paths,
                                                       const TargetCode& code, std::size_t limit) {
  std::map<int, std::map<std::string, std::vector<analysis::Reversal>>> commits;
  for (const std::string& path : paths) {
    if (empty() || !code.IsSuspect(path)) continue;
    TRY_ASSIGN(const std::string text, code.Read(path));
    for (const analysis::Reversal& reversal : Of(path, text).reversals) {
      commits[reversal.commit][path].push_back(reversal);
    }
  }
  std::vector<RevertIdea> ideas;
  // Those that are blamed first, as there is a limit.
  std::vector<std::pair<int, std::vector<Edits>>> extents;
  for (const auto& [commit, files] : commits) extents.emplace_back(commit, Extents(files));
  std::stable_partition(extents.begin(), extents.end(),
                        [&](const auto& of) { return culprits_.contains(of.first); });
  for (const auto& [commit, edits_of] : extents) {
    for (const Edits& edits : edits_of) {
      if (ideas.size() >= limit) return ideas;
      TRY_ASSIGN(PatchIdea idea, IdeaOf(edits, history_.commits(commit), code));
      if (idea.diff.empty()) continue;
      idea.edit.rank = culprits_.contains(commit)
                           ? kCulpritRank
                           : std::min(kFirstRank + kRankStep * commit, kLastRank);
      ideas.push_back({std::move(idea), PlaceOf(edits), commit});
    }
  }
  return ideas;
}

}  // namespace inquest::investigators
