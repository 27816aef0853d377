#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inquest/v1/run.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "sandbox/process/patched_tree.h"
#include "sandbox/supervisor/order.pb.h"

// A run with a trial plan: the order's phases become one, which is a guest program that runs them
// for each trial (sandbox/guest/trials).
namespace inquest::sandbox {

// Its files, as an instrument's are.
inline constexpr char kTrialsInstrument[] = "trials";
// What it leaves in the run's output folder.
inline constexpr char kTrialsFile[] = "trials";
inline constexpr int kTrialsLimit = 2000;

// Turns the order's phases into the plan; the one phase that becomes of them takes at most
// `most_seconds`. INVALID_ARGUMENT (BAD_TRIAL_PLAN).
Status AddTrials(const v1::TrialPlan& plan, const v1::Oracle& oracle, std::int64_t most_seconds,
                 const PatchedTree& files, store::ArtifactStore& artifacts, Order* order);

// The lines of kTrialsFile, written inside of the sandbox: what makes no sense is skipped.
void ReadTrials(std::string_view lines, v1::RunOutcome* outcome);

}  // namespace inquest::sandbox
