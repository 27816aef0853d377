#pragma once

#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

// What the supervisor prepared before bubblewrap starts: a mount namespace of its own whose root
// holds nothing of the host but what the sandbox is to see. A mistake in bubblewrap's arguments can
// then show the command no more than this.
//
//   /box        the sandbox's root: /usr, made-up /etc, tools; bound read-only as /
//   /workspace  the tree, copy-on-write
//   /out        the run's output folder
//   and what bubblewrap itself needs: /usr, /lib*, /proc, /dev, /tmp
struct Stage {
  // "overlay" or "copy".
  std::string workspace_layer;
  // Absolute path, good after the change of root, of what the overlay wrote (or of the copy):
  // counted against the disk limit.
  std::vector<std::string> written_directories;
};

// Enters the stage: changes this process's mount namespace and root (and user namespace, when it is
// not root). `run` is the run directory by a path that survives that (/proc/self/fd/N). Single
// thread.
Result<Stage> EnterStage(const Order& order, const std::string& run);

}  // namespace inquest::sandbox
