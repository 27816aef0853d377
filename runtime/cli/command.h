#pragma once

#include <string>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::cli {

struct CommandOutcome {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string output;  // stdout and stderr as they came; at most 1 MiB, the rest is dropped
};

// Runs a program of the user's (found on PATH) in a directory, as the user would, with an empty
// stdin, and waits for its end. UNAVAILABLE (COMMAND_MISSING): there is no such program.
Result<CommandOutcome> RunCommand(const std::vector<std::string>& words,
                                  const std::string& directory);

}  // namespace inquest::cli
