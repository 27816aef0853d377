#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

// Names of the files in a run directory.
inline constexpr char kClaimFile[] = "claim";
inline constexpr char kOutcomeFile[] = "outcome";
inline constexpr char kOutputDirectory[] = "out";
// Plus the number of the phase, from 0.
inline constexpr char kStdoutFile[] = "stdout.";
inline constexpr char kStderrFile[] = "stderr.";

// A claim is made in a folder of this name, beside the run directory, that ends in its pid.
inline constexpr char kStagingMark[] = ".claim-";

// Exit status of a supervisor that found the run directory claimed by another.
inline constexpr int kClaimLostExit = 75;

// Makes the run directory with the claim in it, in one step: a directory that exists has an owner.
// ALREADY_EXISTS (RUN_CLAIMED) when another made it; it is left untouched then.
Status MakeClaim(const std::string& run_directory, const Claim& claim, bool durable);

// NOT_FOUND: no such run directory.
Result<Claim> ReadClaim(const std::string& run_directory);

// Fills pid, start time and boot of the calling process.
Result<Claim> ClaimOfThisProcess();

// A pidfd of the claim's process; invalid when that process is gone, also if its pid is another's
// now.
Fd OpenClaimant(const Claim& claim);

}  // namespace inquest::sandbox
