#pragma once

#include <string>
#include <vector>

#include "inquest/v1/run.pb.h"
#include "runtime/base/status.h"
#include "sandbox/supervisor/spawn.h"

namespace inquest::sandbox {

// What a phase needs besides its own words.
struct PhaseSetting {
  const Launch* launch = nullptr;
  ControlGroups* groups = nullptr;
  // Where its output files go; a prefix that works after the change of root.
  std::string run;
  std::vector<std::string> written_directories;
  // Readable when somebody asks the run to stop (SIGTERM).
  int cancel_fd = -1;
};

// Runs one phase from start until its whole process tree is dead and its output is in files.
// A Status when the sandbox did not come up: FAILED_PRECONDITION (SANDBOX_REFUSED) says what
// bubblewrap said; anything else is the host's trouble.
Result<v1::PhaseOutcome> RunPhase(const PhaseSetting& setting, const v1::Phase& phase, int index);

}  // namespace inquest::sandbox
