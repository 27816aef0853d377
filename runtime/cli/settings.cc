#include "runtime/cli/settings.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "policies/load.h"
#include "runtime/base/file.h"

namespace inquest::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::TimeUtil;

constexpr std::uint64_t kFileLimitBytes = 64 << 10;
constexpr char kSystemFile[] = "/etc/inquest/config.yaml";

// What people read of a key; a test holds the keys against the schema.
struct Meaning {
  std::string_view key;
  std::string_view text;
};
constexpr std::array kMeanings{
    Meaning{"build", "shell command that builds the tree"},
    Meaning{"test", "shell command that fails when the bug shows"},
    Meaning{"suite", "shell command that runs the whole test suite"},
    Meaning{"tool_paths", "folders to look for tools in, besides PATH"},
    Meaning{"debugger", "true: runs may trace each other (gdb, LeakSanitizer)"},
    Meaning{"investigator", "whose ideas are used (default builtin)"},
    Meaning{"policy", "name of the policy (default scratch)"},
    Meaning{"budget.wall_time", "time that an investigation may take, such as 600s"},
    Meaning{"budget.runs", "sandboxed runs that it may make"},
    Meaning{"budget.iterations", "visits to hypothesize"},
    Meaning{"socket", "of the daemon to talk to (default: the user's own, started when needed)"},
    Meaning{"color", "auto, always or never"},
    Meaning{"output", "text or json"},
};

// A field with a value, and how to get there.
struct Leaf {
  std::string key;
  std::vector<const FieldDescriptor*> path;
};

bool IsLeaf(const FieldDescriptor& field) {
  return field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
         field.message_type() == google::protobuf::Duration::descriptor();
}

std::vector<Leaf> Leaves() {
  std::vector<Leaf> leaves;
  const google::protobuf::Descriptor* settings = v1::Settings::descriptor();
  for (int i = 0; i < settings->field_count(); ++i) {
    const FieldDescriptor* field = settings->field(i);
    if (IsLeaf(*field)) {
      leaves.push_back({field->name(), {field}});
      continue;
    }
    for (int j = 0; j < field->message_type()->field_count(); ++j) {
      const FieldDescriptor* inner = field->message_type()->field(j);
      leaves.push_back({field->name() + "." + inner->name(), {field, inner}});
    }
  }
  return leaves;
}

std::string VariableOf(const std::string& key) {
  std::string name = "INQUEST_" + key;
  for (char& c : name) {
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

// Folders are given as PATH gives them.
nlohmann::json ListOf(const std::string& value) {
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(':', at), value.size());
    if (end > at) list.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  return list;
}

Status Set(const Leaf& leaf, const std::string& origin, const std::string& value,
           v1::Settings& settings) {
  nlohmann::json node = value;
  if (leaf.path.back()->is_repeated()) node = ListOf(value);
  for (auto field = leaf.path.rbegin(); field != leaf.path.rend(); ++field) {
    node = nlohmann::json{{(*field)->name(), node}};
  }
  // JSON is YAML: one loader checks types and words for all sources.
  const std::string yaml = node.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  Status loaded = policies::LoadYaml(origin, yaml, settings);
  if (loaded.ok()) return loaded;
  return {
      Code::kInvalidArgument, "BAD_SETTING",
      origin + ": '" + value + "': " + loaded.message().substr(loaded.message().rfind(':') + 2)};
}

Status CheckWords(const SettingsLayer& layer) {
  const auto bad = [&](const std::string& key, const std::string& wanted) -> Status {
    return {Code::kInvalidArgument, "BAD_SETTING", layer.origin + ": " + key + " is " + wanted};
  };
  const std::string& color = layer.values.color();
  if (layer.values.has_color() && color != "auto" && color != "always" && color != "never") {
    return bad("color", "auto, always or never");
  }
  const std::string& output = layer.values.output();
  if (layer.values.has_output() && output != "text" && output != "json") {
    return bad("output", "text or json");
  }
  const v1::BudgetSettings& budget = layer.values.budget();
  const bool negative = budget.runs() < 0 || budget.iterations() < 0 ||
                        TimeUtil::DurationToMilliseconds(budget.wall_time()) < 0;
  return negative ? bad("budget", "not below 0") : Status::Ok();
}

const Message& MessageOf(const Leaf& leaf, const v1::Settings& settings) {
  if (leaf.path.size() == 1) return settings;
  return settings.GetReflection()->GetMessage(settings, leaf.path.front());
}

bool Has(const Leaf& leaf, const v1::Settings& settings) {
  const Message& message = MessageOf(leaf, settings);
  const FieldDescriptor* field = leaf.path.back();
  return field->is_repeated() ? message.GetReflection()->FieldSize(message, field) > 0
                              : message.GetReflection()->HasField(message, field);
}

std::string ValueOf(const Leaf& leaf, const v1::Settings& settings) {
  const Message& message = MessageOf(leaf, settings);
  const auto& reflection = *message.GetReflection();
  const FieldDescriptor* field = leaf.path.back();
  if (field->is_repeated()) {
    std::string text;
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      text += (i > 0 ? ":" : "") + reflection.GetRepeatedString(message, field, i);
    }
    return text;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      google::protobuf::Duration duration;
      duration.CopyFrom(reflection.GetMessage(message, field));
      return TimeUtil::ToString(duration);
    }
    default:
      return reflection.GetString(message, field);
  }
}

std::string MeaningOf(const std::string& key) {
  const auto* found = std::find_if(kMeanings.begin(), kMeanings.end(),
                                   [&](const Meaning& meaning) { return meaning.key == key; });
  return found == kMeanings.end() ? std::string() : std::string(found->text);
}

Result<SettingsLayer> FromOverride(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string key = text.substr(0, equals);
  SettingsLayer layer{"-c " + key, {}};
  for (const Leaf& leaf : Leaves()) {
    if (leaf.key != key || equals == std::string::npos) continue;
    TRY(Set(leaf, layer.origin, text.substr(equals + 1), layer.values));
    TRY(CheckWords(layer));
    return layer;
  }
  return Status(Code::kInvalidArgument, "BAD_SETTING",
                "-c " + text + ": give KEY=VALUE; `inquest config show` lists the keys");
}

}  // namespace

Result<SettingsLayer> ParseSettings(const std::string& origin, const std::string& yaml) {
  SettingsLayer layer{origin, {}};
  TRY(policies::LoadYaml(origin, yaml, layer.values));
  TRY(CheckWords(layer));
  return layer;
}

Result<std::optional<SettingsLayer>> LoadSettingsFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<SettingsLayer>();
  TRY_ASSIGN(const std::string yaml, ReadFile(path, kFileLimitBytes));
  TRY_ASSIGN(SettingsLayer layer, ParseSettings(path, yaml));
  return std::optional<SettingsLayer>(std::move(layer));
}

Result<SettingsLayers> LoadSettings(const Environment& environment, const Paths& paths,
                                    const std::vector<std::string>& overrides) {
  SettingsLayers layers;
  // The last one wins, as with other options.
  for (auto text = overrides.rbegin(); text != overrides.rend(); ++text) {
    TRY_ASSIGN(SettingsLayer layer, FromOverride(*text));
    layers.push_back(std::move(layer));
  }
  for (const Leaf& leaf : Leaves()) {
    SettingsLayer layer{VariableOf(leaf.key), {}};
    const std::string value = environment(layer.origin);
    if (value.empty()) continue;
    TRY(Set(leaf, layer.origin, value, layer.values));
    TRY(CheckWords(layer));
    layers.push_back(std::move(layer));
  }
  for (const std::string& file : {paths.config + "/config.yaml", std::string(kSystemFile)}) {
    TRY_ASSIGN(std::optional<SettingsLayer> layer, LoadSettingsFile(file));
    if (layer.has_value()) layers.push_back(*std::move(layer));
  }
  return layers;
}

SettingsLayers WithProject(SettingsLayers layers, SettingsLayer project) {
  const auto file = std::find_if(layers.begin(), layers.end(), [](const SettingsLayer& layer) {
    return layer.origin.starts_with('/');
  });
  layers.insert(file, std::move(project));
  return layers;
}

v1::Settings Resolve(const SettingsLayers& layers) {
  v1::Settings settings;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    // Merging would add up lists, and the parts of a duration.
    if (!layer->values.tool_paths().empty()) settings.clear_tool_paths();
    if (layer->values.budget().has_wall_time()) settings.mutable_budget()->clear_wall_time();
    settings.MergeFrom(layer->values);
  }
  return settings;
}

std::vector<ShownSetting> ExplainSettings(const SettingsLayers& layers) {
  std::vector<ShownSetting> shown;
  for (const Leaf& leaf : Leaves()) {
    ShownSetting setting{leaf.key, "", "", MeaningOf(leaf.key)};
    const auto layer =
        std::find_if(layers.begin(), layers.end(),
                     [&](const SettingsLayer& candidate) { return Has(leaf, candidate.values); });
    if (layer != layers.end()) {
      setting.value = ValueOf(leaf, layer->values);
      setting.origin = layer->origin;
    }
    shown.push_back(std::move(setting));
  }
  return shown;
}

}  // namespace inquest::cli
