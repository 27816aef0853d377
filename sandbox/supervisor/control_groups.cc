#include "sandbox/supervisor/control_groups.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <sstream>

#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

constexpr std::uint64_t kFileLimit = 1U << 20U;
constexpr char kFolder[] = "inquest";
// Passes over a v1 group that keeps forking while it is killed; each pass shrinks what can fork.
constexpr int kKillPasses = 100;

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

// Files are named below an open directory: walks through /proc/self/fd show in a profile of the
// start. AT_FDCWD: the path is absolute.
bool Write(int directory, const std::string& path, const std::string& text) {
  const Fd fd(::openat(directory, path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd.valid() && WriteAll(fd.get(), text).ok();
}

// The kernel's files of a group are short but for the list of its processes; empty: it cannot be
// read.
std::string ReadText(int directory, const std::string& path) {
  const Fd fd(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> chunk;
  while (fd.valid() && text.size() < kFileLimit) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// The value after `key` in a file of "key value" lines, or the first number when key is empty.
std::int64_t ReadNumber(int directory, const std::string& path, const std::string& key) {
  for (const std::string& line : Split(ReadText(directory, path), '\n')) {
    std::size_t start = 0;
    if (!key.empty()) {
      if (line.rfind(key + " ", 0) != 0) continue;
      start = key.size() + 1;
    }
    std::int64_t value = 0;
    std::from_chars(line.data() + start, line.data() + line.size(), value);
    return value;
  }
  return 0;
}

// This process's group in the hierarchy with that controller (empty: v2); `own`: the text of
// /proc/self/cgroup.
std::string OwnGroup(const std::string& own, const std::string& controller) {
  for (const std::string& line : Split(own, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto names = Split(line.substr(first + 1, second - first - 1), ',');
    const bool match = controller.empty()
                           ? names.empty()
                           : std::find(names.begin(), names.end(), controller) != names.end();
    if (!match) continue;
    const std::string group = line.substr(second + 1);
    return group == "/" ? "" : group;
  }
  return "";
}

void KillEach(int directory, const std::string& procs) {
  for (int pass = 0; pass < kKillPasses; ++pass) {
    const std::string text = ReadText(directory, procs);
    if (text.empty()) return;
    for (const std::string& line : Split(text, '\n')) {
      pid_t pid = 0;
      std::from_chars(line.data(), line.data() + line.size(), pid);
      if (pid > 1) ::kill(pid, SIGKILL);
    }
  }
}

}  // namespace

std::vector<ControlGroupPlace> PlanControlGroups(const std::string& name) {
  std::vector<ControlGroupPlace> places;
  const auto mounts = ReadFile("/proc/self/mountinfo", kFileLimit);
  const auto own = ReadFile("/proc/self/cgroup", kFileLimit);
  if (!mounts.ok() || !own.ok()) return places;
  for (const std::string& line : Split(*mounts, '\n')) {
    const auto fields = Split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 5 || fields.end() - dash < 4) continue;
    const std::string& type = *(dash + 1);
    const std::string& mount_point = fields[4];
    if (type == "cgroup2") {
      const auto controllers = ReadFile(mount_point + "/cgroup.controllers", kFileLimit);
      std::string list = controllers.ok() ? *controllers : "";
      if (!list.empty() && list.back() == '\n') list.pop_back();
      places.push_back({mount_point + "/" + kFolder + "/" + name, Split(list, ' '), true});
    } else if (type == "cgroup") {
      for (const std::string& option : Split(*(dash + 3), ',')) {
        if (option != "memory" && option != "pids" && option != "cpuacct") continue;
        const std::string place = mount_point + OwnGroup(*own, option) + "/" + kFolder + "/" + name;
        if (!places.empty() && places.back().directory == place) {
          places.back().controllers.push_back(option);
        } else {
          places.push_back({place, {option}, false});
        }
      }
    }
  }
  return places;
}

ControlGroups ControlGroups::Make(const std::vector<ControlGroupPlace>& places,
                                  const ControlGroupLimits& limits) {
  ControlGroups made;
  for (const ControlGroupPlace& place : places) made.Enter(place, limits);
  return made;
}

bool ControlGroups::Enter(const ControlGroupPlace& place, const ControlGroupLimits& limits) {
  const std::string parent = place.directory.substr(0, place.directory.rfind('/'));
  if (::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) return false;
  if (place.unified) {
    const std::string root = parent.substr(0, parent.rfind('/'));
    for (const char* controller : {"memory", "pids"}) {
      const auto& has = place.controllers;
      if (std::find(has.begin(), has.end(), controller) == has.end()) continue;
      Write(AT_FDCWD, root + "/cgroup.subtree_control", std::string("+") + controller);
      Write(AT_FDCWD, parent + "/cgroup.subtree_control", std::string("+") + controller);
    }
  }
  if (::mkdir(place.directory.c_str(), 0755) != 0 && errno != EEXIST) return false;
  Group group;
  group.name = place.directory.substr(place.directory.rfind('/') + 1);
  group.unified = place.unified;
  group.parent = Fd(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  group.directory = Fd(::open(place.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const char* const entrance = place.unified ? "/cgroup.procs" : "/tasks";
  group.entrance = Fd(::open((place.directory + entrance).c_str(), O_WRONLY | O_CLOEXEC));
  if (!group.directory.valid() || !group.entrance.valid()) return false;
  groups_.push_back(std::move(group));
  if (place.unified && birthplace_ < 0) birthplace_ = static_cast<int>(groups_.size()) - 1;
  for (const char* controller : {"memory", "pids", "cpuacct"}) {
    const auto& has = place.controllers;
    // Version 2 counts processor time in every group.
    const bool always = place.unified && std::string_view(controller) == "cpuacct";
    if (always || std::find(has.begin(), has.end(), controller) != has.end()) {
      Adopt(controller, limits);
    }
  }
  return true;
}

void ControlGroups::Adopt(const std::string& controller, const ControlGroupLimits& limits) {
  const int group = static_cast<int>(groups_.size()) - 1;
  const bool unified = groups_.back().unified;
  const std::string memory = std::to_string(limits.memory_bytes);
  if (controller == "memory" && memory_ < 0) {
    if (!Write(DirectoryOf(group), unified ? "memory.max" : "memory.limit_in_bytes", memory))
      return;
    // Hosts without swap accounting lack these.
    Write(DirectoryOf(group), unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
          unified ? "0" : memory);
    memory_ = group;
  }
  if (controller == "pids" && processes_ < 0 &&
      Write(DirectoryOf(group), "pids.max", std::to_string(limits.processes))) {
    processes_ = group;
  }
  if (controller == "cpuacct" && cpu_ < 0) cpu_ = group;
  if (unified && kill_ < 0 && ::faccessat(DirectoryOf(group), "cgroup.kill", W_OK, 0) == 0) {
    kill_ = group;
    populated_fd_ = Fd(::openat(DirectoryOf(group), "cgroup.events", O_RDONLY | O_CLOEXEC));
  }
}

int ControlGroups::DirectoryOf(int group) const { return groups_[At(group)].directory.get(); }

std::vector<std::string> ControlGroups::layers() const {
  std::vector<std::string> names;
  if (has_memory()) names.emplace_back("cgroup-memory");
  if (has_processes()) names.emplace_back("cgroup-pids");
  if (has_kill()) names.emplace_back("cgroup-kill");
  return names;
}

bool ControlGroups::Join(bool born) const {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (born && birthplace_ >= 0 && i == At(birthplace_)) continue;
    if (::write(groups_[i].entrance.get(), "0", 1) != 1) return false;
  }
  return true;
}

void ControlGroups::Kill() {
  if (has_kill() && Write(DirectoryOf(kill_), "cgroup.kill", "1")) return;
  if (!groups_.empty()) KillEach(DirectoryOf(0), "cgroup.procs");
}

bool ControlGroups::populated() const {
  return kill_ >= 0 && ReadNumber(DirectoryOf(kill_), "cgroup.events", "populated") != 0;
}

void ControlGroups::ResetPeak() {
  if (memory_ < 0) return;
  const bool unified = groups_[At(memory_)].unified;
  Write(DirectoryOf(memory_), unified ? "memory.peak" : "memory.max_usage_in_bytes", "0");
}

ControlGroups::Usage ControlGroups::Read() const {
  Usage usage;
  if (memory_ >= 0) {
    const bool unified = groups_[At(memory_)].unified;
    usage.peak_memory_bytes =
        ReadNumber(DirectoryOf(memory_), unified ? "memory.peak" : "memory.max_usage_in_bytes", "");
    usage.memory_kills = ReadNumber(DirectoryOf(memory_),
                                    unified ? "memory.events" : "memory.oom_control", "oom_kill");
  }
  if (processes_ >= 0)
    usage.refused_processes = ReadNumber(DirectoryOf(processes_), "pids.events", "max");
  if (cpu_ >= 0) {
    usage.cpu_us = groups_[At(cpu_)].unified
                       ? ReadNumber(DirectoryOf(cpu_), "cpu.stat", "usage_usec")
                       : ReadNumber(DirectoryOf(cpu_), "cpuacct.usage", "") / 1000;
  }
  return usage;
}

ControlGroups::~ControlGroups() {
  if (groups_.empty()) return;
  Kill();
  for (const Group& group : groups_) {
    ::unlinkat(group.parent.get(), group.name.c_str(), AT_REMOVEDIR);
  }
}

namespace {

// A killed process leaves its group a moment later, and only an empty group can be removed.
// Version 2 tells by an event on cgroup.events; the same processes are in the groups of version 1.
void AwaitEmpty(const std::string& directory) {
  constexpr int kWaitMs = 2000;
  const Fd events(::open((directory + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
  if (!events.valid()) return;
  while (ReadNumber(AT_FDCWD, directory + "/cgroup.events", "populated") != 0) {
    pollfd watched{events.get(), POLLPRI, 0};
    if (::poll(&watched, 1, kWaitMs) <= 0) return;
  }
}

}  // namespace

void KillControlGroups(const std::vector<std::string>& directories) {
  for (const std::string& directory : directories) {
    if (!Write(AT_FDCWD, directory + "/cgroup.kill", "1"))
      KillEach(AT_FDCWD, directory + "/cgroup.procs");
  }
  for (const std::string& directory : directories) AwaitEmpty(directory);
  for (const std::string& directory : directories) ::rmdir(directory.c_str());
}

}  // namespace inquest::sandbox
