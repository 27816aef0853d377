#pragma once

#include "runtime/base/status.h"
#include "sandbox/supervisor/order.pb.h"
#include "sandbox/supervisor/profile.h"

namespace inquest::sandbox {

// Does one run, from claim to outcome file. Changes the calling process for good (namespaces, root,
// signal mask): the program inquest-run does nothing else.
//
// OK: the outcome file says what happened, good or bad. ALREADY_EXISTS (RUN_CLAIMED): another
// supervisor has the run; nothing was done. Anything else: no outcome could be written.
Status Supervise(const Order& order, const Profile& profile = {});

}  // namespace inquest::sandbox
