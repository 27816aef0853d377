#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/cli/paths.h"
#include "runtime/cli/settings.h"

// `.inquest/` of a source tree: what the project proposes. Nothing of it is used before the user
// trusts its bytes, and after any of them has changed, not before it is trusted again.
// `certificates` in it is left aside: bundles are believed nothing, and run in the sandbox only.
namespace inquest::cli {

inline constexpr char kProjectFolder[] = ".inquest";
inline constexpr char kProjectFile[] = "project.yaml";

struct ProjectFiles {
  struct File {
    std::string path;  // relative to .inquest
    std::string bytes;
  };
  std::string directory;    // the source tree, canonical
  std::vector<File> files;  // by path
  Digest digest;            // of all paths and bytes
};

// None: the tree has no .inquest, or nothing in it but certificates. INVALID_ARGUMENT
// (BAD_PROJECT): links, other things than files, or more than a project would have.
Result<std::optional<ProjectFiles>> ReadProject(const std::string& directory);

// What it proposes: BAD_YAML, BAD_SETTING; none without a project.yaml.
Result<std::optional<SettingsLayer>> SettingsOf(const ProjectFiles& project);

// In $XDG_CONFIG_HOME/inquest/trusted: a line for each tree, digest and path.
Result<bool> IsTrusted(const Paths& paths, const ProjectFiles& project);
Status Trust(const Paths& paths, const ProjectFiles& project);
// Whether it was trusted.
Result<bool> Distrust(const Paths& paths, const std::string& directory);

}  // namespace inquest::cli
