#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/languages/language.h"
#include "runtime/store/artifacts.h"
#include "sandbox/workspace/tree.h"
#include "steps/brief.h"

namespace inquest::investigators {

// A template edit as a patch of the tree.
struct PatchIdea {
  std::string diff;
  std::string digest;
  languages::Edit edit;
};

// What failing tests expected, as they say it: "expected: 3" in what is told of a failure. Without
// repeats, at most 20.
std::vector<std::string> ExpectedTexts(const steps::Brief& brief);

v1::Location LocationOf(const std::string& path, const languages::Statement& statement);
bool SamePlace(const v1::Location& a, const v1::Location& b);

// The tree of the brief's target as the builtin investigator sees it: sources of its language,
// without tests. One thread.
class TargetCode {
 public:
  static Result<TargetCode> Open(const steps::Brief& brief, store::ArtifactStore& artifacts);

  // nullptr: none is known.
  const languages::Language* language() const { return language_; }
  store::ArtifactStore& artifacts() const { return artifacts_; }

  // What judges a fix (languages/oracle_files.h).
  bool Judges(const std::string& path) const;
  // A source that may be changed.
  bool IsSuspect(const std::string& path) const;
  std::vector<std::string> Suspects() const;
  std::vector<std::string> Tests() const;
  // NOT_FOUND (FILE_NOT_IN_TREE).
  Result<std::string> Read(const std::string& path) const;
  // The whole file is an artifact: a citation of the bytes of its lines [first, last].
  v1::Citation Cite(const std::string& path, const std::string& text, int first_line,
                    int last_line) const;
  // Edits of the location as patches, likeliest first, at most `limit`.
  Result<std::vector<PatchIdea>> IdeasFor(const v1::Location& at, std::size_t limit) const;
  // Those with a rank above the one and up to the other.
  Result<std::vector<PatchIdea>> IdeasFor(const v1::Location& at, std::size_t limit,
                                          double above_rank, double up_to_rank) const;

 private:
  TargetCode(const steps::Brief& brief, store::ArtifactStore& artifacts, sandbox::Tree tree,
             const languages::Language* language)
      : brief_(brief),
        artifacts_(artifacts),
        tree_(std::move(tree)),
        language_(language),
        expected_(ExpectedTexts(brief)) {}

  const std::vector<languages::Donation>& Donations(const std::string& near) const;

  const steps::Brief& brief_;
  store::ArtifactStore& artifacts_;
  sandbox::Tree tree_;
  const languages::Language* language_;
  std::vector<std::string> expected_;
  // The nearest to the first place that asked for them in front.
  mutable std::optional<std::vector<languages::Donation>> donations_;
};

// Which items of a submission were refused in the last try.
std::set<int> RefusedItems(const v1::AskWork& ask);

}  // namespace inquest::investigators
