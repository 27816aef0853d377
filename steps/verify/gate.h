#pragma once

#include <span>
#include <string>

#include "inquest/v1/certificate.pb.h"
#include "steps/action.h"

namespace inquest::steps {

// The runs of the proof, in the order of their rounds.
struct Rounds {
  std::span<const Observed* const> before;
  std::span<const Observed* const> after;
  std::span<const Observed* const> revert;
};

// Empty: before fails, after is clean, revert fails again, all through. Else the stable reason:
//   PATCH_DOES_NOT_HOLD      a run with the patch was not clean
//   BASE_STOPPED_FAILING     base or the reverted tree fails less than the reproduction's lower
//   limit
//                            allows: something else makes the bug go away
struct Fallen {
  std::string reason;
  std::string message;
};
Fallen VerifyGate(const v1::Reproduction& reproduction, const Rounds& rounds);

}  // namespace inquest::steps
