#include "runtime/languages/oracle_files.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

constexpr std::array<std::string_view, 6> kTestFolders = {"test",    "tests", "__tests__",
                                                          "testing", "spec",  "specs"};
constexpr std::array<std::string_view, 6> kTestSettings = {
    "conftest.py", "pytest.ini", "tox.ini", "noxfile.py", ".mocharc.json", "jest.config.js"};
// What assertions are made with, in any of the languages.
constexpr std::array<std::string_view, 7> kAssertions = {
    "assert", "unittest", "pytest", "exit(1", "SystemExit", "expect(", "EXPECT_"};

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

}  // namespace

bool IsTestPath(std::string_view path) {
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', begin)) {
    if (std::ranges::count(kTestFolders, path.substr(begin, slash - begin)) > 0) return true;
    begin = slash + 1;
  }
  const std::string_view name = path.substr(begin);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  if (name.starts_with("test_") || stem.ends_with("_test") || stem.ends_with(".test") ||
      stem.ends_with(".spec") || stem == "test" || stem == "tests" ||
      std::ranges::count(kTestSettings, name) > 0) {
    return true;
  }
  const auto all = AllLanguages();
  return std::any_of(all.begin(), all.end(), [&](const Language* language) {
    return language->IsSource(path) && language->IsTest(path);
  });
}

bool IsNamedIn(std::string_view path, std::span<const std::string> commands) {
  if (path.empty()) return false;
  for (const std::string_view command : commands) {
    for (auto at = command.find(path); at != command.npos; at = command.find(path, at + 1)) {
      const auto end = at + path.size();
      const bool begins = at == 0 || !IsWordByte(command[at - 1]);
      if (begins && (end == command.size() || !IsWordByte(command[end]))) return true;
    }
  }
  return false;
}

bool IsProgramWithoutAssertions(std::string_view path, std::string_view text) {
  const auto all = AllLanguages();
  const bool source = std::any_of(
      all.begin(), all.end(), [&](const Language* language) { return language->IsSource(path); });
  return source && std::none_of(kAssertions.begin(), kAssertions.end(), [&](std::string_view word) {
           return text.find(word) != text.npos;
         });
}

}  // namespace inquest::languages
