#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace inquest::tidy {
namespace {

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t Indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// A body of something that is looked into instead of measured.
bool OpensScope(std::string_view line) {
  const std::string_view text = line.substr(Indentation(line));
  constexpr std::array<std::string_view, 7> kScopes{
      "namespace", "class ", "struct ", "union ", "enum ", "extern \"C\"", "template "};
  const bool scope = std::any_of(kScopes.begin(), kScopes.end(),
                                 [&](std::string_view word) { return text.starts_with(word); });
  // A function that returns a struct, or a template function, has a parameter list.
  return scope && text.find('(') == std::string_view::npos;
}

// A table or another initialiser is data, not a function.
bool OpensData(std::string_view line) {
  return line.ends_with("= {") ||
         (line.find('(') == std::string_view::npos && line.ends_with("{{"));
}

// The first line of the statement that ends at `last`: a signature may be broken over lines.
std::size_t StatementStart(const std::vector<std::string_view>& lines, std::size_t last) {
  constexpr std::size_t kSignatureLinesMax = 20;
  const auto count = [&](std::size_t i, char c) {
    return std::count(lines[i].begin(), lines[i].end(), c);
  };
  long open = 0;
  for (std::size_t back = 0; back < kSignatureLinesMax && back <= last; ++back) {
    open += count(last - back, ')') - count(last - back, '(');
    if (open <= 0) return last - back;
  }
  return last;
}

bool IsFunctionOpening(const std::vector<std::string_view>& lines, std::size_t start,
                       std::size_t last) {
  if (!lines[last].ends_with("{") || OpensScope(lines[start]) || OpensData(lines[last])) {
    return false;
  }
  const std::size_t indentation = Indentation(lines[start]);
  return indentation == 0 || indentation == 2;
}

// The line of the brace that closes what was opened at this indentation.
std::optional<std::size_t> ClosingLine(const std::vector<std::string_view>& lines,
                                       std::size_t opening, std::size_t indentation) {
  for (std::size_t i = opening + 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (line.size() > indentation && Indentation(line) == indentation && line[indentation] == '}') {
      return i;
    }
  }
  return std::nullopt;
}

bool HasIssueNumber(std::string_view text) {
  const std::size_t hash = text.find('#');
  return hash != std::string_view::npos && hash + 1 < text.size() && text[hash + 1] >= '0' &&
         text[hash + 1] <= '9';
}

// Words are put together here, so that this file does not hold them.
std::string Word(std::string_view a, std::string_view b) { return std::string(a) + std::string(b); }

std::size_t Characters(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::vector<Finding> CheckFileLength(std::string_view text) {
  const auto lines = static_cast<int>(Lines(text).size());
  if (lines <= kFileLinesMax) return {};
  return {{lines, "the file has " + std::to_string(lines) + " lines"}};
}

std::vector<Finding> CheckLineLength(std::string_view text) {
  std::vector<Finding> findings;
  int number = 0;
  for (const std::string_view line : Lines(text)) {
    ++number;
    const std::size_t columns = Characters(line);
    // An address cannot be broken.
    if (columns <= kColumnsMax || line.find("https://") != std::string_view::npos) continue;
    findings.push_back({number, "the line has " + std::to_string(columns) + " columns"});
  }
  return findings;
}

std::vector<Finding> CheckFunctionLength(std::string_view text) {
  const std::vector<std::string_view> lines = Lines(text);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t start = StatementStart(lines, i);
    if (!IsFunctionOpening(lines, start, i)) continue;
    const std::optional<std::size_t> closing = ClosingLine(lines, i, Indentation(lines[start]));
    if (!closing) continue;
    const auto length = static_cast<int>(*closing - start) + 1;
    if (length > kFunctionLinesMax) {
      findings.push_back(
          {static_cast<int>(start) + 1, "the function has " + std::to_string(length) + " lines"});
    }
    i = *closing;
  }
  return findings;
}

std::vector<Finding> CheckWords(std::string_view path, std::string_view text) {
  std::vector<Finding> findings;
  const std::array homes{Word("/ho", "me/"), Word("/ro", "ot/"), Word("/wo", "rk/")};
  const std::array naps{Word("sleep", "_for"), Word("sleep", "_until"), Word("u", "sleep(")};
  const std::string todo = Word("TO", "DO");
  const std::string fixme = Word("FIX", "ME");
  int number = 0;
  for (const std::string_view line : Lines(text)) {
    ++number;
    const auto has = [&](const std::string& word) {
      return line.find(word) != std::string_view::npos;
    };
    if ((has(todo) || has(fixme)) && !HasIssueNumber(line)) {
      findings.push_back({number, "a to-do without the number of an issue"});
    }
    if (std::any_of(naps.begin(), naps.end(), has)) {
      findings.push_back({number, "sleeps: wait for the event instead"});
    }
    const bool is_test = path.starts_with("tests/") || path.starts_with("examples/");
    if (!is_test && std::any_of(homes.begin(), homes.end(), has) && !has("/workspace")) {
      findings.push_back({number, "a path of somebody's machine"});
    }
  }
  return findings;
}

std::vector<Finding> CheckTitle(std::string_view text) {
  int titles = 0;
  int number = 0;
  bool in_code = false;
  std::vector<Finding> findings;
  for (const std::string_view line : Lines(text)) {
    ++number;
    if (line.starts_with("```")) in_code = !in_code;
    if (in_code || !line.starts_with("# ")) continue;
    ++titles;
    if (titles == 1 && number != 1) findings.push_back({number, "the title is not the first line"});
    if (titles > 1) findings.push_back({number, "a second title"});
  }
  if (titles == 0) findings.push_back({1, "no title"});
  return findings;
}

std::vector<Finding> CheckPragmaOnce(std::string_view text) {
  if (text.starts_with("#pragma once\n")) return {};
  return {{1, "a header begins with #pragma once"}};
}

std::vector<Finding> CheckLabels(std::string_view text) {
  constexpr std::array<std::string_view, 16> kLabels{
      "base", "unit",       "contract", "engine", "simulation", "crash",  "power_cut", "sandbox",
      "api",  "end_to_end", "cli",      "tidy",   "fuzz",       "replay", "daemon",    "workspace"};
  std::vector<Finding> findings;
  const std::string opening = "inquest_test(";
  for (std::size_t at = text.find(opening); at != std::string_view::npos;
       at = text.find(opening, at + 1)) {
    const std::string_view call = text.substr(at, text.find(')', at) - at);
    const auto line =
        static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n')) + 1;
    const std::size_t label = call.find("LABEL ");
    const bool known = label != std::string_view::npos &&
                       std::any_of(kLabels.begin(), kLabels.end(), [&](std::string_view candidate) {
                         const std::string_view rest = call.substr(label + 6);
                         return rest.starts_with(candidate) &&
                                (rest.size() == candidate.size() ||
                                 std::string_view(" \n\t)").find(rest[candidate.size()]) !=
                                     std::string_view::npos);
                       });
    if (!known) findings.push_back({line, "a test program without a known LABEL"});
  }
  return findings;
}

}  // namespace inquest::tidy
