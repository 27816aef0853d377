#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/fd.h"

namespace inquest::sandbox {

struct ControlGroupLimits {
  std::int64_t memory_bytes = 0;
  std::int64_t processes = 0;
};

// One directory that a run's group would be.
struct ControlGroupPlace {
  std::string directory;
  std::vector<std::string> controllers;  // "memory", "pids", "cpuacct"; of v2: what it can enable
  bool unified = false;                  // cgroup v2
};

// Where the groups of a run called `name` would be on this host, v1 and v2; nothing is made.
std::vector<ControlGroupPlace> PlanControlGroups(const std::string& name);

// The groups of one run, over cgroup v1 hierarchies and v2, whichever the host has and lets us
// make. One thread at a time. Works on after the root of the mount namespace changed. The
// destructor kills what is left inside and removes the directories.
class ControlGroups {
 public:
  struct Usage {
    std::int64_t peak_memory_bytes = 0;
    std::int64_t cpu_us = 0;
    std::int64_t memory_kills = 0;
    std::int64_t refused_processes = 0;
  };

  ControlGroups() = default;
  ~ControlGroups();
  ControlGroups(ControlGroups&&) noexcept = default;
  ControlGroups& operator=(ControlGroups&&) noexcept = default;

  // Makes what can be made and sets the limits; what cannot is absent from layers().
  static ControlGroups Make(const std::vector<ControlGroupPlace>& places,
                            const ControlGroupLimits& limits);

  bool has_memory() const { return memory_ >= 0; }
  bool has_processes() const { return processes_ >= 0; }
  bool has_cpu() const { return cpu_ >= 0; }
  bool has_kill() const { return kill_ >= 0; }
  // "cgroup-memory", "cgroup-pids", "cgroup-kill".
  std::vector<std::string> layers() const;

  // The version 2 group, which a process can be born in (clone3); -1: there is none.
  int birthplace() const { return birthplace_ < 0 ? -1 : DirectoryOf(birthplace_); }
  // A process of one thread that calls this is in all groups. `born`: it is in birthplace()
  // already. System calls only.
  bool Join(bool born) const;

  // Kills every process in the groups, at once where the kernel can.
  void Kill();
  // Polls POLLPRI when populated() changes; -1: the host cannot say.
  int populated_fd() const { return populated_fd_.get(); }
  bool populated() const;

  // Peak memory is counted anew.
  void ResetPeak();
  Usage Read() const;

 private:
  struct Group {
    Fd parent;
    Fd directory;
    std::string name;
    bool unified = false;
    // What a process writes "0" to. Version 1 has `tasks`: a thread that moves itself alone spares
    // the kernel the lock of all forks and execs, whose taking waits milliseconds for an RCU
    // period.
    Fd entrance;
  };

  bool Enter(const ControlGroupPlace& place, const ControlGroupLimits& limits);
  void Adopt(const std::string& controller, const ControlGroupLimits& limits);
  int DirectoryOf(int group) const;
  static std::size_t At(int group) { return static_cast<std::size_t>(group); }

  std::vector<Group> groups_;
  Fd populated_fd_;
  // Which group does it; -1: none.
  int memory_ = -1;
  int processes_ = -1;
  int cpu_ = -1;
  int kill_ = -1;
  int birthplace_ = -1;
};

// Kills what a dead supervisor left in its groups, and removes them.
void KillControlGroups(const std::vector<std::string>& directories);

}  // namespace inquest::sandbox
