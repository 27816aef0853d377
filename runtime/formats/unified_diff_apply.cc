#include <map>
#include <utility>

#include "runtime/formats/printable.h"
#include "runtime/formats/unified_diff.h"

namespace inquest::formats {

namespace {

using Text = std::optional<std::string>;

Status DoesNotApply(const std::string& path, const std::string& what) {
  return {Code::kFailedPrecondition, "PATCH_DOES_NOT_APPLY", Printable(path) + ": " + what};
}

// Walks through the lines of a text, each with its line end.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  std::int64_t taken() const { return taken_; }
  std::string_view rest() const { return rest_; }
  std::string_view Peek() const {
    const std::size_t end = rest_.find('\n');
    return end == std::string_view::npos ? rest_ : rest_.substr(0, end + 1);
  }
  std::string_view Take() {
    const std::string_view line = Peek();
    rest_.remove_prefix(line.size());
    ++taken_;
    return line;
  }

 private:
  std::string_view rest_;
  std::int64_t taken_ = 0;
};

Status ApplyHunk(const std::string& path, const Hunk& hunk, Lines& lines, std::string& out) {
  const std::int64_t start = hunk.old_count == 0 ? hunk.old_start : hunk.old_start - 1;
  if (start < lines.taken()) {
    return DoesNotApply(path, "line " + std::to_string(hunk.old_start) + ": hunks overlap");
  }
  while (lines.taken() < start) {
    if (lines.done()) {
      return DoesNotApply(path, "line " + std::to_string(hunk.old_start) + ": the file ends at " +
                                    std::to_string(lines.taken()));
    }
    out += lines.Take();
  }
  for (const std::string& line : hunk.lines) {
    const std::string_view text = std::string_view(line).substr(1);
    if (line.front() == '+') {
      if (!out.empty() && out.back() != '\n') {
        return DoesNotApply(path, "line " + std::to_string(lines.taken()) +
                                      ": a line is added after one that has no line end");
      }
      out += text;
      continue;
    }
    if (lines.done() || lines.Peek() != text) {
      return DoesNotApply(path, "line " + std::to_string(lines.taken() + 1) +
                                    " is not what the patch expects there");
    }
    lines.Take();
    if (line.front() == ' ') out += text;
  }
  return Status::Ok();
}

Result<std::string> ApplyHunks(const std::string& path, const FileDiff& file,
                               std::string_view before) {
  Lines lines(before);
  std::string after;
  after.reserve(before.size());
  for (const Hunk& hunk : file.hunks) TRY(ApplyHunk(path, hunk, lines, after));
  if (!lines.done() && !after.empty() && after.back() != '\n') {
    return DoesNotApply(path, "the patch leaves a line without its line end before line " +
                                  std::to_string(lines.taken() + 1));
  }
  after += lines.rest();
  return after;
}

// The files as they stand after the diffs so far, in the order in which they were first touched.
class Touched {
 public:
  using Read = std::function<Result<Text>(const std::string& path)>;
  explicit Touched(const Read& read) : read_(read) {}

  Result<Text*> Find(const std::string& path) {
    const auto at = index_.find(path);
    if (at != index_.end()) return &files_[at->second].text;
    TRY_ASSIGN(Text text, read_(path));
    index_.emplace(path, files_.size());
    files_.push_back({path, std::move(text)});
    return &files_.back().text;
  }
  std::vector<PatchedFile> Take() { return std::move(files_); }

 private:
  const Read& read_;
  std::map<std::string, std::size_t> index_;
  std::vector<PatchedFile> files_;
};

Status ApplyFile(const FileDiff& file, Touched& touched) {
  Text before;
  if (!file.old_path.empty()) {
    TRY_ASSIGN(Text * text, touched.Find(file.old_path));
    if (!text->has_value()) return DoesNotApply(file.old_path, "there is no such file");
    before = std::exchange(*text, std::nullopt);
  }
  const std::string& path = file.new_path.empty() ? file.old_path : file.new_path;
  TRY_ASSIGN(std::string after, ApplyHunks(path, file, before.value_or("")));
  if (file.new_path.empty()) {
    if (after.empty()) return Status::Ok();
    return DoesNotApply(path, "the patch deletes the file but not all of its lines");
  }
  TRY_ASSIGN(Text * text, touched.Find(file.new_path));
  if (text->has_value()) return DoesNotApply(path, "the file that the patch makes exists");
  *text = std::move(after);
  return Status::Ok();
}

}  // namespace

Result<std::vector<PatchedFile>> ApplyPatch(
    const Patch& patch, const std::function<Result<Text>(const std::string& path)>& read) {
  Touched touched(read);
  for (const FileDiff& file : patch.files) TRY(ApplyFile(file, touched));
  return touched.Take();
}

}  // namespace inquest::formats
