#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/policy.pb.h"
#include "runtime/base/clock.h"
#include "runtime/machine/state.h"
#include "runtime/store/store.h"

namespace inquest::engine {

// What one input (a client's request, an effect's return) means for a state: the events, or why
// not.
using Input = std::function<Result<std::vector<v1::Event>>(const machine::State& state)>;
// Told once the events are durable (with the state then), or why they are not.
using Settled = std::function<void(Result<std::shared_ptr<const machine::State>>)>;

struct Pending {
  Input input;
  Settled settled;
  std::optional<store::RequestRecord> request;
  // What an effect brought back: tried again when the store failed, never lost.
  bool keep = false;
};

// A transaction in the making: a state that is ahead of the disk, and the events that lead to it.
struct Draft {
  machine::State state;
  std::vector<std::shared_ptr<const v1::Event>> events;
  std::vector<std::string> payloads;
  // The inputs that it takes in; told when it is durable.
  std::vector<Pending> taken;
};

// One investigation as the engine holds it. Belongs to the engine's thread.
struct Case {
  // The last durable state; nullptr before the first event.
  std::shared_ptr<const machine::State> state;
  std::deque<Pending> inputs;
  bool committing = false;
  // The store failed: not before this time again. 0: all is well.
  TimeUs parked_until_us = 0;
  TimeUs park_delay_us = 0;
  std::string parked_reason;
  // When OnTime looks at it next; 0: not on time's account.
  TimeUs timer_us = 0;
  // Effects of this state that the runner was given, by (id, attempt).
  std::set<std::pair<std::int64_t, int>> started;
};

// Appends the event (numbered and timed here) to the draft. A failure means that our own decision
// does not fold: a bug of ours, reported, never written.
Status Extend(Draft& draft, v1::Event event, TimeUs now_us);

// Extends the draft by everything that follows from its state, until the investigation waits.
Status Advance(Draft& draft, const v1::Policy& policy, TimeUs now_us);

// What the store is to write for it.
store::AppendRequest ToAppend(const Draft& draft, TimeUs now_us);

}  // namespace inquest::engine
