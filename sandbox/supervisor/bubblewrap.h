#pragma once

#include <string>
#include <string_view>

#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

// Whether a test asked to leave a layer out; see Order.without_layers.
bool Without(const Order& order, std::string_view layer);

// Every argument of bubblewrap for this run, NUL-terminated each, as --args reads them; the command
// itself comes after. Pure. This is the sandbox's policy: change it with tests/misbehave.
std::string BubblewrapArguments(const Order& order, int seccomp_fd, int status_fd);

}  // namespace inquest::sandbox
