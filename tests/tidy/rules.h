#pragma once

#include <string_view>
#include <vector>

#include "tests/tidy/layers.h"

namespace inquest::tidy {

inline constexpr int kFileLinesMax = 500;
inline constexpr int kFunctionLinesMax = 70;
inline constexpr int kColumnsMax = 100;

std::vector<Finding> CheckFileLength(std::string_view text);

// Counts characters, not bytes.
std::vector<Finding> CheckLineLength(std::string_view text);

// Functions of C++ text in this repository's format: a body begins at a line that ends with `{`,
// and ends at the next line that is `}` at the same indentation. Types and namespaces are looked
// into.
std::vector<Finding> CheckFunctionLength(std::string_view text);

// Words that must not be in any file: to-dos without an issue, sleeping in tests, paths of
// somebody's home.
std::vector<Finding> CheckWords(std::string_view path, std::string_view text);

// Markdown: one title, at the top.
std::vector<Finding> CheckTitle(std::string_view text);

// A header begins with #pragma once.
std::vector<Finding> CheckPragmaOnce(std::string_view text);

// Every test program of a CMake file names its label, out of the known ones.
std::vector<Finding> CheckLabels(std::string_view text);

}  // namespace inquest::tidy
