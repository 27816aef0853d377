#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "inquest/v1/policy.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

namespace inquest::report {

// What a replay found. Counts are of what was made anew and came out the same.
struct Replayed {
  std::int64_t events = 0;
  std::int64_t decisions = 0;  // events that the steps decided
  std::int64_t analyses = 0;   // what was computed from recorded evidence
  std::int64_t oracles = 0;    // answers of oracles, from the recorded output of runs
  // The first event that does not follow from what is recorded before it and in the artifacts; 0:
  // all do.
  std::int64_t diverges_at = 0;
  std::string divergence;
};

// Makes every decision of a journal again, by the step logic of this program and the policy, and
// computes again what the journal says was computed: nothing is run, nobody is asked, nothing is
// fetched. FAILED_PRECONDITION (OTHER_LOGIC): parts were decided by another version of the step
// logic; what the store fails with. Blocks on the store. `still_wanted` is
// asked before each event; what it fails with ends the replay.
Result<Replayed> Replay(const std::string& id, store::Store& store, const v1::Policy& policy,
                        const std::function<Status()>& still_wanted);

}  // namespace inquest::report
