#pragma once

#include <memory>

#include "runtime/base/status.h"
#include "runtime/cli/client.h"
#include "runtime/cli/paths.h"

namespace inquest::cli {

// A client of the daemon that listens at paths.socket; starts `inquestd` (found beside this
// program) when nobody listens. Two programs that do this at once start one daemon: whoever holds
// the lock file starts it, the other finds it there.
//
// Another's daemon (paths.others_daemon) is never started.
//
// UNAVAILABLE: DAEMON_NOT_FOUND (no program), DAEMON_DID_NOT_START (with the end of its log),
// DAEMON_UNREACHABLE.
Result<std::unique_ptr<Client>> ConnectOrStart(const Paths& paths);

// Only if one is there already. UNAVAILABLE (DAEMON_NOT_RUNNING).
Result<std::unique_ptr<Client>> ConnectOnly(const Paths& paths);

}  // namespace inquest::cli
