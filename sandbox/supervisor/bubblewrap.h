#pragma once

#include <string>

#include "sandbox/supervisor/order.pb.h"
#include "sandbox/supervisor/profile.h"

namespace inquest::sandbox {

// Every argument of bubblewrap for this run, NUL-terminated each, as --args reads them; the command
// itself comes after. Pure. This is the sandbox's policy: change it with tests/misbehave.
std::string BubblewrapArguments(const Order& order, const Profile& profile, int seccomp_fd,
                                int status_fd);

}  // namespace inquest::sandbox
