#pragma once

#include <optional>

#include "inquest/v1/certificate.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

namespace inquest::steps {

// The other patches that made the same tests pass, against the fix (design.md, section 3, rule 6):
// run on the tests' own inputs and on mutations of them.
struct RivalsCompared {
  std::optional<Want> want;  // not known yet
  int rivals = 0;
  // Inputs that were compared with the rival that shares the fewest.
  int inputs = 0;
  // A rival differs, or could not be compared: only a person knows what is meant.
  std::optional<v1::Question> question;
};

// Pure. The fix in hand, its survivors and the results of this visit.
RivalsCompared CompareRivals(const Brief& brief, const Results& results);

}  // namespace inquest::steps
