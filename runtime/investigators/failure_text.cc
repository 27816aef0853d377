#include "runtime/investigators/failure_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <string_view>
#include <utility>

#include "runtime/formats/text_lines.h"
#include "runtime/languages/oracle_files.h"

namespace inquest::investigators {
namespace {

using formats::Line;
using formats::Trim;

constexpr int kFailuresLimit = 20;
constexpr std::size_t kAnnouncementsLimit = 2000;
constexpr std::size_t kTextBytes = 300;
constexpr std::size_t kShortestText = 4;

// What stands in a line that says of a test that it failed. A numbered one holds the test's place
// among the others, so it comes last.
struct Mark {
  std::string_view text;
  bool numbered = false;
};
constexpr std::array<Mark, 12> kMarks = {{{"FAILED"},
                                          {"FAIL"},
                                          {"ERROR"},
                                          {"(Failed)"},
                                          {"***Failed"},
                                          {"***Exception"},
                                          {"✖"},
                                          {"●"},
                                          {"×"},
                                          {"✕"},
                                          {"✗"},
                                          {"not ok", true}}};

// What two runs of the same program print differently.
const RE2& Volatile() {
  static const RE2 kExpression(
      R"((0x[0-9a-fA-F]+|==\d+==|\bpid[=: ]?\d+|\d\d:\d\d:\d\d[.,\d]*|)"
      R"(\(?\d+(\.\d+)? ?(ms|s|sec|secs|seconds|us|µs|ns)\b\)?|\[ *\d+%\]|/tmp/\S+|)"
      R"(:\d+(:\d+)?\b:?|\d{5,}(\.\d+)?|\d*\.\d{5,}|\b[0-9a-f]*\d[0-9a-f]*[a-f][0-9a-f]{6,}\b))");
  return kExpression;
}

// What stands between the volatile parts of a text.
std::vector<std::string> StableParts(std::string_view text) {
  std::vector<std::string> parts;
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece found;
  const char* begin = rest.data();
  const char* end = text.data() + text.size();
  while (RE2::FindAndConsume(&rest, Volatile(), &found)) {
    parts.emplace_back(begin, found.data());
    begin = found.data() + found.size();
  }
  parts.emplace_back(begin, end);
  for (std::string& part : parts) {
    part = std::string(Trim(part)).substr(0, kTextBytes);
    // What opened before a volatile part says nothing without it.
    while (part.ends_with(" (") || part.ends_with(" [")) part.resize(part.size() - 2);
  }
  return parts;
}

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where the word stands by itself; npos: nowhere.
std::size_t FindWord(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !IsWord(word.front()) || !IsWord(text[at - 1]);
    if (begins && (end == text.size() || !IsWord(word.back()) || !IsWord(text[end]))) return at;
  }
  return text.npos;
}

// The test's own name, without its file, class and suites.
std::string_view LeafOf(std::string_view test) {
  std::size_t begin = 0;
  for (const std::string_view separator : {"::", " > ", "."}) {
    const auto at = test.rfind(separator);
    if (at != test.npos) begin = std::max(begin, at + separator.size());
  }
  const std::string_view leaf = Trim(test.substr(begin));
  return leaf.empty() ? test : leaf;
}

struct Announcement {
  std::string_view line;
  Mark mark;
};

std::vector<Announcement> Announcements(const std::vector<Line>& lines) {
  std::vector<Announcement> found;
  for (const Line& line : lines) {
    if (found.size() == kAnnouncementsLimit) break;
    for (const Mark& mark : kMarks) {
      if (FindWord(line.text, mark.text) == line.text.npos) continue;
      found.push_back({line.text, mark});
      break;
    }
  }
  return found;
}

// From the mark to the end of the name's part of the line; empty: the name does not follow it.
std::string MarkThenName(const Announcement& announcement, std::string_view leaf) {
  const std::size_t length = announcement.mark.text.size();
  const std::string_view line =
      announcement.line.substr(FindWord(announcement.line, announcement.mark.text));
  const auto name = FindWord(line.substr(length), leaf);
  if (name == line.npos) return "";
  // "FAILED a.py::b - AssertionError": what it says of the values is not the test's name.
  const auto end = line.find(" - ", name + length + leaf.size());
  std::string text = StableParts(line.substr(0, end)).front();
  return text.find(leaf) == text.npos ? "" : text;
}

// From the word that ends in the name to the mark; empty: the name does not stand before it.
std::string NameThenMark(const Announcement& announcement, std::string_view leaf) {
  const std::string_view line = announcement.line;
  const auto mark = FindWord(line, announcement.mark.text);
  auto name = FindWord(line.substr(0, mark), leaf);
  if (name == line.npos) return "";
  while (name > 0 && line[name - 1] != ' ' && line[name - 1] != '\t') --name;
  auto parts = StableParts(line.substr(name, mark + announcement.mark.text.size() - name));
  return parts.size() == 1 ? std::move(parts.front()) : "";
}

// The stable parts of the failure's lines that say what it is, best first: its kind with its
// message, a sanitizer's headline, its message, its kind as a headline.
std::vector<std::string> Explained(const v1::Failure& failure) {
  const std::string& kind = failure.kind();
  const std::string_view whole = failure.message();
  const std::string message = StableParts(whole.substr(0, whole.find('\n'))).front();
  const auto has = [](std::string_view part, std::string_view text) {
    return !text.empty() && part.find(text) != part.npos;
  };
  std::array<std::vector<std::string>, 4> ranked;
  for (const Line& line : formats::LastLines(failure.citation().quote())) {
    for (std::string& part : StableParts(line.text)) {
      const bool says = message.size() >= kShortestText && has(part, message);
      const bool headline = !kind.empty() && (has(part, kind + ": ") || part == kind);
      const bool sanitizer = !kind.empty() && has(part, "Sanitizer: " + kind);
      if (!says && !headline && !sanitizer) continue;
      const int rank = has(part, kind) && says ? 0 : sanitizer ? 1 : says ? 2 : 3;
      ranked[static_cast<std::size_t>(rank)].push_back(std::move(part));
    }
  }
  std::vector<std::string> texts;
  for (auto& some : ranked) std::move(some.begin(), some.end(), std::back_inserter(texts));
  return texts;
}

class Chooser {
 public:
  explicit Chooser(const Outputs& outputs) : outputs_(outputs) {}

  bool Tells(const std::string& text) const {
    if (text.size() < kShortestText) return false;
    const auto prints = [&](const std::string& output) {
      return output.find(text) != std::string::npos;
    };
    return std::all_of(outputs_.failing.begin(), outputs_.failing.end(), prints) &&
           std::none_of(outputs_.clean.begin(), outputs_.clean.end(), prints);
  }

  std::string First(const std::vector<std::string>& texts) const {
    const auto it = std::find_if(texts.begin(), texts.end(),
                                 [this](const std::string& text) { return Tells(text); });
    return it == texts.end() ? "" : *it;
  }

 private:
  const Outputs& outputs_;
};

}  // namespace

std::string FailureText(const v1::RunReading& reading, const Outputs& outputs) {
  if (outputs.failing.empty()) return "";
  const auto announcements = Announcements(formats::LastLines(outputs.failing.front()));
  // Best first.
  std::vector<std::string> announced, named, explained, numbered, kinds;
  const int failures = std::min(reading.failures_size(), kFailuresLimit);
  for (int i = 0; i < failures; ++i) {
    const v1::Failure& failure = reading.failures(i);
    const std::string_view leaf = LeafOf(failure.test());
    for (const Announcement& announcement : announcements) {
      if (leaf.empty()) break;
      (announcement.mark.numbered ? numbered : announced)
          .push_back(MarkThenName(announcement, leaf));
      named.push_back(NameThenMark(announcement, leaf));
    }
    for (std::string& text : Explained(failure)) explained.push_back(std::move(text));
    kinds.push_back(failure.kind());
  }
  const Chooser chooser(outputs);
  for (const auto* texts : {&announced, &named, &explained, &numbered, &kinds}) {
    if (std::string text = chooser.First(*texts); !text.empty()) return text;
  }
  return "";
}

std::string FailurePattern(const v1::RunReading& reading, const Outputs& outputs) {
  if (reading.failures().empty() || outputs.failing.empty()) return "";
  const v1::Failure& failure = reading.failures(0);
  if (failure.kind().empty()) return "";
  const std::string kind = RE2::QuoteMeta(failure.kind());
  std::string says;
  const v1::Location* innermost = failure.frames().empty() ? nullptr : &*failure.frames().rbegin();
  if (innermost != nullptr && !languages::IsTestPath(innermost->path())) {
    const std::string& path = innermost->path();
    // rates.py", line 17 and rates.c:17:5
    says = "\\b" + RE2::QuoteMeta(path.substr(path.rfind('/') + 1)) + "\\D{1,10}" +
           std::to_string(innermost->first_line()) + "\\b";
  } else {
    const std::string_view whole = failure.message();
    const std::string message(Trim(whole.substr(0, whole.find('\n'))).substr(0, kTextBytes));
    if (message.size() < kShortestText) return "";
    says = RE2::QuoteMeta(message);
  }
  std::string pattern = "(?s:" + kind + ".*" + says + "|" + says + ".*" + kind + ")";
  const RE2 expression(pattern, RE2::Quiet);
  const auto matches = [&](const std::string& output) {
    return RE2::PartialMatch(output, expression);
  };
  const bool tells = expression.ok() &&
                     std::all_of(outputs.failing.begin(), outputs.failing.end(), matches) &&
                     std::none_of(outputs.clean.begin(), outputs.clean.end(), matches);
  return tells ? pattern : "";
}

}  // namespace inquest::investigators
