#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "inquest/v1/run.pb.h"
#include "policies/permit.h"
#include "runtime/base/status.h"

namespace inquest::sandbox {

// Names one start: at most one process tree is ever started under a key.
struct RunKey {
  std::string investigation;
  std::int64_t effect_id = 0;
  int attempt = 1;
  auto operator<=>(const RunKey&) const = default;
};

// Runs commands in isolation. Thread-safe.
//
// A run is owned by a supervisor process of its own that outlives the daemon: Start of a key that
// is running already (after a restart) re-attaches to it, Start of a key that has finished answers
// with what it left behind. A command's own failure, a missing tool, a refused sandbox, a lost
// supervisor are RunOutcomes; a Status is only for "the executor could not do its work" (its own
// disk, its store).
class Executor {
 public:
  using Done = std::function<void(Result<v1::RunOutcome>)>;

  virtual ~Executor() = default;

  // Refuses (PERMISSION_DENIED, PERMIT_MISMATCH) when the permit is not for key.investigation and
  // key.effect_id. `done` is called once, from a thread of the executor's, when the process tree is
  // dead and its output is in the artifact store.
  virtual void Start(policies::Permit permit, RunKey key, v1::RunSpec spec, Done done) = 0;

  // The tree is dead within 2 s; `done` still comes (PROBLEM_CANCELLED or what it had reached).
  // Unknown keys are ignored.
  virtual void Cancel(const RunKey& key) = 0;

  // The outcome is recorded in the journal: what the run left on disk can go.
  virtual void Forget(const RunKey& key) = 0;
};

}  // namespace inquest::sandbox
