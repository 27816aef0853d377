#include "sandbox/process/patched_tree.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/formats/unified_diff.h"

namespace inquest::sandbox {

Status PatchedTree::Apply(const v1::PatchUse& use) {
  TRY_ASSIGN(const std::string diff, artifacts_.ReadAll(use.digest()));
  TRY_ASSIGN(formats::Patch patch, formats::ParsePatch(diff));
  if (use.reversed()) patch = formats::Reverse(patch);
  TRY_ASSIGN(std::vector<formats::PatchedFile> files,
             formats::ApplyPatch(patch, [this](const std::string& path) { return Read(path); }));
  for (formats::PatchedFile& file : files) changed_[file.path] = std::move(file.text);
  return Status::Ok();
}

Result<std::optional<std::string>> PatchedTree::Read(const std::string& path) const {
  const auto changed = changed_.find(path);
  if (changed != changed_.end()) return changed->second;
  const TreeEntry* entry = tree_.Find(path);
  if (entry == nullptr || entry->kind == TreeEntry::Kind::kSymlink) {
    return std::optional<std::string>();
  }
  TRY_ASSIGN(std::string text, artifacts_.ReadAll(entry->content.ToHex()));
  return std::optional<std::string>(std::move(text));
}

bool PatchedTree::HasFolder(const std::string& folder) const {
  const std::string prefix = folder + "/";
  const auto at = std::lower_bound(
      tree_.entries.begin(), tree_.entries.end(), prefix,
      [](const TreeEntry& entry, const std::string& path) { return entry.path < path; });
  return at != tree_.entries.end() && at->path.rfind(prefix, 0) == 0;
}

bool PatchedTree::Has(const std::string& path) const {
  const auto changed = changed_.find(path);
  return changed != changed_.end() ? changed->second.has_value() : tree_.Find(path) != nullptr;
}

void PatchedTree::Fill(Order* order) {
  for (auto& [path, text] : changed_) {
    PatchedPath* patched = order->add_patched();
    patched->set_path(path);
    patched->set_deleted(!text);
    if (text) patched->set_content(std::move(*text));
  }
}

bool IsPatchFault(const Status& status) {
  return status.reason() == "BAD_PATCH" || status.reason() == "PATCH_DOES_NOT_APPLY";
}

}  // namespace inquest::sandbox
