#pragma once

#include <cstddef>
#include <string_view>

namespace inquest::formats {

inline constexpr std::size_t kPathBytesLimit = 3072;  // PATH_MAX less room for where a tree stands
inline constexpr std::size_t kPathPartsLimit = 128;

// Why `path` may not name a file of a tree, or nullptr: it is relative, '/'-separated, without
// empty,
// "." or ".." parts and NUL, within the limits above, and no part of it is ".git" in any case (what
// git would take for a repository's configuration and hooks).
const char* WhyUnsafePath(std::string_view path);

// A part of it is ".git" in any case.
bool HasGitPart(std::string_view path);

}  // namespace inquest::formats
