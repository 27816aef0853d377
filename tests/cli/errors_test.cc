#include "runtime/cli/errors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <sstream>

#include "runtime/cli/error_help.h"
#include "runtime/cli/exit_code.h"
#include "tests/cli/reasons.h"
#include "tests/tidy/repository.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::string_view kHintIndent = "  what to do: ";

// Literals in capitals that are no ids: variables of the environment, but for two.
constexpr std::string_view kNoIds[] = {
    "ALL_PROXY",      "CLICOLOR_FORCE", "FORCE_COLOR", "GIT_SSL_CAINFO",
    "HISTORY_LIMIT",  // ends the reading of a history, and is told to nobody
    "HTTPS_PROXY",
    "LEFT_CHILD",  // in a comment
    "NOTIFY_SOCKET",  "NO_COLOR",       "NO_PROXY",    "PYENV_VERSION",
    "PYTEST_ADDOPTS", "SSL_CERT_FILE",
};

bool IsNoId(std::string_view word) {
  return word.starts_with("INQUEST_") || word.starts_with("XDG_") ||
         std::find(std::begin(kNoIds), std::end(kNoIds), word) != std::end(kNoIds);
}

// Those that raise errors; not the table itself, nor the one of exit codes, which both only name
// what others raise.
bool Raises(std::string_view path) {
  const bool source = path.ends_with(".cc") || path.ends_with(".h");
  const bool folder = path.starts_with("runtime/") || path.starts_with("steps/") ||
                      path.starts_with("policies/") || path.starts_with("sandbox/");
  return source && folder && !path.starts_with("runtime/cli/errors_") &&
         path != "runtime/cli/exit_code.cc";
}

std::set<std::string> RaisedIn(const std::vector<tidy::File>& files) {
  std::set<std::string> ids;
  for (const tidy::File& file : files) {
    if (Raises(file.path)) ids.merge(IdsIn(file.text));
  }
  return ids;
}

std::vector<std::string> WithoutPage(const std::set<std::string>& ids) {
  std::vector<std::string> missing;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(missing),
               [](const std::string& id) { return !IsNoId(id) && FindErrorPage(id) == nullptr; });
  return missing;
}

std::vector<std::string> Related(const ErrorPage& page) {
  std::istringstream words{std::string(page.related)};
  return {std::istream_iterator<std::string>(words), {}};
}

void ExpectForEach(const std::function<void(const ErrorPage&)>& expect) {
  for (const ErrorGroup& group : ErrorGroups()) {
    for (const ErrorPage& page : group.pages) {
      SCOPED_TRACE(std::string(page.id));
      expect(page);
    }
  }
}

void ExpectSentences(std::string_view text) {
  ASSERT_FALSE(text.empty());
  EXPECT_TRUE(text.ends_with('.')) << text;
  EXPECT_EQ(text.find("  "), text.npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0) << text;
  std::size_t ends = 0;
  for (std::size_t at = text.find(". "); at != text.npos; at = text.find(". ", at + 1)) ++ends;
  EXPECT_LE(ends, 1U) << "more than two sentences: " << text;
}

TEST(Errors, EveryIdOfTheSourcesHasAPage) {
  for (const std::string& id : WithoutPage(RaisedIn(tidy::ReadRepository()))) {
    ADD_FAILURE() << id << " has no page: add one to runtime/cli/errors_*.cc"
                  << " (or, if it is no id, to kNoIds of this test)";
  }
}

TEST(Errors, AnIdWithoutAPageIsFound) {
  const tidy::File planted{"steps/fix/step.cc",
                           "SettleWith(v1::SETTLEMENT_GIVE_UP, \"NEVER_HEARD_OF\", \"\")"};

  EXPECT_EQ(WithoutPage(RaisedIn({planted})), std::vector<std::string>{"NEVER_HEARD_OF"});
}

TEST(Errors, EveryPageIsOfAnIdThatTheSourcesRaise) {
  const std::set<std::string> raised = RaisedIn(tidy::ReadRepository());

  ExpectForEach([&](const ErrorPage& page) {
    EXPECT_TRUE(raised.contains(std::string(page.id))) << "nothing raises it: remove its page";
  });
}

TEST(Errors, WordsThatAreNoIdsAreThoseOfTheSources) {
  const std::set<std::string> raised = RaisedIn(tidy::ReadRepository());

  for (const std::string_view word : kNoIds) {
    EXPECT_TRUE(raised.contains(std::string(word))) << word;
    EXPECT_EQ(FindErrorPage(word), nullptr) << word;
  }
}

TEST(Errors, EveryIdHasOnePageAndAllAreSorted) {
  std::set<std::string_view> seen;
  for (const ErrorGroup& group : ErrorGroups()) {
    EXPECT_FALSE(group.pages.empty()) << group.name;
    EXPECT_TRUE(std::is_sorted(
        group.pages.begin(), group.pages.end(),
        [](const ErrorPage& left, const ErrorPage& right) { return left.id < right.id; }))
        << group.name;
    for (const ErrorPage& page : group.pages) EXPECT_TRUE(seen.insert(page.id).second) << page.id;
  }
}

TEST(Errors, TextsAreOneOrTwoSentences) {
  ExpectForEach([](const ErrorPage& page) {
    ExpectSentences(page.meaning);
    ExpectSentences(page.what_to_do);
  });
}

TEST(Errors, HintsFitOnALine) {
  ExpectForEach([](const ErrorPage& page) {
    const std::string hint = HintFor(page.id);
    EXPECT_FALSE(hint.empty());
    EXPECT_FALSE(hint.ends_with('.'));
    EXPECT_LE(kHintIndent.size() + hint.size(), kColumns) << hint;
  });
}

TEST(Errors, AHintIsTheFirstSentenceOfWhatToDo) {
  EXPECT_EQ(HintFor("TARGET_NOT_FOUND"), "give the root of the source tree with --source DIR");
  EXPECT_EQ(HintFor("BAD_DURATION"), "write it as 90s, 10m, 1h30m, 250ms or 2d");
  EXPECT_EQ(HintFor("NEVER_HEARD_OF"), "");
}

TEST(Errors, RelatedIdsAreOthersThatHaveAPage) {
  ExpectForEach([](const ErrorPage& page) {
    for (const std::string& id : Related(page)) {
      EXPECT_NE(FindErrorPage(id), nullptr) << id;
      EXPECT_NE(id, page.id);
    }
  });
}

TEST(Errors, EveryIdWithAnExitCodeOfItsOwnHasAPage) {
  for (const std::string_view id : IdsWithExitCode()) EXPECT_NE(FindErrorPage(id), nullptr) << id;
}

TEST(Errors, TheDocumentIsWrittenFromTheTable) {
  const std::vector<tidy::File> files = tidy::ReadRepository();
  const auto document = std::find_if(files.begin(), files.end(), [](const tidy::File& file) {
    return file.path == "docs/errors.md";
  });

  ASSERT_NE(document, files.end());
  EXPECT_TRUE(document->text == ErrorListAsMarkdown())
      << "docs/errors.md is not what the table says; write it anew:\n"
         "  build/bin/inquest help errors --markdown > docs/errors.md";
}

TEST(Errors, APageNamesTheExitCodeThatGoesWithTheId) {
  EXPECT_NE(ErrorPageAsText(*FindErrorPage("BUDGET_EXHAUSTED")).find("exit code:\n  5\n"),
            std::string::npos);
  EXPECT_EQ(ErrorPageAsText(*FindErrorPage("STORE_BUSY")).find("exit code"), std::string::npos);
}

TEST(Errors, CommandsAreNotBrokenAtTheEndOfALine) {
  std::istringstream lines(ErrorListAsMarkdown() + ErrorListAsText());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(std::count(line.begin(), line.end(), '`') % 2, 0) << line;
  }
}

}  // namespace
}  // namespace inquest::cli
