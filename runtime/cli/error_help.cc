#include "runtime/cli/error_help.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/cli/exit_code.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kTerminalColumns = 78;
constexpr std::size_t kMarkdownColumns = 118;

constexpr std::string_view kIntroduction =
    "Every error, and every end of an investigation, has an id that stays: scripts and people can "
    "rely on it. `inquest help ID` prints one of these pages, `inquest help errors` lists the ids, "
    "and with `--json` both are data. An exit code is named where it goes with the id; else it "
    "goes "
    "with the kind of error, as `inquest help` says.";

constexpr std::string_view kOrigin =
    "This page is made from the table in runtime/cli: "
    "`build/bin/inquest help errors --markdown > docs/errors.md`.";

// What stands between backticks is one word: commands are not broken.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '`') quoted = !quoted;
    if ((c == ' ' || c == '\n') && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

// Lines of at most so many columns, where no word is longer.
std::string Fill(const std::vector<std::string>& words, std::string_view indent,
                 std::size_t columns, std::string_view between = " ") {
  std::string text;
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty() && line.size() + between.size() + word.size() > columns) {
      text += line + "\n";
      line.clear();
    }
    line += (line.empty() ? indent : between);
    line += word;
  }
  return line.empty() ? text : text + line + "\n";
}

std::string Section(std::string_view heading, std::string_view text) {
  return "\n" + std::string(heading) + ":\n" + Fill(WordsOf(text), "  ", kTerminalColumns);
}

json PageJson(const ErrorPage& page, const ErrorGroup& group) {
  const std::optional<ExitCode> exit = FixedExitCode(page.id);
  return {{"id", page.id},
          {"group", group.name},
          {"meaning", page.meaning},
          {"what_to_do", page.what_to_do},
          {"exit_code", exit ? json(static_cast<int>(*exit)) : json()},
          {"related", WordsOf(page.related)}};
}

}  // namespace

std::string ErrorIntroduction() { return std::string(kIntroduction); }

std::string ErrorPageAsParagraphs(const ErrorPage& page) {
  std::string more = "What to do: " + std::string(page.what_to_do);
  if (const auto exit = FixedExitCode(page.id)) {
    more += " Exit code " + std::to_string(static_cast<int>(*exit)) + ".";
  }
  std::string related;
  for (const std::string& id : WordsOf(page.related)) {
    related += (related.empty() ? " See also " : ", ") + id;
  }
  if (!related.empty()) more += related + ".";
  return std::string(page.meaning) + "\n\n" + more + "\n";
}

std::string ErrorPageAsText(const ErrorPage& page) {
  std::string text = std::string(page.id) + "\n" + Section("meaning", page.meaning) +
                     Section("what to do", page.what_to_do);
  if (const auto exit = FixedExitCode(page.id)) {
    text += Section("exit code", std::to_string(static_cast<int>(*exit)));
  }
  if (page.related.empty()) return text;
  return text + "\nrelated:\n" + Fill(WordsOf(page.related), "  ", kTerminalColumns, "  ");
}

std::string ErrorPageAsJson(const ErrorPage& page) {
  for (const ErrorGroup& group : ErrorGroups()) {
    for (const ErrorPage& one : group.pages) {
      if (one.id == page.id) return PageJson(page, group).dump(2) + "\n";
    }
  }
  return "";
}

std::string ErrorListAsText() {
  std::string text = "`inquest help ID` explains one of these.\n";
  for (const ErrorGroup& group : ErrorGroups()) {
    std::vector<std::string> ids;
    for (const ErrorPage& page : group.pages) ids.emplace_back(page.id);
    text += "\n" + std::string(group.title) + ":\n" + Fill(ids, "  ", kTerminalColumns, "  ");
  }
  return text;
}

std::string ErrorListAsJson() {
  json list = json::array();
  for (const ErrorGroup& group : ErrorGroups()) {
    for (const ErrorPage& page : group.pages) list.push_back(PageJson(page, group));
  }
  return json{{"errors", list}}.dump(2) + "\n";
}

std::string ErrorListAsMarkdown() {
  std::string text = "# Errors\n\n" + Fill(WordsOf(kIntroduction), "", kMarkdownColumns) + "\n" +
                     Fill(WordsOf(kOrigin), "", kMarkdownColumns) + "\n";
  for (const ErrorGroup& group : ErrorGroups()) {
    text += "## " + std::string(group.title) + "\n\n";
    for (const ErrorPage& page : group.pages) {
      const std::string paragraphs = ErrorPageAsParagraphs(page);
      const std::size_t middle = paragraphs.find("\n\n");
      text += "### " + std::string(page.id) + "\n\n";
      text += Fill(WordsOf(paragraphs.substr(0, middle)), "", kMarkdownColumns) + "\n";
      text += Fill(WordsOf(paragraphs.substr(middle + 2)), "", kMarkdownColumns) + "\n";
    }
  }
  text.pop_back();  // one line break at the end
  return text;
}

std::vector<std::string> ErrorIds() {
  std::vector<std::string> ids;
  for (const ErrorGroup& group : ErrorGroups()) {
    for (const ErrorPage& page : group.pages) ids.emplace_back(page.id);
  }
  return ids;
}

}  // namespace inquest::cli
