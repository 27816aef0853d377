#include "runtime/effects/constant_conditions.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "runtime/formats/text_lines.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/languages/language.h"
#include "sandbox/workspace/tree.h"

namespace inquest::effects {
namespace {

constexpr std::size_t kConditionsLimit = 8;
constexpr std::size_t kConditionBytes = 200;

const languages::Language* LanguageOf(const std::string& path) {
  const auto all = languages::AllLanguages();
  const auto at = std::find_if(all.begin(), all.end(), [&](const languages::Language* language) {
    return language->IsSource(path);
  });
  return at == all.end() ? nullptr : *at;
}

// Texts of a patched file, before and after.
struct Change {
  std::string path;
  std::string before;
  std::string after;
};

// From the tree to the changed files, one of which is as `edit` leaves it.
formats::Patch PatchWith(const std::vector<Change>& changes, const Change& edited,
                         const languages::Edit& edit) {
  formats::Patch patch;
  for (const Change& change : changes) {
    const std::string text =
        &change == &edited ? languages::Apply(change.after, edit) : change.after;
    formats::Patch one = formats::DiffTexts(change.path, change.before, text);
    std::move(one.files.begin(), one.files.end(), std::back_inserter(patch.files));
  }
  return patch;
}

}  // namespace

Result<std::vector<v1::ConstantCondition>> MakeConditionsConstant(
    const v1::MakeConditionsConstant& work, store::ArtifactStore& artifacts) {
  TRY_ASSIGN(const sandbox::Tree tree, sandbox::ReadTree(artifacts, work.tree_digest()));
  TRY_ASSIGN(const std::string diff, artifacts.ReadAll(work.patch_digest()));
  TRY_ASSIGN(const formats::Patch patch, formats::ParsePatch(diff));
  const auto read = [&](const std::string& path) {
    return sandbox::ReadText(artifacts, tree, path);
  };
  TRY_ASSIGN(const std::vector<formats::PatchedFile> patched, formats::ApplyPatch(patch, read));
  std::vector<Change> changes;
  for (const formats::PatchedFile& file : patched) {
    TRY_ASSIGN(const std::optional<std::string> before, read(file.path));
    // A file that comes or goes is no choice of a line.
    if (!before.has_value() || !file.text.has_value()) return std::vector<v1::ConstantCondition>();
    changes.push_back({file.path, *before, *file.text});
  }
  std::vector<v1::ConstantCondition> made;
  for (const Change& change : changes) {
    const languages::Language* language = LanguageOf(change.path);
    if (language == nullptr) continue;
    const auto conditions = language->ConstantConditions(change.before, change.after);
    if (!conditions.ok()) continue;
    for (const languages::ConstantCondition& condition : *conditions) {
      if (made.size() >= kConditionsLimit) return made;
      TRY_ASSIGN(const v1::Artifact put,
                 artifacts.Put(formats::FormatPatch(PatchWith(changes, change, condition.edit)),
                               "text/x-diff"));
      v1::ConstantCondition& one = made.emplace_back();
      one.set_patch_digest(put.digest());
      one.set_condition(formats::ValidText(condition.condition, kConditionBytes));
      one.set_always(condition.always);
      one.mutable_location()->set_path(change.path);
      one.mutable_location()->set_first_line(condition.first_line);
      one.mutable_location()->set_last_line(condition.last_line);
    }
  }
  return made;
}

}  // namespace inquest::effects
