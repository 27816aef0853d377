#pragma once

#include <span>
#include <string>
#include <string_view>

// What judges a fix: no patch may touch it, no hypothesis blames it. One rule for the gates and for
// whoever proposes patches. Pure; thread-safe.
namespace inquest::languages {

// A test, or what tests are configured by, as the customs of any known language have it.
bool IsTestPath(std::string_view path);

// Whether one of the commands names the path as a word, or as the end of one ("./check.py").
bool IsNamedIn(std::string_view path, std::span<const std::string> commands);

// Whether a text is a source of a known language that makes no assertions.
bool IsProgramWithoutAssertions(std::string_view path, std::string_view text);

// A test; or a file that a command names, unless it is a program that judges nothing itself
// (`python3 main.py` that crashes may be fixed in main.py). The text is read only when it decides.
template <typename ReadText>
bool JudgesFix(std::string_view path, std::span<const std::string> commands, ReadText read_text) {
  if (IsTestPath(path)) return true;
  return IsNamedIn(path, commands) && !IsProgramWithoutAssertions(path, read_text());
}

}  // namespace inquest::languages
