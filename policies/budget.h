#pragma once

#include "inquest/v1/investigation.pb.h"
#include "inquest/v1/policy.pb.h"

namespace inquest::policies {

// The budget in force: what was asked for where it was (fields over 0), else the policy's default;
// never above the policy's maximum.
v1::Budget GrantBudget(const v1::Policy& policy, const v1::Budget& asked);

}  // namespace inquest::policies
