#pragma once

#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// Removes a run's folder with all that a hostile command may have left in it: folders without
// rights, any names, links (never followed). Nothing there is no error.
Status RemoveRun(const std::string& directory);

}  // namespace inquest::sandbox
