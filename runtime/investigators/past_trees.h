#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/investigators/builtin_history.h"
#include "runtime/investigators/suspicion.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// The target as it was before a commit, as patches of today's tree.
struct PastTree {
  int commit = 0;  // its place in the history
  // Ways to make it: with what judges a fix as it is today; and, where that differs, with the tests
  // as they were then, but for the tests that fail, so that tests of what did not exist then do no
  // harm.
  std::vector<std::string> diffs;
};

// Lines [first_line, last_line] of a file, 1-based.
struct LinesOf {
  std::string path;
  int first_line = 0;
  int last_line = 0;
};

// The tests' functions that are on the frames of the failures.
std::vector<LinesOf> FailingTests(const Clues& clues, const TargetCode& code);

// Newest first, one a commit that changed more than tests, as far back as the changes of all newer
// commits are known and fit; of a long history some, evenly spread, and the oldest one. What a
// commit did to binary files stays.
Result<std::vector<PastTree>> MakePastTrees(const RecentChanges& recent,
                                            const std::vector<LinesOf>& failing,
                                            const TargetCode& code);

// The past text with the lines of today's that are in one of the ranges, whatever became of them.
std::string KeepLines(std::string_view today, std::string_view past,
                      const std::vector<LinesOf>& ranges);

}  // namespace inquest::investigators
