#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

// A sieve: many changes tried in few runs (TrialPlan). What passes it has passed nothing yet: it is
// run by itself before anything is concluded.
namespace inquest::steps {

struct SieveRequest {
  std::string key;  // of the effects: key/LANE/BATCH
  std::string phase = "test";
  std::string command;
  const v1::Oracle* oracle = nullptr;
  std::vector<std::string> patches;  // digests, one a trial, likeliest first
  int runs = 1;                      // clean runs that each needs
  int enough = 0;                    // that pass; 0: try all
  double most_seconds = 0;           // as SievedSeconds; 0: no limit
  double each_seconds = 0;           // that a trial is expected to take; 0: by what is known
};

struct Sieved {
  enum class Result { kUntried, kFell, kPassed };
  struct Trial {
    Result result = Result::kUntried;
    std::int64_t effect_id = 0;  // of the batch that says so
    bool bug_showed = false;     // it fell as the bug does, not otherwise
  };

  bool complete = false;
  std::vector<Trial> trials;  // one a patch, in their order
  std::size_t tried = 0;
  double seconds = 0;  // that the trials took, all together
  std::vector<std::int64_t> effect_ids;

  std::vector<std::size_t> Passed() const;  // indices, ascending
};

// Pure: what is known so far, and the further batches in `want`. Two lanes of batches go on at
// once, each with every second patch; a batch takes some seconds, by what trials took so far. What
// a batch did not reach goes into the next one. A lane gives up after two batches in a row that
// reached nothing (base passes there, or does not build): what is untried in the end takes runs of
// its own, and so does what may have ended a batch. Everything, where the oracle asks for memory:
// trials are judged where they are made, in one sandbox, and what one of them needed is not known.
Sieved Sieve(const Brief& brief, const Results& results, const SieveRequest& request, Want& want);

// What the batches under that key took, both lanes together, with what they take beside trials.
double SievedSeconds(const Results& results, const std::string& key);

// Whether so many changes are better tried in batches than by runs of their own: not a few, nor
// where a trigger takes so long that its start costs nothing beside it.
bool WorthSieving(const Brief& brief, int patches, int runs);
// Clean runs that a sieve asks of each change of a failure that shows at this rate.
int SieveRuns(double rate_lower);

}  // namespace inquest::steps
