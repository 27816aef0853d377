#pragma once

#include <string>
#include <vector>

#include "inquest/v1/submission.pb.h"

namespace inquest::investigators {

// What runs of one command printed, stdout and stderr of each in one piece.
struct Outputs {
  std::vector<std::string> failing;
  std::vector<std::string> clean;
};

// A text that tells this failure from others: every failing run printed it, no clean one did, and
// it says that something failed, which a test's bare name does not (a passing verbose run prints
// that, too). The line that announces a failed test is the best, then what explains the failure (an
// exception, a sanitizer's finding, an assertion). Without what changes from run to run: times,
// addresses, process ids, positions, long numbers. Empty: there is none. `reading` is of
// failing[0]. Pure; hostile bytes are bounded.
std::string FailureText(const v1::RunReading& reading, const Outputs& outputs);

// The same for runs of changed inputs, as a regular expression (RE2): its kind beside the place in
// the target where it happened, or, where a test found it, what that said, to the letter.
std::string FailurePattern(const v1::RunReading& reading, const Outputs& outputs);

}  // namespace inquest::investigators
