#include "runtime/effects/check_submission.h"

#include <algorithm>
#include <optional>

#include "runtime/effects/pattern.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/languages/oracle_files.h"
#include "sandbox/workspace/tree.h"
#include "steps/hypothesize/bisection.h"
#include "steps/hypothesize/contrasts.h"

namespace inquest::effects {
namespace {

constexpr std::int64_t kQuoteLimitBytes = 4096;

v1::Defect Make(int item, const char* reason, std::string message) {
  v1::Defect defect;
  defect.set_item(item);
  defect.set_reason(reason);
  defect.set_message(std::move(message));
  return defect;
}

class Checker {
 public:
  Checker(store::ArtifactStore& artifacts, sandbox::Tree tree)
      : artifacts_(artifacts), tree_(std::move(tree)) {}

  void CheckHypothesis(const v1::Hypothesis& hypothesis, int item) {
    CheckPatterns(hypothesis.prediction().if_true(), item);
    CheckPatterns(hypothesis.prediction().if_false(), item);
    for (const v1::Citation& citation : hypothesis.citations()) CheckCitation(citation, item);
    const v1::Location& at = hypothesis.location();
    const auto text = ReadText(at.path());
    if (!text.ok() || !text->has_value()) {
      return Add(item, "LOCATION_UNKNOWN", "there is no file " + at.path() + " in the tree");
    }
    const auto lines = std::count((*text)->begin(), (*text)->end(), '\n') + 1;
    if (at.last_line() > lines) {
      Add(item, "LOCATION_UNKNOWN", at.path() + " has " + std::to_string(lines) + " lines only");
    }
  }

  // It applies; nothing else is asked of a tree of the past. Nothing: it does not.
  std::optional<formats::Patch> CheckApplies(const std::string& digest, int item) {
    const auto diff = artifacts_.ReadAll(digest);
    const auto patch = diff.ok() ? formats::ParsePatch(*diff) : diff.status();
    const Status applied =
        patch.ok() ? formats::ApplyPatch(*patch,
                                         [this](const std::string& path) { return ReadText(path); })
                         .status()
                   : patch.status();
    if (applied.ok()) return *patch;
    Add(item, "PATCH_DOES_NOT_APPLY", applied.message());
    return std::nullopt;
  }

  // `judging`: the commands whose files no fix may touch.
  void CheckPatch(const std::string& digest, const std::vector<std::string>& judging, int item) {
    const auto patch = CheckApplies(digest, item);
    if (!patch.has_value()) return;
    for (const formats::FileDiff& file : patch->files) {
      for (const std::string& path : {file.old_path, file.new_path}) {
        if (path.empty() || !IsProtected(path, judging)) continue;
        Add(item, "PATCH_TOUCHES_TEST",
            path + " is a test or part of the trigger: a fix must not change what judges it");
        break;  // said once of a file that keeps its name
      }
    }
  }

  std::vector<v1::Defect> TakeDefects() { return std::move(defects_); }

 private:
  void Add(int item, const char* reason, std::string message) {
    defects_.push_back(Make(item, reason, std::move(message)));
  }

  void CheckPatterns(const google::protobuf::RepeatedPtrField<v1::Predicate>& predicates,
                     int item) {
    for (const v1::Predicate& predicate : predicates) {
      if (predicate.matches().empty()) continue;
      const auto pattern = Pattern::Compile(predicate.matches());
      if (!pattern.ok()) Add(item, "PATTERN_INVALID", pattern.status().message());
    }
  }

  void CheckCitation(const v1::Citation& citation, int item) {
    const std::int64_t begin = citation.begin_byte();
    const std::int64_t end = citation.end_byte();
    const auto length = static_cast<std::int64_t>(citation.quote().size());
    const auto digest = DigestFromHex(citation.digest());
    const bool sane = digest.ok() && begin >= 0 && end > begin && end - begin == length &&
                      length <= kQuoteLimitBytes;
    if (sane) {
      const auto bytes = artifacts_.Read(*digest, begin, length);
      if (bytes.ok() && *bytes == citation.quote()) return;
    }
    Add(item, "CITATION_DOES_NOT_RESOLVE",
        "the quoted bytes are not at [" + std::to_string(begin) + ", " + std::to_string(end) +
            ") of artifact " + citation.digest());
  }

  bool IsProtected(const std::string& path, const std::vector<std::string>& judging) {
    return languages::JudgesFix(path, judging, [&] {
      const auto text = ReadText(path);
      return text.ok() && text->has_value() ? **text : std::string();
    });
  }

  Result<std::optional<std::string>> ReadText(const std::string& path) {
    return sandbox::ReadText(artifacts_, tree_, path);
  }

  store::ArtifactStore& artifacts_;
  const sandbox::Tree tree_;
  std::vector<v1::Defect> defects_;
};

}  // namespace

Result<std::vector<v1::Defect>> CheckSubmission(const steps::Brief& brief,
                                                const v1::Submission& submission,
                                                store::ArtifactStore& artifacts) {
  TRY_ASSIGN(sandbox::Tree tree, sandbox::ReadTree(artifacts, brief.acquired.tree_digest()));
  Checker checker(artifacts, std::move(tree));
  const std::vector<std::string> judging = steps::JudgingCommands(brief);
  for (int i = 0; i < submission.hypotheses_size(); ++i) {
    checker.CheckHypothesis(submission.hypotheses(i), i);
  }
  for (int i = 0; i < submission.experiment().arms_size(); ++i) {
    const std::string& patch = submission.experiment().arms(i).patch_digest();
    if (!patch.empty()) checker.CheckPatch(patch, judging, i);
  }
  for (int i = 0; i < submission.survey_size(); ++i) {
    const v1::Candidate& candidate = submission.survey(i);
    // To reproduce, it is what judges that is made smaller. No fix comes of it, nor of a past tree
    // or a changed input.
    if (brief.step == v1::STEP_REPRODUCE || candidate.origin() == steps::kPastTree ||
        candidate.origin() == steps::kChangedInput) {
      checker.CheckApplies(candidate.patch_digest(), i);
    } else {
      checker.CheckPatch(candidate.patch_digest(), judging, i);
    }
  }
  for (int i = 0; i < submission.candidates_size(); ++i) {
    checker.CheckPatch(submission.candidates(i).patch_digest(), judging, i);
  }
  return checker.TakeDefects();
}

Result<std::vector<v1::Defect>> CheckHypothesis(const std::string& tree_digest,
                                                const v1::Hypothesis& hypothesis,
                                                store::ArtifactStore& artifacts) {
  TRY_ASSIGN(sandbox::Tree tree, sandbox::ReadTree(artifacts, tree_digest));
  Checker checker(artifacts, std::move(tree));
  checker.CheckHypothesis(hypothesis, 0);
  return checker.TakeDefects();
}

}  // namespace inquest::effects
