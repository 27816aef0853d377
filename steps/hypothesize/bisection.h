#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/submission.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/hypothesize/halving.h"
#include "steps/runs.h"

// Runs of the trigger on the target's past, to find the change that brought the bug.
namespace inquest::steps {

// The origin of a survey's patches that make past trees of the base: the target as it was before
// some commit. A survey is of these alone, or has none. They are no fixes, so that they may take
// tests back; those of one description, one after the other, are ways to make the same state, of
// which the first counts that comes to an answer. Newest state first.
inline constexpr char kPastTree[] = "past-tree";
// Of the effects that ran past trees: bisect/CANDIDATE/RUN.
inline constexpr char kBisectKey[] = "bisect/";

bool IsBisection(const v1::Submission& submission);

// A past tree as the runs told it.
struct PastState {
  std::string description;
  StateTally tally;
  std::size_t candidate = 0;             // the one that came to the answer, or the next to run
  std::vector<std::int64_t> bad_runs;    // effect ids of its runs that showed the bug,
  std::vector<std::int64_t> clean_runs;  // and of those that did not
};

struct Bisection {
  std::vector<PastState> states;  // newest first
  Halved halved;
  bool spent = false;  // it has had the runs or the time that it may take
  int runs = 0;
};

// What the runs say, those that `find` knows under a key of the visit.
using FindRun = std::function<const Observed*(const std::string& key)>;
Bisection ReadBisection(const Brief& brief, const v1::Submission& submission, const FindRun& find);

// Either further runs to want, or it has come to its end; the runs are named in `survey`.
std::optional<Want> MakeBisection(const Brief& brief, const Results& results,
                                  const v1::Submission& submission, v1::Survey& survey);

}  // namespace inquest::steps
