#pragma once

#include <map>
#include <optional>
#include <string>

#include "inquest/v1/run.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"
#include "sandbox/supervisor/order.pb.h"
#include "sandbox/workspace/tree.h"

namespace inquest::sandbox {

// A tree with the patches so far laid over it, in memory. Copies share nothing that changes.
// Borrows tree and store. One thread.
class PatchedTree {
 public:
  PatchedTree(const Tree& tree, store::ArtifactStore& artifacts)
      : tree_(tree), artifacts_(artifacts) {}

  // BAD_PATCH or PATCH_DOES_NOT_APPLY: the patch's own fault (IsPatchFault).
  Status Apply(const v1::PatchUse& use);

  // Nothing: there is no such file.
  Result<std::optional<std::string>> Read(const std::string& path) const;
  bool HasFolder(const std::string& folder) const;
  bool Has(const std::string& path) const;

  // What the patches made of the files that they touch; no text: gone.
  const std::map<std::string, std::optional<std::string>>& changed() const { return changed_; }
  // Hands them over to the order.
  void Fill(Order* order);

 private:
  const Tree& tree_;
  store::ArtifactStore& artifacts_;
  std::map<std::string, std::optional<std::string>> changed_;
};

bool IsPatchFault(const Status& status);

}  // namespace inquest::sandbox
