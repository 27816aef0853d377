#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/builtin_history.h"
#include "runtime/investigators/suspicion.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// What the runs on past trees say: one of these commits brought the bug.
struct Culprits {
  std::set<int> commits;                // by their places in the history
  std::string told;                     // in words, with the runs that say so
  std::vector<v1::Citation> citations;  // of the commit's change and of the runs' output
};

// Hypothesize: the past trees to run the trigger on, where a good revision is known and that was
// not done yet. Nothing: it was, or there is no past that could be run.
Result<std::optional<v1::Submission>> AskBisection(const steps::Brief& brief,
                                                   const v1::AskWork& ask, const Clues& clues,
                                                   const RecentChanges& recent,
                                                   const TargetCode& code);

// Without commits where nothing was bisected, or the runs do not tell.
Result<Culprits> ReadCulprits(const steps::Brief& brief, const RecentChanges& recent,
                              const TargetCode& code);

}  // namespace inquest::investigators
