#include "sandbox/environment/tool_check.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace inquest::sandbox {
namespace {

constexpr char kWorkspace[] = "/workspace/";
// What sh runs itself.
constexpr std::string_view kShellWords[] = {
    ".",        ":",      "[",       "alias", "bg",    "break",  "case",   "cd",   "command",
    "continue", "echo",   "eval",    "exec",  "exit",  "export", "false",  "fg",   "for",
    "getopts",  "hash",   "if",      "jobs",  "kill",  "local",  "printf", "pwd",  "read",
    "readonly", "return", "set",     "shift", "test",  "times",  "trap",   "true", "type",
    "ulimit",   "umask",  "unalias", "unset", "until", "wait",   "while",  "{",    "!"};

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '+';
}

bool IsAssignment(const std::string& word) {
  const auto equals = word.find('=');
  return equals != std::string::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return IsWordCharacter(c) && c != '-' && c != '.' && c != '+'; });
}

}  // namespace

std::optional<std::string> PlainTool(const std::string& shell_command) {
  std::size_t at = 0;
  while (true) {
    at = shell_command.find_first_not_of(" \t\n", at);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t end =
        std::min(shell_command.find_first_of(" \t\n;|&()<>", at), shell_command.size());
    const std::string word = shell_command.substr(at, end - at);
    if (IsAssignment(word) && word.find_first_of("\"'`$\\") == std::string::npos) {
      at = end;
      continue;
    }
    if (word.empty() || !std::all_of(word.begin(), word.end(), IsWordCharacter))
      return std::nullopt;
    if (std::find(std::begin(kShellWords), std::end(kShellWords), word) != std::end(kShellWords)) {
      return std::nullopt;
    }
    // `name()` defines a function.
    if (end < shell_command.size() && shell_command[end] == '(') return std::nullopt;
    return word;
  }
}

std::optional<std::string> FindTool(const std::string& tool, const std::vector<std::string>& path,
                                    const std::function<bool(const std::string& path)>& in_tree) {
  for (const std::string& folder : path) {
    const std::string candidate = folder + "/" + tool;
    if (candidate.rfind(kWorkspace, 0) == 0) {
      if (in_tree(candidate.substr(sizeof(kWorkspace) - 1))) return candidate;
      continue;
    }
    struct stat info {};
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace inquest::sandbox
