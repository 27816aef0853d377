#include "policies/budget.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

namespace inquest::policies {
namespace {

using google::protobuf::util::TimeUtil;

template <typename T>
T Grant(T asked, T by_default, T maximum) {
  const T wanted = asked > 0 ? asked : by_default;
  return maximum > 0 ? std::min(wanted, maximum) : wanted;
}

}  // namespace

v1::Budget GrantBudget(const v1::Policy& policy, const v1::Budget& asked) {
  const v1::Budget& normal = policy.default_budget();
  const v1::Budget& most = policy.maximum_budget();
  v1::Budget granted;
  *granted.mutable_wall_time() =
      TimeUtil::MicrosecondsToDuration(Grant(TimeUtil::DurationToMicroseconds(asked.wall_time()),
                                             TimeUtil::DurationToMicroseconds(normal.wall_time()),
                                             TimeUtil::DurationToMicroseconds(most.wall_time())));
  granted.set_runs(Grant(asked.runs(), normal.runs(), most.runs()));
  granted.set_iterations(Grant(asked.iterations(), normal.iterations(), most.iterations()));
  granted.set_disk_bytes(Grant(asked.disk_bytes(), normal.disk_bytes(), most.disk_bytes()));
  return granted;
}

}  // namespace inquest::policies
