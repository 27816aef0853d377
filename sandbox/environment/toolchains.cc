#include "sandbox/environment/toolchains.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmallFileLimit = 64U << 10U;
constexpr const char* kSystemPath[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                       "/usr/bin",        "/sbin",          "/bin"};
constexpr const char* kSystemRoots[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"};
// Where a mount of ours or the kernel's is: a host folder there is never shown.
constexpr const char* kReservedRoots[] = {"/proc", "/dev",     "/sys",
                                          "/etc",  "/inquest", "/workspace"};

bool Below(const std::string& path, const std::string& root) {
  return path == root || path.rfind(root + "/", 0) == 0;
}

bool IsSystem(const std::string& path) {
  return std::any_of(std::begin(kSystemRoots), std::end(kSystemRoots),
                     [&](const char* root) { return Below(path, root); });
}

bool IsDirectory(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<std::string> Words(const std::string& text, const std::string& separators) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + separators[0]) {
    if (separators.find(c) == std::string::npos) {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, ""));
    }
  }
  return words;
}

std::string SmallFile(const std::string& path) {
  const auto bytes = ReadFile(path, kSmallFileLimit);
  return bytes.ok() ? *bytes : "";
}

// The value of `home` in a pyvenv.cfg: the folder of the Python that it is made of.
std::string PyvenvHome(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto key = Words(line.substr(0, equals), " \t");
    if (key.size() != 1 || key[0] != "home") continue;
    const auto start = line.find_first_not_of(" \t", equals + 1);
    const auto end = line.find_last_not_of(" \t\r");
    if (start != std::string::npos) return line.substr(start, end - start + 1);
  }
  return "";
}

class Finder {
 public:
  explicit Finder(const ToolSources& sources) : sources_(sources) {}

  Toolchains Find();

 private:
  void AddPathEntry(const std::string& entry);
  void AddToolPath(const std::string& path);
  void AddTreeEnvironments();
  void AddShims(const std::string& root);
  // The folder that a bin folder belongs to, if it may be shown as a whole.
  std::string PrefixOf(const std::string& bin) const;
  void AddBin(const std::string& bin);
  void AddPython(const std::string& bin);
  bool Bind(const std::string& path);
  void AddPath(const std::string& path);
  // "/", a home or what holds one, or a reserved place.
  bool MustNotShow(const std::string& path) const;
  std::vector<std::string> PyenvVersions(const std::string& root) const;

  const ToolSources& sources_;
  Toolchains found_;
};

bool Finder::MustNotShow(const std::string& path) const {
  if (path.empty() || path[0] != '/' || path == "/") return true;
  std::error_code error;
  const std::string real = fs::canonical(path, error).string();
  if (error) return true;
  for (const std::string& candidate : {path, real}) {
    if (candidate == "/root" || Below(sources_.home, candidate) || Below("/home", candidate)) {
      return true;
    }
    // A direct child of /home is somebody's home.
    if (fs::path(candidate).parent_path() == "/home") return true;
    if (std::any_of(std::begin(kReservedRoots), std::end(kReservedRoots),
                    [&](const char* root) { return Below(candidate, root); })) {
      return true;
    }
  }
  return false;
}

bool Finder::Bind(const std::string& path) {
  if (IsSystem(path)) return true;
  if (MustNotShow(path) || !IsDirectory(path)) return false;
  const auto covers = [&](const std::string& bound) { return Below(path, bound); };
  if (std::none_of(found_.bound.begin(), found_.bound.end(), covers)) found_.bound.push_back(path);
  return true;
}

void Finder::AddPath(const std::string& path) {
  if (std::find(found_.path.begin(), found_.path.end(), path) == found_.path.end()) {
    found_.path.push_back(path);
  }
}

std::vector<std::string> Finder::PyenvVersions(const std::string& root) const {
  std::string wanted;
  const auto set = sources_.environment.find("PYENV_VERSION");
  if (set != sources_.environment.end()) wanted = set->second;
  if (wanted.empty()) wanted = sources_.tree_file(".python-version").value_or("");
  std::vector<std::string> versions = Words(wanted, ":\n\r \t");
  const auto there = [&](const std::string& name) {
    return name.find('/') == std::string::npos && IsDirectory(root + "/versions/" + name);
  };
  for (std::string& version : versions) {
    if (version.rfind("python-", 0) == 0) version.erase(0, 7);
    if (there(version)) continue;
    // As pyenv: "3.11" is the newest 3.11.x that is installed.
    std::string best;
    int best_patch = -1;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root + "/versions", error)) {
      const std::string name = entry.path().filename().string();
      if (name.rfind(version + ".", 0) != 0) continue;
      const std::string patch = name.substr(version.size() + 1);
      if (patch.empty() || patch.size() > 4 ||
          patch.find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      if (std::stoi(patch) > best_patch) {
        best_patch = std::stoi(patch);
        best = name;
      }
    }
    version = best;
  }
  std::erase_if(versions, [&](const std::string& name) { return name.empty() || !there(name); });
  if (versions.empty()) {
    // No wish, or one for a version that is not here: what pyenv gives everybody.
    for (const std::string& name : Words(SmallFile(root + "/version"), ":\n\r \t")) {
      if (there(name)) versions.push_back(name);
    }
  }
  return versions;
}

void Finder::AddShims(const std::string& root) {
  for (const std::string& version : PyenvVersions(root)) {
    AddBin(root + "/versions/" + version + "/bin");
  }
}

std::string Finder::PrefixOf(const std::string& bin) const {
  const fs::path path(bin);
  if (path.filename() != "bin") return "";
  const std::string prefix = path.parent_path().string();
  if (MustNotShow(prefix)) return "";
  const bool environment = Exists(prefix + "/pyvenv.cfg") || Exists(prefix + "/conda-meta");
  // ~/.local, ~/.cargo and their like hold more than tools.
  const bool hidden = path.parent_path().filename().string()[0] == '.';
  const std::string parent = path.parent_path().parent_path().string();
  const bool in_home =
      parent == sources_.home || parent == "/root" || fs::path(parent).parent_path() == "/home";
  if (environment) return prefix;
  if (hidden && in_home) return "";
  if (parent == "/") return "";
  return Exists(prefix + "/lib") || Below(prefix, "/opt") ? prefix : "";
}

void Finder::AddPython(const std::string& bin) {
  const std::string prefix = PrefixOf(bin);
  // The name may come from a hostile tree: it must be an installed Python, not just any folder.
  if (prefix.empty() || !Exists(bin + "/python3") || !Exists(prefix + "/include")) return;
  Bind(prefix);
}

void Finder::AddBin(const std::string& bin) {
  const std::string prefix = PrefixOf(bin);
  if (!Bind(prefix.empty() ? bin : prefix)) return;
  AddPath(bin);
  const std::string base = PyvenvHome(SmallFile(prefix + "/pyvenv.cfg"));
  if (!prefix.empty() && !base.empty()) AddPython(base);
}

void Finder::AddPathEntry(const std::string& given) {
  if (given.empty() || given[0] != '/') return;
  const std::string entry = fs::path(given + "/.").lexically_normal().parent_path().string();
  if (IsSystem(entry)) {
    AddPath(entry);
    return;
  }
  if (!IsDirectory(entry)) return;
  const fs::path path(entry);
  const std::string parent = path.parent_path().string();
  const bool of_pyenv = IsDirectory(parent + "/versions") && IsDirectory(parent + "/shims");
  if (of_pyenv && path.filename() == "shims") return AddShims(parent);
  // The version manager itself has nothing to manage inside.
  if (of_pyenv || entry.find("/pyenv-virtualenv/") != std::string::npos) return;
  AddBin(entry);
}

void Finder::AddToolPath(const std::string& path) {
  const std::string normal = fs::path(path + "/.").lexically_normal().parent_path().string();
  if (!IsSystem(normal) && !Bind(normal)) return;
  const bool has_bin = IsDirectory(normal + "/bin");
  AddPath(has_bin ? normal + "/bin" : normal);
  const std::string base = PyvenvHome(SmallFile(normal + "/pyvenv.cfg"));
  if (!base.empty()) AddPython(base);
}

void Finder::AddTreeEnvironments() {
  for (const char* name : {".venv", "venv", "env"}) {
    const auto config = sources_.tree_file(std::string(name) + "/pyvenv.cfg");
    if (!config) continue;
    AddPath(std::string("/workspace/") + name + "/bin");
    const std::string base = PyvenvHome(*config);
    if (!base.empty()) AddPython(base);
  }
  if (sources_.tree_has_folder("node_modules/.bin")) AddPath("/workspace/node_modules/.bin");
}

Toolchains Finder::Find() {
  for (const std::string& path : sources_.tool_paths) AddToolPath(path);
  AddTreeEnvironments();
  for (const std::string& entry : Words(sources_.path, ":")) AddPathEntry(entry);
  for (const char* entry : kSystemPath) AddPath(entry);
  return std::move(found_);
}

}  // namespace

Toolchains FindToolchains(const ToolSources& sources) { return Finder(sources).Find(); }

}  // namespace inquest::sandbox
