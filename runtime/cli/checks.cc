#include "runtime/cli/checks.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>

#include "runtime/base/file.h"
#include "runtime/cli/daemon_start.h"
#include "runtime/cli/parse.h"
#include "runtime/cli/settings.h"
#include "runtime/report/figures.h"
#include "sandbox/process/doctor.h"

namespace inquest::cli {
namespace {

constexpr unsigned kPrivateDirectory = 0700;
// Below this an investigation of a usual target may stop half-way.
constexpr std::int64_t kDiskWarningBytes = std::int64_t{2} << 30;
constexpr std::int64_t kDiskFailureBytes = std::int64_t{64} << 20;

// Its path; empty: it is not there.
std::string FindProgram(const std::string& name, const std::string& path) {
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    std::string candidate = path.substr(at, end - at) + "/" + name;
    if (end > at && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return {};
}

Check Program(const std::string& name) {
  const std::string path = ProgramDirectory() + "/" + name;
  Check check{"programs." + name, "programs", Health::kOk, path, "", 0};
  if (::access(path.c_str(), X_OK) == 0) return check;
  check.health = Health::kFailure;
  check.summary = "there is no program " + path;
  check.remediation = "build or install all three programs into one directory (scripts/build)";
  return check;
}

Check StoreDirectory(const Paths& paths) {
  Check check{"store.directory", "store", Health::kOk, paths.data + " is writable", "", 0};
  Status status = MakeDirectories(paths.data, kPrivateDirectory);
  if (status.ok() && ::access(paths.data.c_str(), W_OK | X_OK) != 0) {
    status = ErrnoStatus("write to " + paths.data, errno);
  }
  if (status.ok()) return check;
  check.health = Health::kFailure;
  check.summary = status.message();
  check.remediation = "make it writable for this user, or set XDG_DATA_HOME";
  return check;
}

Check StoreSpace(const Paths& paths) {
  Check check{"store.space", "store", Health::kOk, "", "", 0};
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(paths.data, error);
  if (error) {
    check.health = Health::kWarning;
    check.summary = "free space is unknown: " + error.message();
    return check;
  }
  const auto free =
      static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, std::uintmax_t{1} << 60));
  check.summary = report::ShowBytes(free) + " free at " + paths.data;
  if (free >= kDiskWarningBytes) return check;
  check.health = free < kDiskFailureBytes ? Health::kFailure : Health::kWarning;
  check.remediation = "free some space, or set XDG_DATA_HOME to a larger disk";
  return check;
}

Check SocketLength(const Paths& paths) {
  constexpr std::size_t kSocketPathMax = 107;  // sockaddr_un.sun_path less its end
  Check check{"daemon.socket", "daemon", Health::kOk, paths.socket, "", 0};
  if (paths.socket.size() <= kSocketPathMax) return check;
  check.health = Health::kFailure;
  check.summary = "the socket's path is longer than " + std::to_string(kSocketPathMax) + " bytes";
  check.remediation = "set XDG_RUNTIME_DIR to a shorter path";
  return check;
}

Check Daemon(const Paths& paths) {
  Check check{"daemon.reachable", "daemon", Health::kOk, "it answers at " + paths.socket, "", 0};
  const Result<std::unique_ptr<Client>> client = ConnectOrStart(paths);
  const Status status = client.ok() ? Status::Ok() : client.status();
  if (status.ok()) return check;
  check.health = Health::kFailure;
  check.summary = status.message();
  check.remediation = "see " + paths.log;
  return check;
}

// Nobody else may write what this user's programs go by, or read what is secret.
Check ConfigModes(const Paths& paths) {
  Check check{"config.modes", "config", Health::kOk, paths.config + " is closed to others", "", 0};
  check.details["directory"] = paths.config;
  std::error_code error;
  if (!std::filesystem::exists(paths.config, error)) {
    check.summary = "there is no " + paths.config + ": defaults are used";
    return check;
  }
  constexpr auto kOthersWrite =
      std::filesystem::perms::group_write | std::filesystem::perms::others_write;
  constexpr auto kOthersRead =
      std::filesystem::perms::group_read | std::filesystem::perms::others_read;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(paths.config, error)) {
    const auto perms = entry.status(error).permissions();
    const bool secret = entry.path().filename() == "token";
    if ((perms & (secret ? kOthersWrite | kOthersRead : kOthersWrite)) ==
        std::filesystem::perms::none) {
      continue;
    }
    check.health = secret ? Health::kFailure : Health::kWarning;
    check.summary = entry.path().string() + " is open to others";
    check.remediation = std::string("chmod ") + (secret ? "600 " : "go-w ") + entry.path().string();
    return check;
  }
  return check;
}

Check ConfigSettings(const Paths& paths, const Environment& environment) {
  Check check{"config.settings", "config", Health::kOk, "", "", 0};
  const Result<SettingsLayers> layers = LoadSettings(environment, paths, {});
  if (!layers.ok()) {
    check.health = Health::kFailure;
    check.summary = layers.status().message();
    check.remediation = "mend what it names; `inquest config show` lists the keys";
    return check;
  }
  int set = 0;
  for (const ShownSetting& setting : ExplainSettings(*layers)) {
    if (setting.origin.empty()) continue;
    ++set;
    check.details[setting.key] = setting.origin;
  }
  check.summary = std::to_string(set) + " settings are set";
  return check;
}

// What targets of a language need; none is needed by Inquest itself.
Check Language(const std::string& language, const std::vector<std::string>& programs,
               const std::string& packages, const Environment& environment) {
  Check check{"languages." + language, "languages", Health::kOk, "", "", 0};
  std::string missing;
  for (const std::string& program : programs) {
    const std::string path = FindProgram(program, environment("PATH"));
    check.details[program] = path;
    (path.empty() ? missing : check.summary) += " " + program;
  }
  check.summary = check.summary.empty() ? "nothing is there" : "found" + check.summary;
  if (missing.empty()) return check;
  check.health = Health::kWarning;
  check.summary += "; missing" + missing;
  check.remediation = "for targets in it: apt install " + packages;
  return check;
}

Check Timed(const std::function<Check()>& look) {
  const auto begin = std::chrono::steady_clock::now();
  Check check = look();
  check.duration_ms = static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                            std::chrono::steady_clock::now() - begin)
                                            .count());
  return check;
}

Health HealthOf(sandbox::CheckResult result) {
  switch (result) {
    case sandbox::CheckResult::kOk:
      return Health::kOk;
    case sandbox::CheckResult::kWarn:
      return Health::kWarning;
    case sandbox::CheckResult::kFail:
      return Health::kFailure;
  }
  return Health::kFailure;
}

void AddSandbox(std::vector<Check>& checks) {
  for (const sandbox::HostCheck& found : sandbox::CheckHost(ProgramDirectory() + "/inquest-run")) {
    checks.push_back({"sandbox." + found.id, "sandbox", HealthOf(found.result), found.summary,
                      found.remediation, 0});
  }
}

struct LanguageTools {
  std::string language;
  std::vector<std::string> programs;
  std::string packages;
};
const std::vector<LanguageTools> kLanguages = {
    {"python", {"python3"}, "python3"},
    {"javascript", {"node"}, "nodejs"},
    {"c", {"gcc", "g++", "gcov", "make", "gdb"}, "g++ make gdb"},
};

}  // namespace

std::vector<Check> RunChecks(const Paths& paths, const Environment& environment) {
  std::vector<Check> checks{Timed([] { return Program("inquestd"); }),
                            Timed([] { return Program("inquest-run"); }),
                            Timed([&] { return StoreDirectory(paths); }),
                            Timed([&] { return StoreSpace(paths); }),
                            Timed([&] { return SocketLength(paths); }),
                            Timed([&] { return Daemon(paths); }),
                            Timed([&] { return ConfigModes(paths); }),
                            Timed([&] { return ConfigSettings(paths, environment); })};
  for (const auto& [language, programs, packages] : kLanguages) {
    checks.push_back(Timed([&, name = language, of = programs, from = packages] {
      return Language(name, of, from, environment);
    }));
  }
  AddSandbox(checks);
  return checks;
}

Health Overall(const std::vector<Check>& checks) {
  Health worst = Health::kOk;
  for (const Check& check : checks) worst = std::max(worst, check.health);
  return worst;
}

}  // namespace inquest::cli
