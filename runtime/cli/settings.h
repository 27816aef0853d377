#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/settings.pb.h"
#include "runtime/base/status.h"
#include "runtime/cli/paths.h"

// What a verb goes by where its options do not say: `-c KEY=VALUE`, then the environment, then the
// project's file, then the user's, then the system's. Keys are fields of v1.Settings, joined by
// dots.
namespace inquest::cli {

struct SettingsLayer {
  std::string origin;  // for people: -c, INQUEST_POLICY, a file
  v1::Settings values;
};
using SettingsLayers = std::vector<SettingsLayer>;  // the strongest first

// All but the project's. `overrides` are KEY=VALUE. INVALID_ARGUMENT (BAD_SETTING, BAD_YAML).
Result<SettingsLayers> LoadSettings(const Environment& environment, const Paths& paths,
                                    const std::vector<std::string>& overrides);

// The text of a file of settings.
Result<SettingsLayer> ParseSettings(const std::string& origin, const std::string& yaml);

// One file of settings; none: there is no such file.
Result<std::optional<SettingsLayer>> LoadSettingsFile(const std::string& path);

// With the project's layer where it belongs: below the environment.
SettingsLayers WithProject(SettingsLayers layers, SettingsLayer project);

v1::Settings Resolve(const SettingsLayers& layers);

// Every key there is, what it is set to (empty: nothing) and by whom.
struct ShownSetting {
  std::string key;
  std::string value;
  std::string origin;
  std::string meaning;
};
std::vector<ShownSetting> ExplainSettings(const SettingsLayers& layers);

}  // namespace inquest::cli
