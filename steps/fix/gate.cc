#include "steps/fix/gate.h"

#include <algorithm>

#include "steps/runs.h"

namespace inquest::steps {
namespace {

constexpr int kCandidatesLimit = 2000;

}  // namespace

std::vector<v1::Defect> FixGate(const Brief& brief, const v1::Submission& submission) {
  std::vector<v1::Defect> defects;
  if (submission.candidates().empty()) {
    defects.push_back(MakeDefect(0, "CANDIDATE_MISSING", "submit at least one patch"));
  }
  if (submission.candidates_size() > kCandidatesLimit) {
    defects.push_back(MakeDefect(0, "TOO_MANY_CANDIDATES", "submit at most 2000 at a time"));
    return defects;
  }
  for (int i = 0; i < submission.candidates_size(); ++i) {
    const std::string& patch = submission.candidates(i).patch_digest();
    if (patch.empty()) defects.push_back(MakeDefect(i, "PATCH_MISSING", "a candidate is a patch"));
    const auto& fell = brief.rejected_patches;
    if (std::find(fell.begin(), fell.end(), patch) != fell.end()) {
      defects.push_back(MakeDefect(i, "PATCH_FELL", "this patch fell in verify"));
    }
  }
  return defects;
}

}  // namespace inquest::steps
