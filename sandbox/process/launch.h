#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

struct Launched {
  pid_t pid = 0;
  Fd process;  // pidfd
};

// Starts a supervisor with its order: in a session of its own, with no descriptor, signal state or
// environment of this process. Its cost does not grow with this process's memory.
Result<Launched> LaunchSupervisor(const std::string& program, const Order& order);

// Reaps a child whose pidfd says that it ended: its exit status, -1 when a signal killed it.
// Nothing to reap (not a child of ours): -1.
int ReapChild(const Fd& process);

}  // namespace inquest::sandbox
