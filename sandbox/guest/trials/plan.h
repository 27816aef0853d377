#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the executor hands the guest program inquest-trials, in a file that it alone reads: names,
// lengths, bytes. Nothing but the standard library, as the guest is linked statically.
namespace inquest::sandbox::guest {

// Bytes [begin, end) of a file of the workspace become `text`; of a file that is not there, all.
struct Edit {
  std::string path;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string text;
  bool creates = false;
  bool deletes = false;
};

struct Trial {
  int number = 0;
  bool rejected = false;  // its patch does not apply: only said, not tried
  std::vector<Edit> edits;
};

struct Phase {
  std::string command;
  std::int64_t limit_us = 0;
};

struct Plan {
  std::vector<Phase> phases;  // the last one is the trigger
  std::vector<Trial> trials;
  std::int64_t total_us = 0;  // the program ends itself by then
  std::int64_t trial_us = 0;  // of the trigger, each time
  int runs = 1;
  int enough = 0;
  // The oracle, as v1.Oracle says. A script is part of the last phase's command.
  std::string bug_says;     // in the output of a run that failed; empty: failure_counts
  std::string bug_matches;  // RE2, whether the run failed or not; empty: none
  bool failure_counts = false;
  bool timeout_counts = false;
  bool has_expected = false;
  std::string expected;  // of stdout, where the run exits 0
};

std::string FormatPlan(const Plan& plan);
// False: the bytes are no plan.
bool ParsePlan(std::string_view bytes, Plan* plan);

// One line of the results: "NUMBER RESULT RUNS MICROSECONDS".
enum class Result {
  kPassed = 1,
  kBugShowed = 2,
  kFailedOtherwise = 3,
  kDoesNotBuild = 4,
  kPatchRejected = 5,
};
inline constexpr char kResultsFile[] = "trials";

}  // namespace inquest::sandbox::guest
