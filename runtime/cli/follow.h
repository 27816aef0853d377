#pragma once

#include <cstdint>
#include <string>

#include "runtime/cli/verbs.h"

namespace inquest::cli {

struct FollowOptions {
  v1::Investigation investigation;  // as it was after its last_sequence
  Progress::Detail detail = Progress::Detail::kSteps;
};

// Shows progress until the investigation ends or pauses, then writes what was found to stdout.
// Ctrl-C once pauses it; twice leaves it as it is.
ExitCode FollowToTheEnd(Session& session, Interrupts& interrupts, const FollowOptions& options);

// Writes the error (as an object to stdout too with --output json) and says what to exit with.
ExitCode Fail(Session& session, const Status& status);

void SetBudget(const BudgetOptions& options, v1::Budget& budget);

}  // namespace inquest::cli
