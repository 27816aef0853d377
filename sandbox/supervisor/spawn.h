#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "sandbox/supervisor/control_groups.h"
#include "sandbox/supervisor/order.pb.h"
#include "sandbox/supervisor/profile.h"

namespace inquest::sandbox {

// One started bubblewrap, with what is read from it.
struct Spawned {
  pid_t pid = 0;
  Fd process;  // pidfd
  Fd output;
  Fd errors;
  // One JSON object a line: the pid of the namespace's init, then the exit code.
  Fd status;
};

// What every phase of a run is started from.
struct Launch {
  const Order* order = nullptr;
  const Profile* profile = nullptr;
  const ControlGroups* groups = nullptr;
  // The command is put under Landlock's scopes.
  bool landlock = false;
  // Opened before the change of root.
  Fd bubblewrap;
};

// Starts `sh -c command` in the sandbox: in the run's groups, under its limits, as its user.
// INTERNAL or RESOURCE_EXHAUSTED when the host cannot.
Result<Spawned> SpawnSandbox(const Launch& launch, const std::string& shell_command);

}  // namespace inquest::sandbox
