#pragma once

#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// The one user that there is inside, whoever runs it outside: what a command sees does not depend
// on the run slot.
inline constexpr unsigned kInsideUid = 1000;

// Makes `etc`, the sandbox's /etc: one user, no hosts but its own, and copies of the host's files
// that describe libraries, time zone and types, but nothing that describes people or services.
Status WriteBoxFiles(const std::string& etc);

}  // namespace inquest::sandbox
