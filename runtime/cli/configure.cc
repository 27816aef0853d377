#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/project.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/json_parts.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLineMax = 300;
constexpr std::uint64_t kMarkerBytesMax = 256 << 10;
constexpr unsigned kReadableFile = 0644;
constexpr unsigned kReadableDirectory = 0755;

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

// How projects of a kind are built and tested; the first that fits a tree is proposed.
struct Kind {
  std::string_view name;
  std::string_view marker;    // a file at the root
  std::string_view contains;  // a text in it; empty: any
  std::string_view build;
  std::string_view test;
};
constexpr std::array kKinds{
    Kind{"Python (pytest)", "pytest.ini", "", "", "python3 -m pytest -q"},
    Kind{"Python (pytest)", "pyproject.toml", "pytest", "", "python3 -m pytest -q"},
    Kind{"Python (pytest)", "setup.cfg", "pytest", "", "python3 -m pytest -q"},
    Kind{"Python (pytest)", "tox.ini", "pytest", "", "python3 -m pytest -q"},
    Kind{"Python (pytest)", "conftest.py", "", "", "python3 -m pytest -q"},
    Kind{"Python (pytest)", "tests/conftest.py", "", "", "python3 -m pytest -q"},
    Kind{"Python (unittest)", "tests/__init__.py", "", "",
         "python3 -m unittest discover -s tests -t ."},
    Kind{"Python (unittest)", "pyproject.toml", "", "", "python3 -m unittest"},
    Kind{"Python (unittest)", "setup.py", "", "", "python3 -m unittest"},
    Kind{"JavaScript (node:test)", "package.json", "node --test", "", "node --test"},
    Kind{"JavaScript", "package.json", "\"test\"", "", "npm test --silent"},
    Kind{"C or C++ (CMake)", "CMakeLists.txt", "", "cmake -S . -B build && cmake --build build",
         "ctest --test-dir build --output-on-failure"},
    Kind{"make", "Makefile", "\ncheck:", "make", "make check"},
    Kind{"make", "Makefile", "\ntest:", "make", "make test"},
};

const Kind* KindOf(const std::string& directory) {
  for (const Kind& kind : kKinds) {
    const Result<std::string> text =
        ReadFile(directory + "/" + std::string(kind.marker), kMarkerBytesMax);
    if (!text.ok()) continue;
    if (("\n" + *text).find(kind.contains) != std::string::npos) return &kind;
  }
  return nullptr;
}

std::string Line(const std::string& key, std::string_view value, const std::string& otherwise) {
  // JSON's way of quoting is YAML's, too.
  if (!value.empty()) return key + ": " + json(value).dump() + "\n";
  return "# " + key + ": " + otherwise + "\n";
}

std::string ProjectText(const Kind* kind) {
  const Kind none{};
  const Kind& found = kind == nullptr ? none : *kind;
  return "# What inquest goes by in this tree where its options do not say (inquest-settings(5)).\n"
         "# Nobody's inquest uses this before they have run: inquest trust .\n\n"
         "# Shows a bug by failing; --test with the failing test alone is quicker.\n" +
         Line("test", found.test, "./repro.sh") + "\n# How the tree is built, before each test.\n" +
         Line("build", found.build, "make") +
         "\n# What must not break; a fix is compared on it.\n" +
         Line("suite", found.test, "make check") +
         "\n# Folders of tools that are not in PATH.\n# tool_paths: [/opt/tool/bin]\n"
         "\n# Whose ideas, under which policy, and how much.\n"
         "# investigator: builtin\n# policy: scratch\n# budget:\n#   wall_time: 600s\n"
         "#   runs: 2000\n";
}

std::string Shown(const ProjectFiles& project) {
  std::string text;
  for (const ProjectFiles::File& file : project.files) {
    text += "--- " + OneLine(file.path, kLineMax) + "\n" + ForTerminal(file.bytes) +
            (file.bytes.ends_with('\n') ? "" : "\n");
  }
  return text;
}

Result<ProjectFiles> ProjectOf(const std::string& directory) {
  TRY_ASSIGN(std::optional<ProjectFiles> project, ReadProject(directory));
  if (project.has_value()) return *std::move(project);
  return Status(Code::kNotFound, "NO_PROJECT",
                directory + " has no " + std::string(kProjectFolder) + " with files in it");
}

}  // namespace

Result<SettingsLayers> SettingsFor(Session& session, const std::string& directory) {
  const Result<std::optional<ProjectFiles>> project = ReadProject(directory);
  if (project.ok() && !project->has_value()) return session.settings();
  const auto unused = [&](const std::string& why) {
    session.console().Note(std::string(kProjectFolder) + " of the source tree is not used: " + why);
    return session.settings();
  };
  if (!project.ok()) return unused(OneLine(project.status().message(), kLineMax));
  TRY_ASSIGN(const bool trusted, IsTrusted(session.paths(), **project));
  if (!trusted) {
    return unused(
        "its bytes are not trusted; inquest trust --show prints them, inquest trust "
        "trusts them");
  }
  TRY_ASSIGN(std::optional<SettingsLayer> layer, SettingsOf(**project));
  if (!layer.has_value()) return session.settings();
  return WithProject(session.settings(), *std::move(layer));
}

ExitCode ShowConfig(Session& session, const ConfigOptions& options) {
  const Result<SettingsLayers> layers = SettingsFor(session, options.source);
  if (!layers.ok()) return Fail(session, layers.status());
  constexpr std::size_t kKeyWidth = 20;
  constexpr std::size_t kValueWidth = 32;
  json list = json::array();
  std::string text;
  for (const ShownSetting& setting : ExplainSettings(*layers)) {
    const bool set = !setting.origin.empty();
    const std::string origin = set ? setting.origin : "default";
    list.push_back({{"key", setting.key},
                    {"value", set ? json(setting.value) : json()},
                    {"origin", origin},
                    {"meaning", setting.meaning}});
    const std::string value = set ? OneLine(setting.value, kLineMax) : "-";
    text +=
        Padded(setting.key, kKeyWidth) +
        (options.origin ? Padded(value, kValueWidth) + "  " + OneLine(origin, kLineMax) : value) +
        "\n";
  }
  session.console().Data(session.json() ? report::DumpJson(json{{"settings", list}}) : text);
  return ExitCode::kVerifiedFix;
}

ExitCode TrustProject(Session& session, const TrustOptions& options) {
  if (options.revoke) {
    const Result<bool> was = Distrust(session.paths(), options.directory);
    if (!was.ok()) return Fail(session, was.status());
    session.console().Data(*was ? "not trusted any more\n" : "it was not trusted\n");
    return ExitCode::kVerifiedFix;
  }
  const Result<ProjectFiles> project = ProjectOf(options.directory);
  if (!project.ok()) return Fail(session, project.status());
  // What is shown is what is trusted: the bytes were read once.
  session.console().Data(Shown(*project));
  const Result<std::optional<SettingsLayer>> settings = SettingsOf(*project);
  if (!settings.ok()) return Fail(session, settings.status());
  if (options.show) return ExitCode::kVerifiedFix;
  const Status trusted = Trust(session.paths(), *project);
  if (!trusted.ok()) return Fail(session, trusted);
  session.console().Note("trusted: " + OneLine(project->directory, kLineMax) + ", digest " +
                         project->digest.ToHex());
  return ExitCode::kVerifiedFix;
}

ExitCode Init(Session& session, const std::string& directory) {
  const std::string folder = directory + "/" + kProjectFolder;
  const std::string file = folder + "/" + kProjectFile;
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return Fail(session, {Code::kInvalidArgument, "TARGET_NOT_FOUND",
                          "there is no directory '" + directory + "'"});
  }
  if (std::filesystem::exists(std::filesystem::symlink_status(file, error))) {
    return Fail(session, {Code::kAlreadyExists, "FILE_EXISTS", file + " is there already"});
  }
  const Kind* kind = KindOf(directory);
  Status done = MakeDirectories(folder, kReadableDirectory);
  if (done.ok()) {
    done = WriteFileAtomically(file, ProjectText(kind), kReadableFile, Durability::kNone);
  }
  if (!done.ok()) return Fail(session, done);
  session.console().Data(file + "\n");
  session.console().Note(kind == nullptr
                             ? "no build or test system was recognised: say in it how to test"
                             : "it looks like " + std::string(kind->name) + ": see what it says");
  session.console().Note("then: inquest trust " + OneLine(directory, kLineMax) +
                         " && inquest investigate");
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
