#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inquest::sandbox {

// Where tools may come from, besides the system's folders.
struct ToolSources {
  // PATH of whoever runs the daemon, colon-separated.
  std::string path;
  // HOME of the same; nothing of it is shown but the pieces found.
  std::string home;
  // Directories that the configuration or the client names.
  std::vector<std::string> tool_paths;
  // The run's own variables (PYENV_VERSION).
  std::map<std::string, std::string> environment;
  // Text of a file of the tree ("" path never asked); nothing: there is none.
  std::function<std::optional<std::string>(const std::string& path)> tree_file;
  // Whether the tree has anything below this folder.
  std::function<bool(const std::string& folder)> tree_has_folder;
};

// What a sandbox shows of them.
struct Toolchains {
  // PATH inside, in order.
  std::vector<std::string> path;
  // Host directories to bind read-only at their own path.
  std::vector<std::string> bound;
};

// Finds, piece by piece, what PATH, tool_paths and the target's own virtual environment name
// outside of the system folders: a pyenv version behind a shim, an nvm node, a virtual environment
// and the Python it is made of, a folder below /opt. Of a home directory never more than such a
// piece.
Toolchains FindToolchains(const ToolSources& sources);

}  // namespace inquest::sandbox
