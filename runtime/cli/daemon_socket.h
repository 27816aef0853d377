#pragma once

#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "runtime/cli/paths.h"

namespace inquest::cli {

// Is somebody listening? Decided by connecting: a socket file outlives a daemon that was killed.
bool SomebodyListens(const std::string& socket_path);

// Whoever holds it starts the daemon; waits for the holder.
Result<Fd> LockStart(const Paths& paths);

// Ends the daemon that listens at paths.socket, if one does, and keeps others from being started by
// this program as long as the result is held. Nothing is lost by it: what it was asked to do it
// does when it is started again. FAILED_PRECONDITION (DAEMON_BUSY): investigations are going on.
Result<Fd> KeepDaemonAway(const Paths& paths);

}  // namespace inquest::cli
