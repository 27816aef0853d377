#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "runtime/analysis/spectra.h"
#include "runtime/base/status.h"
#include "runtime/investigators/builtin_history.h"
#include "runtime/investigators/target_code.h"
#include "runtime/languages/language.h"

namespace inquest::investigators {

// What points at code, gathered from the symptom.
struct Clues {
  analysis::Spectra spectra;
  // The failing test's record in the trigger's coverage, to be cited; empty digest: there is none.
  v1::Citation coverage_citation;
  // The failures of the first failing run that was understood; where these name no place in the
  // tree, also those of the first that does (under a sanitizer, say).
  std::vector<v1::Failure> failures;
};
Result<Clues> GatherClues(const steps::Brief& brief, const TargetCode& code);

// A statement and how much points at it.
struct Suspect {
  std::string path;
  languages::Statement statement;
  analysis::Counts counts;
  bool in_traceback = false;
  bool whole_program = false;  // nothing points anywhere, and the program is small
  double recency = 0;          // 0..1: how recently a commit wrote it
  bool blamed = false;         // a commit wrote it that is known to have brought the bug
  double score = 0;            // 0..1
};

// Statements that something points at, most suspicious first; ties by path and line.
Result<std::vector<Suspect>> RankSuspects(const Clues& clues, RecentChanges& recent,
                                          const TargetCode& code, const std::stop_token& stop);

}  // namespace inquest::investigators
