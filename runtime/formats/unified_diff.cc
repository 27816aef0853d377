#include "runtime/formats/unified_diff.h"

#include <algorithm>
#include <utility>

namespace inquest::formats {

namespace {

constexpr std::string_view kNoNewline = "\\ No newline at end of file\n";

// As git does: a name in quotes when it has bytes that would end or bend a header line.
std::string QuotedName(const std::string& name) {
  static constexpr char kOctal[] = "01234567";
  std::string quoted;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += '\\';
      quoted += kOctal[byte >> 6U];
      quoted += kOctal[(byte >> 3U) & 7U];
      quoted += kOctal[byte & 7U];
    } else {
      quoted += c;
    }
  }
  return quoted == name ? name : '"' + quoted + '"';
}

// The tab ends a name that has spaces in it.
std::string HeaderName(const std::string& name) {
  return QuotedName(name) + (name.find(' ') == std::string::npos ? "\n" : "\t\n");
}

std::string Range(std::int64_t start, std::int64_t count) {
  std::string range = std::to_string(start);
  if (count != 1) range += ',' + std::to_string(count);
  return range;
}

void FormatHunk(const Hunk& hunk, std::int64_t new_start, std::string& out) {
  out += "@@ -" + Range(hunk.old_start, hunk.old_count);
  out += " +" + Range(new_start, hunk.new_count) + " @@\n";
  for (const std::string& line : hunk.lines) {
    out += line;
    if (line.back() != '\n') {
      out += '\n';
      out += kNoNewline;
    }
  }
}

void FormatFileHeader(const FileDiff& file, std::string& out) {
  const bool made = file.old_path.empty();
  const bool deleted = file.new_path.empty();
  const std::string& old_name = made ? file.new_path : file.old_path;
  const std::string& new_name = deleted ? file.old_path : file.new_path;
  out += "diff --git " + QuotedName("a/" + old_name) + ' ' + QuotedName("b/" + new_name) + '\n';
  if (made) out += "new file mode 100644\n";
  if (deleted) out += "deleted file mode 100644\n";
  if (!made && !deleted && file.old_path != file.new_path) {
    out += "similarity index 100%\n";
    out += "rename from " + QuotedName(file.old_path) + '\n';
    out += "rename to " + QuotedName(file.new_path) + '\n';
  }
  if (file.hunks.empty()) return;
  out += "--- " + (made ? "/dev/null\n" : HeaderName("a/" + file.old_path));
  out += "+++ " + (deleted ? "/dev/null\n" : HeaderName("b/" + file.new_path));
}

Hunk ReverseHunk(const Hunk& hunk) {
  Hunk reversed{hunk.new_start, hunk.new_count, hunk.old_start, hunk.old_count, {}};
  std::vector<std::string> added;
  const auto flush_added = [&] {
    std::move(added.begin(), added.end(), std::back_inserter(reversed.lines));
    added.clear();
  };
  for (const std::string& line : hunk.lines) {
    const std::string rest = line.substr(1);
    if (line.front() == '+') {
      reversed.lines.push_back('-' + rest);
    } else if (line.front() == '-') {
      added.push_back('+' + rest);
    } else {
      flush_added();
      reversed.lines.push_back(line);
    }
  }
  flush_added();
  return reversed;
}

}  // namespace

std::string FormatPatch(const Patch& patch) {
  std::string out;
  for (const FileDiff& file : patch.files) {
    FormatFileHeader(file, out);
    std::int64_t shift = 0;
    for (const Hunk& hunk : file.hunks) {
      // Derived and not copied, so that a patch with a hunk taken out is right without more ado.
      const std::int64_t old_index = hunk.old_count == 0 ? hunk.old_start : hunk.old_start - 1;
      const std::int64_t new_index = old_index + shift;
      FormatHunk(hunk, hunk.new_count == 0 ? new_index : new_index + 1, out);
      shift += hunk.new_count - hunk.old_count;
    }
  }
  return out;
}

Patch Reverse(const Patch& patch) {
  Patch reversed;
  reversed.files.reserve(patch.files.size());
  for (const FileDiff& file : patch.files) {
    FileDiff& back = reversed.files.emplace_back();
    back.old_path = file.new_path;
    back.new_path = file.old_path;
    std::transform(file.hunks.begin(), file.hunks.end(), std::back_inserter(back.hunks),
                   ReverseHunk);
  }
  // A patch may touch a file twice.
  std::reverse(reversed.files.begin(), reversed.files.end());
  return reversed;
}

}  // namespace inquest::formats
