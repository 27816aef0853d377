#pragma once

#include <span>

#include "steps/action.h"
#include "steps/brief.h"

// The six steps, in loop order: read this first. Each is a pure function from what is known (the
// brief) and what this visit has observed so far to what is wanted next, or to how the visit
// settles. It is called again, from the start, whenever an observation arrives; it keeps nothing.
// What an investigator submits is judged by the step's gate (steps/<step>/gate.cc) before anything
// else sees it.
namespace inquest::steps {

// Bump when a decision changes: recorded in every journal; replay uses the recorded one.
inline constexpr int kLogicVersion = 7;

// Takes a problem and a target; delivers the raw symptom: the trigger's runs, what they say,
// coverage, the path to the failure as code. Settles DONE, or GIVE_UP (does not build, cannot
// start, does not fail).
Action Observe(const Brief& brief, std::span<const Observed> so_far);

// Takes all evidence and every refuted hypothesis; delivers testable ones, ranked.
// Settles DONE, REPRODUCTION_STANDS (straight to test), or GIVE_UP (no more ideas).
Action Hypothesize(const Brief& brief, std::span<const Observed> so_far);

// Takes the recipe; delivers a measured failure rate.
// Settles DONE, NOT_REPRODUCIBLE or NEEDS_DATA (to observe).
Action Reproduce(const Brief& brief, std::span<const Observed> so_far);

// Takes the active hypothesis, the reproduction and an experiment; delivers a verdict computed from
// the registered prediction. Settles DONE (supported), REFUTED, or NEEDS_DATA (inconclusive).
Action Test(const Brief& brief, std::span<const Observed> so_far);

// Takes a supported hypothesis; delivers a patch that survived the trigger and the suite, and its
// regression test. Settles DONE or REFUTED (no patch survives).
Action Fix(const Brief& brief, std::span<const Observed> so_far);

// Takes a fix; delivers the proof: interleaved before/after/revert, enough runs, necessary hunks,
// suite against base. Settles DONE, PATCH_REJECTED (to fix) or REFUTED (to hypothesize).
Action Verify(const Brief& brief, std::span<const Observed> so_far);

}  // namespace inquest::steps
