#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/run.pb.h"
#include "policies/permit.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "sandbox/supervisor/order.pb.h"
#include "sandbox/workspace/tree_cache.h"

namespace inquest::sandbox {

// What every order of an executor has in common.
struct OrderSetting {
  std::string instruments_directory;
  std::string bubblewrap;
  std::string seccomp_filter;
  // PATH and HOME to look for tools with.
  std::string path;
  std::string home;
  // For runs with a debugger.
  std::string debugger_filter;
};

// A run that is ready to go, or the reason why it never will be.
struct Prepared {
  Order order;
  // Kept until the run has ended.
  std::shared_ptr<const MaterialisedTree> tree;
  // Set: not to be started; this is its outcome (patch rejected, tool missing).
  std::optional<v1::RunOutcome> refused;
};

// Everything that happens before a supervisor is started: tree on disk, patches applied in memory,
// tools found, limits settled. Blocks on disk. `uid` 0: the run stays the executor's own user.
Result<Prepared> Prepare(const OrderSetting& setting, const v1::RunSpec& spec,
                         const policies::Permit& permit, uid_t uid, store::ArtifactStore& artifacts,
                         TreeCache& trees);

// The profile's limits narrowed by the permit's and by what the run itself asks for.
v1::RunLimits SettleLimits(const v1::RunLimits& asked, const v1::RunLimits& permitted);

}  // namespace inquest::sandbox
