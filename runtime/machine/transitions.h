#pragma once

#include <array>
#include <optional>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation.pb.h"

// The investigation's state machine, whole: every legal move is a row here, anything else is
// refused.
namespace inquest::machine {

struct Transition {
  v1::Step from;
  v1::Settlement on;
  v1::Step to;
};

inline constexpr std::array kTransitions = {
    Transition{v1::STEP_OBSERVE, v1::SETTLEMENT_DONE, v1::STEP_HYPOTHESIZE},
    Transition{v1::STEP_OBSERVE, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
    Transition{v1::STEP_HYPOTHESIZE, v1::SETTLEMENT_DONE, v1::STEP_REPRODUCE},
    Transition{v1::STEP_HYPOTHESIZE, v1::SETTLEMENT_REPRODUCTION_STANDS, v1::STEP_TEST},
    Transition{v1::STEP_HYPOTHESIZE, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
    Transition{v1::STEP_REPRODUCE, v1::SETTLEMENT_DONE, v1::STEP_TEST},
    Transition{v1::STEP_REPRODUCE, v1::SETTLEMENT_NOT_REPRODUCIBLE, v1::STEP_OBSERVE},
    Transition{v1::STEP_REPRODUCE, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
    Transition{v1::STEP_TEST, v1::SETTLEMENT_DONE, v1::STEP_FIX},
    Transition{v1::STEP_TEST, v1::SETTLEMENT_REFUTED, v1::STEP_HYPOTHESIZE},
    Transition{v1::STEP_TEST, v1::SETTLEMENT_NEEDS_DATA, v1::STEP_OBSERVE},
    Transition{v1::STEP_TEST, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
    Transition{v1::STEP_FIX, v1::SETTLEMENT_DONE, v1::STEP_VERIFY},
    Transition{v1::STEP_FIX, v1::SETTLEMENT_REFUTED, v1::STEP_HYPOTHESIZE},
    Transition{v1::STEP_FIX, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
    Transition{v1::STEP_VERIFY, v1::SETTLEMENT_DONE, v1::STEP_ENDED},
    Transition{v1::STEP_VERIFY, v1::SETTLEMENT_PATCH_REJECTED, v1::STEP_FIX},
    Transition{v1::STEP_VERIFY, v1::SETTLEMENT_REFUTED, v1::STEP_HYPOTHESIZE},
    Transition{v1::STEP_VERIFY, v1::SETTLEMENT_GIVE_UP, v1::STEP_ENDED},
};

// Where a settlement leads; nullopt: not a legal move.
constexpr std::optional<v1::Step> Next(v1::Step from, v1::Settlement on) {
  for (const Transition& row : kTransitions) {
    if (row.from == from && row.on == on) return row.to;
  }
  return std::nullopt;
}

namespace check {

inline constexpr std::array kLiveSteps = {v1::STEP_OBSERVE,   v1::STEP_HYPOTHESIZE,
                                          v1::STEP_REPRODUCE, v1::STEP_TEST,
                                          v1::STEP_FIX,       v1::STEP_VERIFY};

constexpr bool IsDeterministic() {
  for (std::size_t i = 0; i < kTransitions.size(); ++i) {
    for (std::size_t j = i + 1; j < kTransitions.size(); ++j) {
      if (kTransitions[i].from == kTransitions[j].from &&
          kTransitions[i].on == kTransitions[j].on) {
        return false;
      }
    }
  }
  return true;
}

constexpr bool EveryLiveStepCanEnd() {
  for (const v1::Step step : kLiveSteps) {
    if (!Next(step, v1::SETTLEMENT_DONE).has_value()) return false;
    if (Next(step, v1::SETTLEMENT_GIVE_UP) != v1::STEP_ENDED) return false;
  }
  return true;
}

constexpr bool NothingLeavesTheEnd() {
  for (const Transition& row : kTransitions) {
    if (row.from == v1::STEP_ENDED) return false;
  }
  return true;
}

}  // namespace check

static_assert(check::IsDeterministic());
static_assert(check::EveryLiveStepCanEnd());
static_assert(check::NothingLeavesTheEnd());

}  // namespace inquest::machine
