#pragma once

#include <stop_token>
#include <string>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "steps/brief.h"

namespace inquest::investigators {

// Supplies ideas for a step. Nothing that it says is a fact: the step's gate judges it.
//
// Called on a worker thread, for several investigations at once; may block on evidence (the
// artifact store) and on computation, and returns early with CANCELLED when asked to stop. The
// builtin one is deterministic: the same brief and evidence give the same submission.
class Investigator {
 public:
  virtual ~Investigator() = default;

  // brief.step says which step asks: hypothesize (hypotheses), reproduce (recipe; with ask.survey
  // also smaller inputs), test (experiment for the active hypothesis) or fix (candidates, likeliest
  // first). ask.defects is what the gate refused in earlier tries. Nothing to offer:
  // nothing_because. A Status: it could not work at all.
  virtual Result<v1::Submission> Answer(const steps::Brief& brief, const v1::AskWork& ask,
                                        std::stop_token stop) = 0;
};

}  // namespace inquest::investigators
