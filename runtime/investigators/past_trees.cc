#include "runtime/investigators/past_trees.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "runtime/analysis/history.h"
#include "runtime/formats/unified_diff.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kTreesMost = 64;
constexpr std::size_t kDiffBytesMost = std::size_t{16} << 20U;

using Files = std::map<std::string, std::optional<std::string>>;  // no text: there is none

bool IsIn(int line, const std::vector<LinesOf>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const LinesOf& range) {
    return range.first_line <= line && line <= range.last_line;
  });
}

// What makes the past text of today's: the runs of changed lines.
std::vector<analysis::Replacement> RunsOf(const formats::Hunk& hunk) {
  std::vector<analysis::Replacement> runs;
  int line = static_cast<int>(hunk.old_count == 0 ? hunk.old_start + 1 : hunk.old_start);
  bool open = false;
  for (const std::string& text : hunk.lines) {
    if (text.front() == ' ') {
      open = false;
      ++line;
      continue;
    }
    if (!open) runs.push_back({.first_line = line, .count = 0, .lines = {}});
    open = true;
    if (text.front() == '+') runs.back().lines.push_back(text.substr(1));
    if (text.front() == '-') {
      ++runs.back().count;
      ++line;
    }
  }
  return runs;
}

// The part of the run that is outside of the ranges.
void AddOutside(const analysis::Replacement& run, const std::vector<LinesOf>& ranges,
                std::vector<analysis::Replacement>& outside) {
  const int first = run.first_line;
  if (run.count == 0) {
    if (!IsIn(first, ranges) || !IsIn(first - 1, ranges)) outside.push_back(run);
    return;
  }
  bool added = IsIn(first, ranges);  // what came in the place of kept lines stays out
  for (int line = first; line < first + run.count; ++line) {
    if (IsIn(line, ranges)) continue;
    outside.push_back({.first_line = line, .count = 1, .lines = {}});
    if (!added) outside.back().lines = run.lines;
    added = true;
  }
}

class Maker {
 public:
  Maker(const std::vector<LinesOf>& failing, const TargetCode& code)
      : failing_(failing), code_(code) {}

  // False: it does not fit, and no older tree can be made.
  Result<bool> TakeBack(const formats::Patch& patch) {
    formats::Patch sources;
    formats::Patch tests;
    for (const formats::FileDiff& file : formats::Reverse(patch).files) {
      (code_.Judges(formats::PathOf(file)) ? tests : sources).files.push_back(file);
    }
    TRY_ASSIGN(const bool tests_fit, Apply(tests, tests_));
    tests_fit_ = tests_fit_ && tests_fit;
    return Apply(sources, sources_);
  }

  Result<std::vector<std::string>> Diffs() const {
    formats::Patch patch;
    TRY(AddChanges(sources_, patch));
    std::vector<std::string> diffs = {formats::FormatPatch(patch)};
    if (failing_.empty() || !tests_fit_) return diffs;
    Files tests = tests_;
    for (auto& [path, text] : tests) TRY(KeepFailing(path, text));
    TRY(AddChanges(tests, patch));
    std::string other = formats::FormatPatch(patch);
    if (other != diffs.front()) diffs.push_back(std::move(other));
    return diffs;
  }

 private:
  Result<std::optional<std::string>> Today(const std::string& path) const {
    auto text = code_.Read(path);
    if (text.ok()) return std::optional(*std::move(text));
    if (text.status().code() == Code::kNotFound) return std::optional<std::string>();
    return text.status();
  }

  Result<bool> Apply(const formats::Patch& patch, Files& files) const {
    const auto changed = formats::ApplyPatch(
        patch, [&](const std::string& path) -> Result<std::optional<std::string>> {
          const auto found = files.find(path);
          return found == files.end() ? Today(path) : found->second;
        });
    if (!changed.ok()) {
      if (changed.status().reason() == "PATCH_DOES_NOT_APPLY") return false;
      return changed.status();
    }
    for (const formats::PatchedFile& file : *changed) files[file.path] = file.text;
    return true;
  }

  // A file of tests that fail keeps these, and is there if it was not.
  Status KeepFailing(const std::string& path, std::optional<std::string>& text) const {
    std::vector<LinesOf> ranges;
    for (const LinesOf& lines : failing_) {
      if (lines.path == path) ranges.push_back(lines);
    }
    if (ranges.empty()) return Status::Ok();
    TRY_ASSIGN(const auto today, Today(path));
    if (!today.has_value()) return Status::Ok();
    text = text.has_value() ? KeepLines(*today, *text, ranges) : *today;
    return Status::Ok();
  }

  Status AddChanges(const Files& files, formats::Patch& patch) const {
    for (const auto& [path, past] : files) {
      TRY_ASSIGN(const auto today, Today(path));
      if (today == past) continue;
      formats::Patch diff = formats::DiffTexts(path, today.value_or(""), past.value_or(""));
      // An empty file comes or goes without a line.
      if (diff.files.empty())
        diff.files.push_back({.old_path = path, .new_path = path, .hunks = {}});
      if (!today.has_value()) diff.files[0].old_path.clear();
      if (!past.has_value()) diff.files[0].new_path.clear();
      patch.files.push_back(std::move(diff.files[0]));
    }
    return Status::Ok();
  }

  const std::vector<LinesOf>& failing_;
  const TargetCode& code_;
  Files sources_;
  Files tests_;
  bool tests_fit_ = true;
};

}  // namespace

std::string KeepLines(std::string_view today, std::string_view past,
                      const std::vector<LinesOf>& ranges) {
  std::vector<analysis::Replacement> outside;
  for (const formats::FileDiff& file : formats::DiffTexts("t", today, past).files) {
    for (const formats::Hunk& hunk : file.hunks) {
      for (const analysis::Replacement& run : RunsOf(hunk)) AddOutside(run, ranges, outside);
    }
  }
  return analysis::Replace(today, std::move(outside));
}

std::vector<LinesOf> FailingTests(const Clues& clues, const TargetCode& code) {
  std::vector<LinesOf> failing;
  for (const v1::Failure& failure : clues.failures) {
    for (const v1::Location& frame : failure.frames()) {
      if (!code.language()->IsSource(frame.path()) || !code.Judges(frame.path())) continue;
      const auto text = code.Read(frame.path());
      if (!text.ok()) continue;
      const auto statements = code.language()->Statements(*text);
      if (!statements.ok()) continue;
      const auto here = std::find_if(
          statements->begin(), statements->end(), [&](const languages::Statement& statement) {
            return statement.first_line <= frame.first_line() &&
                   frame.first_line() <= statement.last_line && !statement.function.empty();
          });
      if (here == statements->end()) continue;
      // From the end of what comes before it, so that its head is included.
      LinesOf lines{.path = frame.path(), .first_line = 1, .last_line = 0};
      for (const languages::Statement& statement : *statements) {
        if (statement.function == here->function) {
          lines.last_line = std::max(lines.last_line, statement.last_line);
        } else if (lines.last_line == 0) {
          lines.first_line = std::max(lines.first_line, statement.last_line + 1);
        }
      }
      failing.push_back(std::move(lines));
    }
  }
  return failing;
}

Result<std::vector<PastTree>> MakePastTrees(const RecentChanges& recent,
                                            const std::vector<LinesOf>& failing,
                                            const TargetCode& code) {
  const auto& commits = recent.commits();
  std::size_t states = 0;
  for (int i = 0; i < std::ssize(commits); ++i) {
    if (recent.ChangesSources(i, code)) ++states;
  }
  const std::size_t stride = (states + kTreesMost - 1) / kTreesMost;
  std::vector<PastTree> trees;
  Maker maker(failing, code);
  std::size_t state = 0;
  std::size_t bytes = 0;
  for (int i = 0; i < std::ssize(commits) && bytes < kDiffBytesMost; ++i) {
    const analysis::CommitChanges& commit = commits[static_cast<std::size_t>(i)];
    if (!commit.known) continue;
    TRY_ASSIGN(const bool fits, maker.TakeBack(commit.patch));
    if (!fits) break;
    if (!recent.ChangesSources(i, code)) continue;
    if (++state % stride != 0 && state != states) continue;
    PastTree tree{.commit = i, .diffs = {}};
    TRY_ASSIGN(tree.diffs, maker.Diffs());
    for (const std::string& diff : tree.diffs) bytes += diff.size();
    // As it is today: it was changed and changed back.
    if (!tree.diffs.front().empty()) trees.push_back(std::move(tree));
  }
  return trees;
}

}  // namespace inquest::investigators
