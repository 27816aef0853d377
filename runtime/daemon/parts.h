#pragma once

#include "runtime/base/status.h"
#include "runtime/daemon/daemon.h"
#include "runtime/daemon/options.h"

namespace inquest::daemon {

// Opens the store of the data directory and puts together what does effects over it.
Result<Parts> Assemble(const Options& options);

}  // namespace inquest::daemon
