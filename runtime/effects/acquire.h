#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "runtime/store/artifacts.h"
#include "sandbox/workspace/tree_builder.h"

namespace inquest::effects {

// Which language folder takes a target; empty: none does.
struct LanguageChoice {
  std::string language;
  std::string coverage_instrument;
  std::string inputs_instrument;
  std::string sanitizer_instrument;
  std::string leak_instrument;
  std::string backtrace_instrument;
  std::string values_instrument;
};
using ChooseLanguage = std::function<LanguageChoice(const std::vector<std::string>& paths)>;

// Takes a snapshot of a target, whatever its source. Thread-safe; blocks on I/O.
class Acquirer {
 public:
  // `own_directories` (the runtime's data) are left out of snapshots; `scratch_directory` is where
  // git repositories are fetched to. `artifacts` outlives it.
  Acquirer(store::ArtifactStore& artifacts, std::vector<std::string> own_directories,
           std::string scratch_directory, ChooseLanguage choose);

  // Removes what a daemon that was killed left in the scratch directory. Before any Acquire.
  void RemoveLeftovers() const;

  // Acquired, or an EffectFailure whose reason is that of the snapshot (TARGET_NOT_FOUND,
  // TARGET_EMPTY, TARGET_TOO_LARGE, GIT_FETCH_FAILED, ...).
  v1::Observation Acquire(const v1::AcquireWork& work, const std::stop_token& stop);

 private:
  Result<sandbox::Snapshot> Take(const v1::Target& target, const std::stop_token& stop);
  // Of a git checkout.
  Status AddHistory(const v1::Target& target, const std::stop_token& stop,
                    sandbox::Snapshot& snapshot) const;
  Result<sandbox::Snapshot> TakeUploaded(const std::string& tree_digest);

  store::ArtifactStore& artifacts_;
  const std::vector<std::string> own_directories_;
  const std::string scratch_directory_;
  const ChooseLanguage choose_;
};

}  // namespace inquest::effects
