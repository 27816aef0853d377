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
//                            allows, or not often enough beside the clean runs: something else
//                            makes the bug go away
struct Fallen {
  std::string reason;
  std::string message;
};
// `luck` bounds the probability with which a patch that does nothing may pass.
Fallen VerifyGate(const v1::Reproduction& reproduction, const Rounds& rounds, double luck);

// Whether the failures without the patch cannot have missed the patched runs by luck, given that
// all of those were clean. The runs of a round meet the same conditions, so under a patch that does
// nothing each is as likely as the others to be the one that was spared: a chance of 2/3 in a round
// with one failure, of 1/3 in a round with two. The product holds whatever the bug's rate is and
// however it changes from round to round (it heals, it comes back), and may be asked after each
// round: its inverse is a martingale (J. Ville, Etude critique de la notion de collectif, 1939).
// A bug that showed in every run without the patch, the reproduction's included, is separated by
// that: a rate that makes those likely makes as many clean runs unlikely.
bool Separated(const v1::Reproduction& reproduction, const Rounds& rounds, double luck);

}  // namespace inquest::steps
