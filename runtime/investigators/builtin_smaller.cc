#include "runtime/investigators/builtin_smaller.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/analysis/minimiser.h"
#include "runtime/investigators/builtin_recipe.h"
#include "runtime/investigators/trigger_inputs.h"

namespace inquest::investigators {
namespace {

constexpr analysis::Minimiser::Limits kLimits = {
    .tests = 600, .batch = 48, .base_probability = 0.1};
// What is left after its lines is cut into words, and that into characters, where it is no larger.
constexpr std::size_t kMostWords = 1500;
constexpr std::size_t kMostCharacters = 240;

// Rounds are numbered over all inputs; those before the present one are answered by what showed.
class Search {
 public:
  Search(const v1::AskWork& ask, std::vector<TriggerInput> inputs) : inputs_(std::move(inputs)) {
    for (const v1::Candidate& change : ask.survey().passed()) shown_.insert(change.patch_digest());
    rounds_known_ = ask.survey().rounds();
    for (const TriggerInput& input : inputs_) texts_[input.path] = input.text;
  }

  // The changes of the first round that is not known; none: there is none.
  void Run(v1::Submission& submission) {
    for (const TriggerInput& input : inputs_) {
      if (input.kind != TriggerInput::Kind::kData) {
        if (!Reduce(input, input.pieces, submission)) return;
        continue;
      }
      for (const Grain grain : {Grain::kLines, Grain::kWords, Grain::kCharacters}) {
        const std::vector<Piece> pieces = Cut(texts_[input.path], grain);
        if (grain == Grain::kWords && pieces.size() > kMostWords) break;
        if (grain == Grain::kWords && texts_[input.path].size() <= kMostCharacters) continue;
        if (grain == Grain::kCharacters && pieces.size() > kMostCharacters) break;
        if (!Reduce(input, pieces, submission)) return;
      }
    }
  }

  const std::vector<std::string>& patches() const { return patches_; }

 private:
  // False: the round is not known; its changes are in the submission.
  bool Reduce(const TriggerInput& input, const std::vector<Piece>& pieces,
              v1::Submission& submission) {
    const std::string before = texts_[input.path];
    analysis::Minimiser minimiser(pieces.size(), kLimits);
    for (auto batch = minimiser.Next(); !batch.empty(); batch = minimiser.Next()) {
      std::vector<std::string> patches;
      std::vector<bool> shows;
      for (const auto& kept : batch) {
        texts_[input.path] = Assemble(before, pieces, kept);
        patches.push_back(PatchOfAll(input));
        shows.push_back(shown_.contains(Sha256(patches.back()).ToHex()));
        if (round_ == rounds_known_) Offer(input, patches.back(), submission);
      }
      if (round_++ == rounds_known_) {
        patches_ = std::move(patches);
        return false;
      }
      minimiser.Take(shows);
    }
    texts_[input.path] = Assemble(before, pieces, minimiser.kept());
    return true;
  }

  // What takes the tree from its own inputs to the present ones. The trigger's file is none of the
  // tree's, and there while its arguments are the present input.
  std::string PatchOfAll(const TriggerInput& present) const {
    formats::Patch patch;
    for (const TriggerInput& input : inputs_) {
      const std::string& text = texts_.at(input.path);
      if (input.kind == TriggerInput::Kind::kArguments) {
        if (&input != &present) continue;
        patch.files.push_back(RewriteInput(input.path, "", text));
        patch.files.back().old_path.clear();
      } else if (text != input.text) {
        patch.files.push_back(RewriteInput(input.path, input.text, text));
      }
    }
    return formats::FormatPatch(patch);
  }

  void Offer(const TriggerInput& input, const std::string& patch, v1::Submission& submission) {
    v1::Candidate& change = *submission.add_survey();
    change.set_patch_digest(Sha256(patch).ToHex());
    change.set_description(input.what);
    change.mutable_location()->set_path(input.path);
    double bytes = 0;
    for (const auto& [path, text] : texts_) bytes += static_cast<double>(text.size());
    change.set_cost(bytes);
    if (input.kind != TriggerInput::Kind::kArguments) return;
    // Where nothing is changed, the trigger itself is what runs.
    const std::string& command = submission.recipe().shell_command();
    const std::string file = kTriggerFile;
    if (command.find(file) == std::string::npos) {
      submission.mutable_recipe()->set_shell_command("if [ -f " + file + " ]; then . ./" + file +
                                                     "; else " + command + "; fi");
    }
  }

  const std::vector<TriggerInput> inputs_;
  std::map<std::string, std::string> texts_;  // as they are now, by path
  std::set<std::string> shown_;               // digests
  std::vector<std::string> patches_;
  int rounds_known_ = 0;
  int round_ = 0;
};

}  // namespace

Result<v1::Submission> OfferSmaller(const steps::Brief& brief, const v1::AskWork& ask,
                                    const TargetCode& code) {
  TRY_ASSIGN(v1::Submission submission, WriteRecipeOfThisFailure(brief, code.artifacts()));
  if (!submission.nothing_because().empty()) return submission;
  TRY_ASSIGN(std::vector<TriggerInput> inputs, FindInputs(brief, code, InputSize::kWorthReducing));
  Search search(ask, std::move(inputs));
  search.Run(submission);
  std::vector<store::NewArtifact> patches;
  for (const std::string& patch : search.patches()) patches.push_back({patch, "text/x-diff"});
  if (!patches.empty()) TRY(code.artifacts().PutAll(patches).status());
  return submission;
}

}  // namespace inquest::investigators
