#pragma once

#include <vector>

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// Does the work of MakeConditionsConstant and stores the patches. Files that are no source of a
// known language, or cannot be parsed, have no conditions.
Result<std::vector<v1::ConstantCondition>> MakeConditionsConstant(
    const v1::MakeConditionsConstant& work, store::ArtifactStore& artifacts);

}  // namespace inquest::effects
