#pragma once

#include <map>
#include <string>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "runtime/analysis/coverage.h"
#include "runtime/languages/language.h"

namespace inquest::analysis {

// Longer paths are cut in their middle.
inline constexpr std::size_t kPathStepsLimit = 24;

struct ExecutionInput {
  std::map<std::string, std::string> sources;  // the files that may be on the path, by their paths
  // Lines that the failing part of the run ran; empty: not known.
  LinesByFile ran;
  const languages::Language* language = nullptr;  // of the tree; files of others are read by theirs
};

struct CodeStep {
  std::string path;
  languages::LineReading code;
};

// How execution got to the failure, as code: a step for each of its frames (innermost last). Where
// the innermost one is in a test, which only looks at what it was given, the path goes on into the
// functions that made the values which it looks at, as far as they can be told by their names and
// ran. Outermost first. Pure.
std::vector<CodeStep> TraceExecution(const ExecutionInput& input,
                                     const std::vector<v1::Location>& frames);

// Lines of the failing tests; of all that ran when none is known to fail.
LinesByFile FailingLines(const Coverage& coverage);

}  // namespace inquest::analysis
