#include "sandbox/process/prepare.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "runtime/base/digest.h"
#include "runtime/base/file.h"
#include "sandbox/environment/tool_check.h"
#include "sandbox/environment/toolchains.h"
#include "sandbox/process/patched_tree.h"
#include "sandbox/process/trials.h"
#include "sandbox/workspace/tree.h"

namespace inquest::sandbox {
namespace {

// Part of the environment digest: raise it when what a command can see changes.
constexpr char kProfile[] = "inquest sandbox profile 1";
constexpr std::uint64_t kSmallFileLimit = 64U << 10U;
constexpr std::int64_t kSmallTreeFile = std::int64_t{64} << 10U;
constexpr std::int64_t kProfileSeconds = 600;
constexpr char kInsideOut[] = "/inquest/out";
constexpr char kInsideInstrument[] = "/inquest/instrument";

std::int64_t Narrow(std::int64_t profile, std::int64_t permitted, std::int64_t asked) {
  if (permitted > 0) profile = permitted;
  return asked > 0 ? std::min(asked, profile) : profile;
}

v1::RunOutcome Refusal(v1::RunOutcome::Problem problem, std::string explanation) {
  v1::RunOutcome outcome;
  outcome.set_problem(problem);
  outcome.set_explanation(std::move(explanation));
  return outcome;
}

// PATH inside, bindings and the fixed variables.
Toolchains AddEnvironment(const OrderSetting& setting, const v1::RunSpec& spec, PatchedTree* files,
                          const Tree& tree, Order* order) {
  ToolSources sources;
  sources.path = setting.path;
  sources.home = setting.home;
  sources.tool_paths.assign(spec.tool_paths().begin(), spec.tool_paths().end());
  sources.environment.insert(spec.environment().begin(), spec.environment().end());
  sources.tree_file = [&](const std::string& path) -> std::optional<std::string> {
    const TreeEntry* entry = tree.Find(path);
    if (entry == nullptr || entry->size_bytes > kSmallTreeFile) return std::nullopt;
    auto text = files->Read(path);
    return text.ok() ? *text : std::nullopt;
  };
  sources.tree_has_folder = [&](const std::string& folder) { return files->HasFolder(folder); };
  Toolchains tools = FindToolchains(sources);
  for (const std::string& path : tools.bound) {
    Binding* binding = order->add_bindings();
    binding->set_source(path);
    binding->set_target(path);
  }
  auto& environment = *order->mutable_environment();
  environment = spec.environment();
  std::string path;
  for (const std::string& entry : tools.path) path += (path.empty() ? "" : ":") + entry;
  const std::pair<const char*, std::string> fixed[] = {
      {"PATH", path},      {"HOME", "/tmp"},       {"TMPDIR", "/tmp"},
      {"USER", "inquest"}, {"LOGNAME", "inquest"}, {"SHELL", "/bin/sh"},
      {"LANG", "C.UTF-8"}, {"TERM", "dumb"},       {"INQUEST_OUT", kInsideOut}};
  for (const auto& [name, value] : fixed) environment[name] = value;
  return tools;
}

// The lines KEY=VALUE of the instrument's file `environment`; PATH+=FOLDER puts the folder first.
Status AddInstrument(const OrderSetting& setting, const std::string& name, Order* order) {
  if (name.find('/') != std::string::npos || name[0] == '.') {
    return {Code::kInvalidArgument, "BAD_INSTRUMENT", "no instrument can be called " + name};
  }
  const std::string directory = setting.instruments_directory + "/" + name;
  TRY_ASSIGN(const std::string text, ReadFile(directory + "/environment", kSmallFileLimit));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos || equals == 0 || line[0] == '#') continue;
    auto& environment = *order->mutable_environment();
    if (line.compare(0, equals, "PATH+") == 0) {
      environment["PATH"] = line.substr(equals + 1) + ":" + environment["PATH"];
      continue;
    }
    environment[line.substr(0, equals)] = line.substr(equals + 1);
  }
  Binding* binding = order->add_bindings();
  binding->set_source(directory);
  binding->set_target(kInsideInstrument);
  return Status::Ok();
}

std::string Stamp(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return path + " absent";
  return path + " " + std::to_string(info.st_size) + " " + std::to_string(info.st_mtim.tv_sec) +
         "." + std::to_string(info.st_mtim.tv_nsec);
}

// Over all that a command can see besides the workspace: profile, filter, system packages, tools,
// variables, limits.
std::string EnvironmentDigest(const Order& order, const std::set<std::string>& tools) {
  std::string text = std::string(kProfile) + "\n" + Sha256(order.seccomp_filter()).ToHex() + "\n" +
                     Stamp("/var/lib/dpkg/status") + "\n";
  for (const Binding& binding : order.bindings()) {
    text += Stamp(binding.source()) + " " + binding.target() + "\n";
  }
  for (const std::string& tool : tools) text += Stamp(tool) + "\n";
  const std::map<std::string, std::string> sorted(order.environment().begin(),
                                                  order.environment().end());
  for (const auto& [name, value] : sorted) {
    text += name + "=" + std::to_string(value.size()) + ":" + value + "\n";
  }
  text += order.limits().SerializeAsString();
  return Sha256(text).ToHex();
}

// The phases, each with a time limit, and the tools that they start with; or which is missing.
std::optional<v1::RunOutcome> AddPhases(const v1::RunSpec& spec, const v1::SandboxRule& rule,
                                        const Toolchains& chains, const PatchedTree& files,
                                        Order* order, std::set<std::string>* tools) {
  const std::int64_t most = Narrow(kProfileSeconds, rule.time_limit().seconds(), 0);
  for (const v1::Phase& phase : spec.phases()) {
    v1::Phase* added = order->add_phases();
    *added = phase;
    const auto& limit = phase.time_limit();
    const bool none = limit.seconds() <= 0 && limit.nanos() <= 0;
    if (none || limit.seconds() >= most) {
      added->mutable_time_limit()->set_seconds(most);
      added->mutable_time_limit()->set_nanos(0);
    }
    const auto tool = PlainTool(phase.shell_command());
    if (!tool) continue;
    const auto found =
        FindTool(*tool, chains.path, [&](const std::string& path) { return files.Has(path); });
    if (found) {
      tools->insert(*found);
      continue;
    }
    // An earlier phase (a build) may make the tool in the workspace.
    const bool made_later = order->phases_size() > 1;
    if (made_later) continue;
    std::string looked;
    for (const std::string& entry : chains.path) looked += (looked.empty() ? "" : ", ") + entry;
    return Refusal(v1::RunOutcome::PROBLEM_TOOL_MISSING,
                   "phase " + phase.name() + " needs " + *tool + ", which is in none of " + looked +
                       "; install it, or name its directory as a tool path");
  }
  return std::nullopt;
}

}  // namespace

v1::RunLimits SettleLimits(const v1::RunLimits& asked, const v1::RunLimits& permitted) {
  constexpr std::int64_t kMemory = std::int64_t{2} << 30U;
  constexpr std::int64_t kOutput = std::int64_t{16} << 20U;
  constexpr std::int64_t kFile = std::int64_t{1} << 30U;
  constexpr std::int64_t kDisk = std::int64_t{2} << 30U;
  constexpr std::int64_t kProcesses = 512;
  constexpr std::int64_t kCpuSeconds = 3600;
  v1::RunLimits limits;
  limits.set_memory_bytes(Narrow(kMemory, permitted.memory_bytes(), asked.memory_bytes()));
  limits.set_output_bytes(std::min(Narrow(kOutput, permitted.output_bytes(), asked.output_bytes()),
                                   store::kArtifactLimitBytes));
  limits.set_file_bytes(Narrow(kFile, permitted.file_bytes(), asked.file_bytes()));
  limits.set_disk_bytes(Narrow(kDisk, permitted.disk_bytes(), asked.disk_bytes()));
  limits.set_processes(
      static_cast<std::int32_t>(Narrow(kProcesses, permitted.processes(), asked.processes())));
  limits.mutable_cpu_time()->set_seconds(
      Narrow(kCpuSeconds, permitted.cpu_time().seconds(), asked.cpu_time().seconds()));
  return limits;
}

Result<Prepared> Prepare(const OrderSetting& setting, const v1::RunSpec& spec,
                         const policies::Permit& permit, uid_t uid, store::ArtifactStore& artifacts,
                         TreeCache& trees) {
  Prepared prepared;
  Order& order = prepared.order;
  TRY_ASSIGN(const Tree tree, ReadTree(artifacts, spec.tree_digest()));
  PatchedTree files(tree, artifacts);
  for (const v1::PatchUse& use : spec.patches()) {
    const Status applied = files.Apply(use);
    if (IsPatchFault(applied)) {
      prepared.refused = Refusal(v1::RunOutcome::PROBLEM_PATCH_REJECTED, applied.message());
      return prepared;
    }
    TRY(applied);
  }
  order.set_uid(uid);
  order.set_bubblewrap(setting.bubblewrap);
  order.set_debugger(spec.debugger() && permit.sandbox().debugger());
  order.set_seccomp_filter(order.debugger() ? setting.debugger_filter : setting.seccomp_filter);
  order.set_durable(true);
  *order.mutable_limits() = SettleLimits(spec.limits(), permit.sandbox().limits());
  *order.mutable_accept_missing_layers() = permit.sandbox().accept_missing_layers();
  const Toolchains chains = AddEnvironment(setting, spec, &files, tree, &order);
  if (spec.has_trial_plan() && !spec.instrument().empty()) {
    return Status(Code::kInvalidArgument, "BAD_TRIAL_PLAN", "trials are not instrumented");
  }
  if (!spec.instrument().empty()) TRY(AddInstrument(setting, spec.instrument(), &order));
  std::set<std::string> tools;
  prepared.refused = AddPhases(spec, permit.sandbox(), chains, files, &order, &tools);
  order.set_environment_digest(EnvironmentDigest(order, tools));
  if (prepared.refused) {
    prepared.refused->set_environment_digest(order.environment_digest());
    return prepared;
  }
  if (spec.has_trial_plan()) {
    const std::int64_t most = Narrow(kProfileSeconds, permit.sandbox().time_limit().seconds(), 0);
    TRY(AddTrials(spec.trial_plan(), spec.oracle(), most, files, artifacts, &order));
    TRY(AddInstrument(setting, kTrialsInstrument, &order));
  }
  files.Fill(&order);
  TRY_ASSIGN(prepared.tree, trees.Materialise(spec.tree_digest(), uid == 0 ? ::geteuid() : uid));
  order.set_tree_directory(prepared.tree->path());
  return prepared;
}

}  // namespace inquest::sandbox
