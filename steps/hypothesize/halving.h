#pragma once

#include <cstddef>
#include <span>

// Which state of a past is the newest one without the bug: halving, as git bisect does it. Pure.
namespace inquest::steps {

// What the runs of one state have told so far.
struct StateTally {
  bool bug_showed = false;
  bool useless = false;  // it does not build, or fails otherwise
  int clean = 0;         // runs without the bug
};

struct HalvingRules {
  // Clean runs after which the search takes a state for good, and after which the answer may rest
  // on it.
  int screening_runs = 1;
  int sure_runs = 1;
};

struct Halved {
  enum class End {
    kGoing,        // runs of `wanted` are missing
    kFound,        // the bug came between `good` and the state before it
    kShowsAtGood,  // the oldest state shows the bug, too
    kUnclear,      // no state tells
  };
  End end = End::kUnclear;
  // Of kGoing: this state, in so many runs altogether.
  std::size_t wanted = 0;
  int runs = 0;
  // Of kFound: the newest state that is surely good, and the first of those that may have brought
  // the bug when they became the next newer one: [first_suspect, good], one where none was useless.
  std::size_t first_suspect = 0;
  std::size_t good = 0;
};

// `states` are newest first; what is newer than all of them shows the bug, and the last one is said
// to be good. One run with the bug makes a state bad, however clean others were: the search takes
// few clean runs for an answer and goes on from there, and what the end rests on is run as often as
// it takes to be sure, where a wrong answer on the way comes out. Useless states are passed over.
Halved Halve(std::span<const StateTally> states, const HalvingRules& rules);

}  // namespace inquest::steps
