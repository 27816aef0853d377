#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "runtime/analysis/history.h"
#include "runtime/base/status.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// A change that takes recent work back, where it is, and the commit's place in the history.
struct RevertIdea {
  PatchIdea idea;
  v1::Location at;
  int commit = 0;
};

// What recent commits did to the target. One thread.
class RecentChanges {
 public:
  // Without any commit where nothing is recorded of the target's history.
  static Result<RecentChanges> Open(const steps::Brief& brief, store::ArtifactStore& artifacts);

  bool empty() const { return commits_.empty(); }
  const std::vector<analysis::CommitChanges>& commits() const { return commits_; }
  const v1::Commit& commit(int place) const { return history_.commits(place); }
  // Whether it changed more than what judges a fix.
  bool ChangesSources(int place, const TargetCode& code) const;

  // That one of these commits brought the bug: they count as the newest, and are taken back first.
  void Blame(std::set<int> culprits) { culprits_ = std::move(culprits); }
  // Whether one of these wrote one of the lines, or took lines away that stood at them.
  bool IsBlamed(const std::string& path, const std::string& text, int first_line, int last_line);
  // How recently a commit wrote one of the lines: 1 for the newest one, halved every ten commits;
  // 0: none that is known.
  double Recency(const std::string& path, const std::string& text, int first_line, int last_line);
  // For each of the files what takes back a hunk of a recent commit, all of the commit's hunks in
  // the file, and all in these files together; the newest ones first, at most `limit`.
  Result<std::vector<RevertIdea>> Reverts(const std::vector<std::string>& paths,
                                          const TargetCode& code, std::size_t limit);

 private:
  const analysis::FileHistory& Of(const std::string& path, const std::string& text);

  v1::History history_;
  std::vector<analysis::CommitChanges> commits_;
  std::map<std::string, analysis::FileHistory> files_;
  std::set<int> culprits_;  // by place
};

}  // namespace inquest::investigators
