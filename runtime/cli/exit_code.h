#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "inquest/v1/investigation.pb.h"
#include "runtime/base/status.h"

namespace inquest::cli {

// What the program answers with; README.md and `inquest help` print the same table.
enum class ExitCode {
  kVerifiedFix = 0,    // also: the verb did what it was asked
  kEndedWithout = 1,   // the investigation ended without a verified fix
  kUsage = 2,          // usage, or a target that cannot be examined as given
  kPolicy = 3,         // the policy forbids it, or an approval is missing
  kUnavailable = 4,    // the daemon, its store, its sandbox or an investigator is not there
  kBudget = 5,         // wall time, runs, iterations or disk ran out
  kInterrupted = 130,  // Ctrl-C; the investigation is kept
};

// For an investigation that has ended.
ExitCode ExitCodeOf(const v1::Investigation& investigation);

// For a call that failed.
ExitCode ExitCodeOf(const Status& status);

// What goes with the id, whatever ended or failed with it; nothing: that goes with the kind of the
// end or with the status code.
std::optional<ExitCode> FixedExitCode(std::string_view reason);

// Every id that has an exit code of its own.
std::vector<std::string_view> IdsWithExitCode();

// The table for people, one line a code.
std::string_view ExitCodeHelp();

}  // namespace inquest::cli
