#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inquest::formats {

// Where the tree is, inside the sandbox.
inline constexpr std::string_view kWorkspaceRoot = "/workspace/";

// A path that a program printed, relative to the root of the tree; nullopt: it is outside of the
// tree, no file's path ("<string>"), or climbs.
std::optional<std::string> TreePath(std::string_view printed);

}  // namespace inquest::formats
