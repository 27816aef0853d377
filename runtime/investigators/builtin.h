#pragma once

#include "runtime/investigators/investigator.h"
#include "runtime/store/artifacts.h"

namespace inquest::investigators {

// The investigator without a model: ranks statements by what failing and passing tests ran and by
// the frames of the failure, tries template edits there, and offers as fixes those that helped.
// Thread-safe; keeps nothing between calls.
class Builtin final : public Investigator {
 public:
  // `artifacts` must outlive it.
  explicit Builtin(store::ArtifactStore& artifacts) : artifacts_(artifacts) {}

  Result<v1::Submission> Answer(const steps::Brief& brief, const v1::AskWork& ask,
                                std::stop_token stop) override;

 private:
  store::ArtifactStore& artifacts_;
};

}  // namespace inquest::investigators
