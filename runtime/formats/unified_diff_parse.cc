#include <algorithm>
#include <utility>

#include "runtime/formats/printable.h"
#include "runtime/formats/safe_path.h"
#include "runtime/formats/unified_diff.h"

namespace inquest::formats {

namespace {

constexpr std::size_t kPatchBytesLimit = std::size_t{8} << 20U;
constexpr std::size_t kHunksLimit = 10'000;  // also of files
constexpr std::int64_t kLineNumberLimit = 1'000'000'000;
constexpr std::size_t kNone = std::string_view::npos;

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The lines of the patch, each with its line end, numbered from 1.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  std::int64_t number() const { return number_; }
  std::string_view Peek() const { return Line(rest_); }
  std::string_view PeekSecond() const { return Line(rest_.substr(Peek().size())); }
  std::string_view Take() {
    const std::string_view line = Peek();
    rest_.remove_prefix(line.size());
    ++number_;
    return line;
  }
  bool At(std::string_view prefix) const { return rest_.starts_with(prefix); }

  // About the line that Take would give.
  Status Bad(const std::string& what) const { return BadLine(number_, what); }
  // About the line that Take gave last.
  Status BadTaken(const std::string& what) const { return BadLine(number_ - 1, what); }

 private:
  static std::string_view Line(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end == kNone ? text : text.substr(0, end + 1);
  }
  static Status BadLine(std::int64_t number, const std::string& what) {
    return {Code::kInvalidArgument, "BAD_PATCH",
            "line " + std::to_string(number) + " of the patch: " + what};
  }

  std::string_view rest_;
  std::int64_t number_ = 1;
};

// A name in quotes with C escapes, as git writes those with odd bytes. Takes it from the front of
// `text`; nothing: it is not one.
std::optional<std::string> TakeQuotedName(std::string_view& text) {
  static constexpr std::string_view kLetters = "abtnvfr\"\\";
  static constexpr std::string_view kMeanings = "\a\b\t\n\v\f\r\"\\";
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return name;
    }
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size()) break;
    if (const std::size_t letter = kLetters.find(text[i]); letter != kNone) {
      name += kMeanings[letter];
      continue;
    }
    unsigned byte = 0;
    for (int digit = 0; digit < 3; ++digit, ++i) {
      if (i == text.size() || text[i] < '0' || text[i] > '7') return std::nullopt;
      byte = byte * 8 + static_cast<unsigned>(text[i] - '0');
    }
    --i;
    if (byte > 255) return std::nullopt;
    name += static_cast<char>(byte);
  }
  return std::nullopt;
}

std::string_view AfterFirstPart(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == kNone ? std::string_view{} : name.substr(slash + 1);
}

// The two names of "--- " and "+++ ", as they stand there; empty: /dev/null.
struct RawNames {
  std::string old_name;
  std::string new_name;
};

// The name on a "--- " or "+++ " line; empty: /dev/null.
Result<std::string> HeaderName(const Cursor& cursor, std::string_view line) {
  std::string_view rest = WithoutLineEnd(line).substr(4);
  if (rest.starts_with('"')) {
    auto name = TakeQuotedName(rest);
    if (!name) return cursor.BadTaken("the quoted file name is malformed");
    return *std::move(name);
  }
  const std::size_t tab = rest.find('\t');
  const std::string_view stamp = tab == kNone ? "" : rest.substr(tab + 1);
  rest = rest.substr(0, tab);
  if (rest.empty()) return cursor.BadTaken("a file name is missing");
  // `diff -N` says with the epoch that there is no such file.
  if (rest == "/dev/null" || stamp.starts_with("1970-01-01 00:00:00") ||
      stamp.starts_with("1969-12-31 ")) {
    return std::string();
  }
  return std::string(rest);
}

class PatchParser {
 public:
  explicit PatchParser(std::string_view diff) : cursor_(diff) {}

  Result<Patch> Parse() {
    while (!cursor_.done()) {
      if (cursor_.At("diff --git ")) {
        TRY(ParseGitFile());
      } else if (cursor_.At("--- ") && cursor_.PeekSecond().starts_with("+++ ")) {
        TRY(StartFile());
        TRY(ParseNames({}, kPlain));
        TRY(ParseHunks());
      } else {
        TRY(PassOver());
      }
    }
    if (patch_.files.empty() && saw_text_) {
      return Status(Code::kInvalidArgument, "BAD_PATCH",
                    "the text has no file header ('--- a/name' and '+++ b/name' lines)");
    }
    return std::move(patch_);
  }

 private:
  // What a "diff --git" header told about a file.
  struct GitHeader {
    std::string old_name;  // with its prefix; empty: could not be told
    std::string new_name;
    std::string rename_from;
    std::string rename_to;
    bool made = false;
    bool deleted = false;
  };
  enum Header { kPlain, kGit };

  // A line outside of any file: a commit message, "Only in", "index", the signature of a mail.
  Status PassOver() {
    if (cursor_.At("@@ -")) return cursor_.Bad("a hunk without a file header before it");
    if (cursor_.At("Binary files ") || cursor_.At("GIT binary patch")) {
      return cursor_.Bad("binary patches cannot be used");
    }
    const std::string_view text = WithoutLineEnd(cursor_.Peek());
    const bool signature = text == "-- " || text == "--";
    if (after_hunk_ && !text.empty() && !signature &&
        std::string_view(" +-\\").find(text[0]) != kNone) {
      return cursor_.Bad("the hunk before has more lines than its header says");
    }
    if (!text.empty()) {
      after_hunk_ = false;
      saw_text_ = true;
    }
    cursor_.Take();
    return Status::Ok();
  }

  Status StartFile() {
    after_hunk_ = false;
    if (patch_.files.size() == kHunksLimit) return cursor_.Bad("more than 10,000 files");
    patch_.files.emplace_back();
    return Status::Ok();
  }

  Status ParseGitFile() {
    TRY(StartFile());
    GitHeader header;
    TakeGitNames(WithoutLineEnd(cursor_.Take()).substr(11), header);
    while (!cursor_.done()) {
      TRY_ASSIGN(const bool taken, ParseGitLine(header));
      if (!taken) break;
    }
    if (cursor_.At("GIT binary patch") || cursor_.At("Binary files ")) {
      return cursor_.Bad("binary patches cannot be used");
    }
    if (cursor_.At("--- ") && cursor_.PeekSecond().starts_with("+++ ")) {
      TRY(ParseNames(header, kGit));
      return ParseHunks();
    }
    if (cursor_.At("@@ ")) return cursor_.Bad("a hunk without '---' and '+++' lines before it");
    return ParseNamesOfEmpty(header);
  }

  // "a/x b/x", the two of equal length; or both in quotes.
  static void TakeGitNames(std::string_view names, GitHeader& header) {
    if (names.starts_with('"')) {
      auto old_name = TakeQuotedName(names);
      if (!old_name || !names.starts_with(" \"")) return;
      names.remove_prefix(1);
      auto new_name = TakeQuotedName(names);
      if (!new_name || !names.empty()) return;
      header.old_name = *std::move(old_name);
      header.new_name = *std::move(new_name);
      return;
    }
    if (names.size() % 2 == 0) return;
    const std::size_t middle = names.size() / 2;
    const std::string_view left = names.substr(0, middle);
    const std::string_view right = names.substr(middle + 1);
    const bool same = left == right || AfterFirstPart(left) == AfterFirstPart(right);
    if (names[middle] != ' ' || !same) return;
    header.old_name = left;
    header.new_name = right;
  }

  // One line of git's extended header; false: it is none.
  Result<bool> ParseGitLine(GitHeader& header) {
    const std::string_view line = WithoutLineEnd(cursor_.Peek());
    const auto is = [&](std::string_view prefix) { return line.starts_with(prefix); };
    if (is("old mode ") || is("new mode ")) return cursor_.Bad("mode changes cannot be used");
    if (is("copy from ") || is("copy to ")) return cursor_.Bad("copies cannot be used");
    if (is("new file mode ") || is("deleted file mode ")) {
      if (!line.ends_with(" 100644")) {
        return cursor_.Bad("only plain files (mode 100644) can be made or deleted");
      }
      (line[0] == 'n' ? header.made : header.deleted) = true;
    } else if (is("rename from ")) {
      TRY_ASSIGN(header.rename_from, RenameName(line.substr(12)));
    } else if (is("rename to ")) {
      TRY_ASSIGN(header.rename_to, RenameName(line.substr(10)));
    } else if (!is("index ") && !is("similarity index ") && !is("dissimilarity index ")) {
      return false;
    }
    cursor_.Take();
    return true;
  }

  Result<std::string> RenameName(std::string_view text) const {
    if (!text.starts_with('"')) return std::string(text);
    auto name = TakeQuotedName(text);
    if (!name) return cursor_.Bad("the quoted file name is malformed");
    return *std::move(name);
  }

  // A file without hunks: renamed, or empty and made or deleted.
  Status ParseNamesOfEmpty(const GitHeader& header) {
    if (!header.rename_from.empty() && !header.rename_to.empty()) {
      return SetPaths(header.rename_from, header.rename_to);
    }
    if (header.old_name.empty() || header.made == header.deleted) {
      return cursor_.BadTaken("a file header without changes");
    }
    const bool prefix = header.old_name != header.new_name;
    const std::string name(prefix ? AfterFirstPart(header.old_name) : header.old_name);
    return SetPaths(header.made ? "" : name, header.made ? name : "");
  }

  Status ParseNames(const GitHeader& header, Header kind) {
    RawNames raw;
    TRY_ASSIGN(raw.old_name, HeaderName(cursor_, cursor_.Take()));
    TRY_ASSIGN(raw.new_name, HeaderName(cursor_, cursor_.Take()));
    if (!header.rename_from.empty() || !header.rename_to.empty()) {
      return cursor_.BadTaken("renames with changes cannot be used");
    }
    if (raw.old_name.empty() && raw.new_name.empty()) {
      return cursor_.BadTaken("both sides are /dev/null");
    }
    if (kind == kGit && header.made != raw.old_name.empty()) {
      return cursor_.BadTaken("'---' is /dev/null exactly when the header says 'new file mode'");
    }
    if (kind == kGit && header.deleted != raw.new_name.empty()) {
      return cursor_.BadTaken("'+++' is /dev/null exactly when it says 'deleted file mode'");
    }
    if (raw.old_name.empty() || raw.new_name.empty()) return SetOneName(header, raw);
    if (raw.old_name == raw.new_name) return SetPaths(raw.old_name, raw.new_name);
    const std::string tail(AfterFirstPart(raw.old_name));
    if (tail.empty() || tail != AfterFirstPart(raw.new_name)) {
      return cursor_.BadTaken("the names differ (" + Printable(raw.old_name) + " and " +
                              Printable(raw.new_name) + "): renames with changes cannot be used");
    }
    return SetPaths(tail, tail);
  }

  // The other side tells whether the name has a prefix; without it, a/ and b/ are one.
  Status SetOneName(const GitHeader& header, const RawNames& raw) {
    const bool made = raw.old_name.empty();
    const std::string& name = made ? raw.new_name : raw.old_name;
    bool prefix = name.starts_with(made ? "b/" : "a/");
    if (!header.old_name.empty()) prefix = header.old_name != header.new_name;
    const std::string path(prefix ? AfterFirstPart(name) : name);
    return SetPaths(made ? "" : path, made ? path : "");
  }

  Status SetPaths(const std::string& old_path, const std::string& new_path) {
    for (const std::string& path : {old_path, new_path}) {
      if (path.empty()) continue;
      if (const char* why = WhyUnsafePath(path)) {
        return cursor_.BadTaken("the path '" + Printable(path) + "' " + why);
      }
    }
    if (old_path.empty() && new_path.empty()) return cursor_.BadTaken("a file name is missing");
    patch_.files.back().old_path = old_path;
    patch_.files.back().new_path = new_path;
    return Status::Ok();
  }

  Status ParseHunks() {
    FileDiff& file = patch_.files.back();
    std::int64_t shift = 0;
    while (cursor_.At("@@ ")) {
      if (++hunks_ > kHunksLimit) return cursor_.Bad("more than 10,000 hunks");
      TRY_ASSIGN(Hunk hunk, ParseHunkHeader(shift));
      TRY(ParseHunkLines(hunk));
      shift += hunk.new_count - hunk.old_count;
      file.hunks.push_back(std::move(hunk));
      after_hunk_ = true;
    }
    if (file.hunks.empty()) return cursor_.BadTaken("a file header without a hunk after it");
    return CheckWhole(file);
  }

  // A file that is made has no old lines, one that is deleted no new ones.
  Status CheckWhole(const FileDiff& file) const {
    for (const Hunk& hunk : file.hunks) {
      if (file.old_path.empty() && hunk.old_count != 0) {
        return cursor_.BadTaken("the new file " + Printable(file.new_path) + " has old lines");
      }
      if (file.new_path.empty() && hunk.new_count != 0) {
        return cursor_.BadTaken("the deleted file " + Printable(file.old_path) + " has new lines");
      }
    }
    return Status::Ok();
  }

  static bool TakeNumber(std::string_view& text, std::int64_t& number) {
    number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
      number = number * 10 + (text[digits++] - '0');
      if (number > kLineNumberLimit) return false;
    }
    text.remove_prefix(digits);
    return digits > 0;
  }

  // "12,3" or "12"
  static bool TakeRange(std::string_view& text, std::int64_t& start, std::int64_t& count) {
    count = 1;
    if (!TakeNumber(text, start)) return false;
    if (!text.starts_with(',')) return start > 0;
    text.remove_prefix(1);
    return TakeNumber(text, count) && (count == 0 || start > 0);
  }

  Result<Hunk> ParseHunkHeader(std::int64_t shift) {
    Hunk hunk;
    std::string_view text = WithoutLineEnd(cursor_.Take());
    const auto take = [&](std::string_view token) {
      if (!text.starts_with(token)) return false;
      text.remove_prefix(token.size());
      return true;
    };
    if (!take("@@ -") || !TakeRange(text, hunk.old_start, hunk.old_count) || !take(" +") ||
        !TakeRange(text, hunk.new_start, hunk.new_count) || !take(" @@")) {
      return cursor_.BadTaken("a hunk header is '@@ -line,count +line,count @@'");
    }
    const std::int64_t old_index = hunk.old_count == 0 ? hunk.old_start : hunk.old_start - 1;
    const std::int64_t new_start = old_index + shift + (hunk.new_count == 0 ? 0 : 1);
    if (hunk.new_start != new_start) {
      return cursor_.BadTaken("the hunk would start at line " + std::to_string(new_start) +
                              " of the new file, not at " + std::to_string(hunk.new_start));
    }
    return hunk;
  }

  Status ParseHunkLines(Hunk& hunk) {
    std::int64_t old_left = hunk.old_count;
    std::int64_t new_left = hunk.new_count;
    while (old_left > 0 || new_left > 0) {
      if (cursor_.done()) return cursor_.Bad("the patch ends inside a hunk");
      TRY(CheckLineEnds(hunk));
      std::string line(cursor_.Take());
      // Editors and mails strip the marker of an empty context line.
      if (line == "\n" || line == "\r\n") line.insert(0, 1, ' ');
      const char marker = line.front();
      if (marker != ' ' && marker != '-' && marker != '+') {
        return cursor_.BadTaken("a line of a hunk starts with ' ', '-' or '+'");
      }
      if (marker != '+') --old_left;
      if (marker != '-') --new_left;
      if (old_left < 0 || new_left < 0) {
        return cursor_.BadTaken("the hunk has other lines than its header says");
      }
      hunk.lines.push_back(std::move(line));
      if (cursor_.At("\\")) {
        cursor_.Take();
        hunk.lines.back().pop_back();
        if (hunk.lines.back().size() < 2) return cursor_.BadTaken("an empty line without its end");
      } else if (!hunk.lines.back().ends_with('\n')) {
        return cursor_.BadTaken("the last line has no line end");
      }
    }
    return Status::Ok();
  }

  // Nothing follows a line that has no line end, on its side.
  Status CheckLineEnds(const Hunk& hunk) const {
    if (hunk.lines.empty() || hunk.lines.back().ends_with('\n')) return Status::Ok();
    const char next = cursor_.Peek().front();
    if (hunk.lines.back().front() == '-' && next == '+') return Status::Ok();
    return cursor_.Bad("a line after one that has no line end");
  }

  Cursor cursor_;
  Patch patch_;
  std::size_t hunks_ = 0;
  bool after_hunk_ = false;
  bool saw_text_ = false;
};

}  // namespace

Result<Patch> ParsePatch(std::string_view diff) {
  if (diff.size() > kPatchBytesLimit) {
    return Status(Code::kInvalidArgument, "BAD_PATCH", "the patch is larger than 8 MiB");
  }
  return PatchParser(diff).Parse();
}

}  // namespace inquest::formats
