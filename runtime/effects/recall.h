#pragma once

#include <optional>
#include <string>

#include "inquest/v1/run.pb.h"
#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

namespace inquest::effects {

// Memory of pure runs across investigations. Only runs that a step marked recallable come here;
// runs that measure a rate never do.

// What determines a pure run's result: the spec (tree, patches, phases, environment, limits).
Digest RecallKey(const v1::RunSpec& spec);

// The remembered outcome, marked with where it was first seen; nothing when it was not found equal
// often enough.
Result<std::optional<v1::RunOutcome>> Recall(store::Store& store, const v1::RunSpec& spec);

// Remembers an outcome if every phase ended by itself; `source` is "investigation/effect".
Status Remember(store::Store& store, const v1::RunSpec& spec, const v1::RunOutcome& outcome,
                std::string source);

}  // namespace inquest::effects
