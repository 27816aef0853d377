#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inquest::sandbox {

// The program that a shell command starts with, when that can be told without a shell: a plain word
// after plain assignments, no builtin and no path. Nothing otherwise.
std::optional<std::string> PlainTool(const std::string& shell_command);

// The first file called `tool` along the sandbox's PATH that can be executed; nothing: there is
// none. Entries below /workspace are looked up by `in_tree`.
std::optional<std::string> FindTool(const std::string& tool, const std::vector<std::string>& path,
                                    const std::function<bool(const std::string& path)>& in_tree);

}  // namespace inquest::sandbox
