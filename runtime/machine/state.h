#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "steps/action.h"
#include "steps/brief.h"

namespace inquest::machine {

// An effect that was scheduled and has neither completed nor been abandoned.
struct InFlight {
  std::shared_ptr<const v1::Effect> effect;
  int attempt = 1;
  TimeUs not_before_us = 0;  // the attempt waits until then
};

struct StepSpent {
  std::int32_t visits = 0;
  TimeUs wall_us = 0;
};

// An investigation: the fold over its events, nothing else. A value.
struct State {
  std::string id;
  std::string policy;
  std::string forked_from;
  std::int64_t forked_at_sequence = 0;
  v1::Budget budget;
  std::int32_t logic_version = 0;

  steps::Brief brief;
  v1::State status = v1::STATE_UNSPECIFIED;    // UNSPECIFIED: before the first event
  std::vector<steps::Observed> observed;       // what this visit's effects brought back, in order
  std::map<std::int64_t, InFlight> in_flight;  // by effect id
  bool visit_open = false;

  v1::Ended ended;
  v1::Budget ended_budget;  // as it was then
  std::string certificate_digest;
  bool verified = false;
  v1::Question question;  // empty text: none
  // How far it had got by another machine's records when it was imported; UNSPECIFIED: it was not.
  v1::Outcome imported_outcome = v1::OUTCOME_UNSPECIFIED;
  // The open visit began there: what it settles may rest on runs that nobody made here.
  bool visit_imported = false;

  // Spent. Wall time counts while running, not between a stop of the daemon and its recovery.
  TimeUs active_us = 0;
  std::int32_t runs = 0;
  std::int32_t iterations = 0;
  std::int64_t disk_bytes = 0;
  std::map<v1::Step, StepSpent> steps;

  std::int64_t sequence = 0;  // of the last event
  TimeUs created_us = 0;
  TimeUs updated_us = 0;
};

// Active time including what has passed since the last event, if it is running.
TimeUs ActiveUs(const State& state, TimeUs now_us);
// How far it got, by what was recorded.
v1::Outcome OutcomeOf(const State& state);
TimeUs EventTimeUs(const v1::Event& event);

// The state after one more event. DATA_LOSS (JOURNAL_UNREADABLE) for an event of an unknown kind, a
// gap in the sequence, or an event that cannot follow: never ignored, never guessed.
Result<State> Fold(State state, const v1::Event& event);
// The same in place and without copies: the state shares the event. After an error the state is of
// no use.
Status FoldInto(State& state, const std::shared_ptr<const v1::Event>& event);

// What clients see of it.
v1::Investigation Project(const State& state, TimeUs now_us);

}  // namespace inquest::machine
