#include "tests/tidy/repository.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "tests/tidy/layers.h"
#include "tests/tidy/rules.h"

namespace inquest::tidy {
namespace {

using Rule = std::function<std::vector<Finding>(const File&)>;
using Choice = std::function<bool(std::string_view path)>;

void ExpectClean(const Choice& applies, const Rule& rule) {
  int looked_at = 0;
  for (const File& file : ReadRepository()) {
    if (!applies(file.path)) continue;
    ++looked_at;
    for (const Finding& finding : rule(file)) {
      ADD_FAILURE() << file.path << ":" << finding.line << ": " << finding.message;
    }
  }
  EXPECT_GT(looked_at, 0) << "the rule looked at nothing";
}

bool IsCpp(std::string_view path) { return path.ends_with(".cc") || path.ends_with(".h"); }
bool IsHeader(std::string_view path) { return path.ends_with(".h"); }
bool IsMarkdown(std::string_view path) { return path.ends_with(".md"); }
bool IsCMake(std::string_view path) { return path.ends_with("CMakeLists.txt"); }
bool IsAny(std::string_view) { return true; }

TEST(Repository, LayersSeeOnlyThoseBelow) {
  ExpectClean(IsCpp, [](const File& file) { return CheckLayers(file.path, file.text); });
}

TEST(Repository, ListsOfLayersAgree) {
  const std::vector<File> files = ReadRepository();
  const auto text = [&](std::string_view path) -> std::string_view {
    for (const File& file : files) {
      if (file.path == path) return file.text;
    }
    ADD_FAILURE() << path << " was not read";
    return {};
  };
  const std::vector<std::string> build = LayersOfBuild(text("CMakeLists.txt"));

  EXPECT_FALSE(build.empty());
  EXPECT_EQ(LayersOfReadme(text("README.md")), build);
  EXPECT_EQ(LayersOfArchitecture(text("docs/architecture.md")), build);
  EXPECT_EQ(LayersOfTable([](const std::string& folder) {
              return std::filesystem::exists(std::filesystem::path(INQUEST_SOURCE_DIR) / folder);
            }),
            build);
}

TEST(Repository, FilesFitInFiveHundredLines) {
  ExpectClean(IsCpp, [](const File& file) { return CheckFileLength(file.text); });
}

TEST(Repository, LinesFitInAHundredColumns) {
  ExpectClean(IsCpp, [](const File& file) { return CheckLineLength(file.text); });
}

TEST(Repository, FunctionsFitOnAScreen) {
  ExpectClean(IsCpp, [](const File& file) { return CheckFunctionLength(file.text); });
}

TEST(Repository, HasNoForbiddenWords) {
  ExpectClean(IsAny, [](const File& file) { return CheckWords(file.path, file.text); });
}

TEST(Repository, MarkdownHasOneTitle) {
  ExpectClean(IsMarkdown, [](const File& file) {
    // Prompts are spoken to an investigator; they have no title.
    return file.path.ends_with("prompt.md") ? std::vector<Finding>() : CheckTitle(file.text);
  });
}

TEST(Repository, HeadersAreGuarded) {
  ExpectClean(IsHeader, [](const File& file) { return CheckPragmaOnce(file.text); });
}

TEST(Repository, EveryTestProgramHasALabel) {
  ExpectClean(IsCMake, [](const File& file) { return CheckLabels(file.text); });
}

}  // namespace
}  // namespace inquest::tidy
