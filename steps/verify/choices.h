#pragma once

#include <optional>

#include "inquest/v1/certificate.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

namespace inquest::steps {

struct ChoicesTried {
  std::optional<Want> want;
  // The patch writes a condition that never varies: in no test and for no input that was tried it
  // comes out otherwise.
  std::optional<v1::Question> question;
  // A run was lost: nothing is known.
  std::optional<Unusable> unusable;
  int conditions =
      0;  // held, of which each fell or answered otherwise; not those that do not build
};

// Looks whether the conditions that the fix writes still decide anything. A fix may make tests pass
// by a condition that never holds any more: the code that it guards is as good as deleted.
// `required`: clean runs that tell a constant condition from a failing one. Pure.
ChoicesTried TryChoices(const Brief& brief, const Results& results, int required);

}  // namespace inquest::steps
