#pragma once

#include <string>
#include <vector>

#include "steps/runs.h"

// What a prediction speaks of beside failures: time, memory, output, values.
namespace inquest::steps {

// Under which key ArmMeasurement counts the runs that match: the pattern, or
// "EXPRESSION =~ PATTERN".
std::string MatchKey(const v1::Predicate& predicate);

// The prediction speaks of what the interventions' own runs show, so that no sieve can stand in.
bool NeedsRunsOfInterventions(const v1::Prediction& prediction);

// An arm of the experiment and what its runs came to so far.
struct MeasuredArm {
  const v1::Arm* arm = nullptr;
  std::vector<const Observed*> runs;
  v1::ArmMeasurement measured;
};

// Fills in what the prediction speaks of and nothing else. What is still to be done for it goes to
// `want`: runs without an instrument, one at a time and the arms in turn, so that neither a busy
// machine nor the other arms bias the comparison; runs that record a value, until one has failed.
// `control_runs`: how many of those at most.
void MeasureMore(const Brief& brief, const Results& results, int control_runs,
                 std::vector<MeasuredArm>& arms, Want& want);

}  // namespace inquest::steps
