#include "runtime/analysis/history.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "runtime/base/check.h"

namespace inquest::analysis {
namespace {

constexpr std::size_t kLinesLimit = 100'000;
constexpr int kGone = 0;

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// A line of the file as it was after some commit, and where it is now: 1-based, or kGone.
struct PastLine {
  std::string text;
  int now = kGone;
};

const formats::FileDiff* DiffOf(const formats::Patch& patch, const std::string& path) {
  for (const formats::FileDiff& file : patch.files) {
    if (file.new_path == path) return &file;
  }
  return nullptr;
}

// Whether the lines that the hunk left behind are there.
bool Fits(const formats::Hunk& hunk, const std::vector<PastLine>& lines, std::size_t begin) {
  std::size_t at = begin;
  for (const std::string& line : hunk.lines) {
    if (line.front() == '-') continue;
    if (at >= lines.size() || lines[at].text != std::string_view(line).substr(1)) return false;
    ++at;
  }
  return true;
}

// Where the hunk's new lines begin, from 0.
std::size_t BeginOf(const formats::Hunk& hunk) {
  return static_cast<std::size_t>(
      std::max<std::int64_t>(hunk.new_count == 0 ? hunk.new_start : hunk.new_start - 1, 0));
}

class Follower {
 public:
  explicit Follower(std::string_view text) {
    int number = 0;
    for (const std::string_view line : SplitLines(text)) {
      lines_.push_back({std::string(line), ++number});
    }
    history_.written_by.assign(lines_.size(), -1);
    end_now_ = number + 1;
  }

  // The commit's hunks, the last one first, so that those before it keep their places. false: they
  // do not fit, and nothing is known of older commits.
  bool TakeBack(const formats::FileDiff& file, int commit) {
    for (const formats::Hunk& hunk : file.hunks) {
      if (!Fits(hunk, lines_, BeginOf(hunk))) return false;
    }
    std::vector<Reversal> reversals;
    for (auto hunk = file.hunks.rbegin(); hunk != file.hunks.rend(); ++hunk) {
      if (auto reversal = TakeBack(*hunk, commit)) reversals.push_back(*std::move(reversal));
    }
    // Before it was made there was nothing: that is no state to go back to.
    if (file.old_path.empty()) return false;
    std::move(reversals.rbegin(), reversals.rend(), std::back_inserter(history_.reversals));
    return true;
  }

  FileHistory Finish() { return std::move(history_); }

 private:
  // Where a line that was before the place is now; nothing: it is gone.
  std::optional<int> NowAt(std::size_t place) const {
    if (place == lines_.size()) return end_now_;
    return lines_[place].now == kGone ? std::nullopt : std::optional(lines_[place].now);
  }

  // One run of changed lines at `at`: [written, removed]. What takes it back now, if all that was
  // written still stands in one piece.
  std::optional<Replacement> Undo(std::size_t at, std::size_t written,
                                  const std::vector<std::string>& removed) const {
    Replacement replacement;
    replacement.lines = removed;
    replacement.count = static_cast<int>(written);
    if (written == 0) {
      const std::optional<int> after = NowAt(at);
      const int before = at == 0 ? 0 : lines_[at - 1].now;
      const bool together = after.has_value() && (at == 0 || before != kGone);
      if (!together || before + 1 != *after) return std::nullopt;
      replacement.first_line = *after;
      return replacement;
    }
    replacement.first_line = lines_[at].now;
    for (std::size_t i = 0; i < written; ++i) {
      const int now = lines_[at + i].now;
      if (now == kGone || now != replacement.first_line + static_cast<int>(i)) return std::nullopt;
    }
    return replacement;
  }

  std::optional<Reversal> TakeBack(const formats::Hunk& hunk, int commit) {
    Reversal reversal{.commit = commit, .replacements = {}};
    bool whole = true;
    std::size_t at = BeginOf(hunk);
    std::vector<PastLine> past(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(at));
    for (std::size_t i = 0; i < hunk.lines.size();) {
      if (hunk.lines[i].front() == ' ') {
        past.push_back(lines_[at++]);
        ++i;
        continue;
      }
      std::size_t written = 0;
      std::vector<std::string> removed;
      for (; i < hunk.lines.size() && hunk.lines[i].front() != ' '; ++i) {
        if (hunk.lines[i].front() == '+') ++written;
        if (hunk.lines[i].front() == '-') removed.push_back(hunk.lines[i].substr(1));
      }
      auto undo = Undo(at, written, removed);
      whole = whole && undo.has_value();
      if (undo.has_value()) reversal.replacements.push_back(*std::move(undo));
      for (; written > 0; --written, ++at) Attribute(lines_[at].now, commit);
      for (std::string& line : removed) past.push_back({std::move(line), kGone});
    }
    past.insert(past.end(), lines_.begin() + static_cast<std::ptrdiff_t>(at), lines_.end());
    lines_ = std::move(past);
    return whole ? std::optional(std::move(reversal)) : std::nullopt;
  }

  void Attribute(int now, int commit) {
    if (now != kGone) history_.written_by[static_cast<std::size_t>(now) - 1] = commit;
  }

  std::vector<PastLine> lines_;
  int end_now_ = 0;
  FileHistory history_;
};

}  // namespace

FileHistory FollowFile(const std::string& path, std::string_view text,
                       std::span<const CommitChanges> commits) {
  Follower follower(text);
  if (std::count(text.begin(), text.end(), '\n') > static_cast<std::ptrdiff_t>(kLinesLimit)) {
    return follower.Finish();
  }
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const CommitChanges& commit = commits[i];
    if (!commit.known) {
      const auto& paths = commit.paths;
      const bool touched = std::find(paths.begin(), paths.end(), path) != paths.end();
      if (touched || !commit.all_paths) break;
      continue;
    }
    const formats::FileDiff* file = DiffOf(commit.patch, path);
    if (file != nullptr && !follower.TakeBack(*file, static_cast<int>(i))) break;
  }
  return follower.Finish();
}

std::string Replace(std::string_view text, std::vector<Replacement> replacements) {
  std::stable_sort(replacements.begin(), replacements.end(),
                   [](const auto& a, const auto& b) { return a.first_line < b.first_line; });
  const std::vector<std::string_view> lines = SplitLines(text);
  std::string result;
  std::size_t at = 0;
  const auto copy_until = [&](std::size_t end) {
    for (; at < std::min(end, lines.size()); ++at) result += lines[at];
  };
  for (const Replacement& replacement : replacements) {
    CHECK(replacement.first_line > static_cast<int>(at) || replacement.count == 0);
    copy_until(static_cast<std::size_t>(replacement.first_line) - 1);
    for (const std::string& line : replacement.lines) result += line;
    at += static_cast<std::size_t>(replacement.count);
  }
  copy_until(lines.size());
  return result;
}

}  // namespace inquest::analysis
