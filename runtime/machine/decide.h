#pragma once

#include <vector>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/policy.pb.h"
#include "runtime/base/clock.h"
#include "runtime/machine/state.h"

namespace inquest::machine {

// An effect that keeps getting lost, or failing for reasons that pass, is given up after this many
// attempts. A lost one is repeated at once; the others after a pause, each four times as long.
inline constexpr int kAttempts = 3;
inline constexpr TimeUs kFirstPauseUs = 1'000'000;

// The next move of a running investigation: the events to append, without sequence and time (the
// caller numbers them); empty: it waits. Pure. Called again on the folded result until it is empty.
std::vector<v1::Event> Decide(const State& state, const v1::Policy& policy, TimeUs now_us);

// What an effect's return means: its completion, or a further attempt when it was lost. Empty:
// nobody waits for it any more, or an earlier attempt comes late.
std::vector<v1::Event> DecideOnReturn(const State& state, std::int64_t effect_id, int attempt,
                                      v1::Observation observation, TimeUs now_us);

}  // namespace inquest::machine
