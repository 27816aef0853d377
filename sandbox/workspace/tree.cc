#include "sandbox/workspace/tree.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "runtime/formats/safe_path.h"

// A manifest is the line "inquest tree 1\n", then for each entry, sorted by the bytes of its path:
//
//     kind ' ' digest ' ' size ' ' path NUL
//
// kind is 'f' (file), 'x' (executable file) or 'l' (symbolic link); digest is 64 hexadecimal
// digits; size is decimal without leading zeros. Folders are there through the files in them. There
// is one way to write a tree, and everything else is refused: a manifest may come from a client.

namespace inquest::sandbox {

namespace {

constexpr std::string_view kHeader = "inquest tree 1\n";
constexpr std::string_view kKinds = "fxl";  // in the order of TreeEntry::Kind
constexpr std::size_t kDigestDigits = 64;

Status Damaged(std::size_t entry, std::string_view what) {
  return {Code::kDataLoss, "TREE_DAMAGED",
          "entry " + std::to_string(entry) + " of the tree's manifest: " + std::string(what)};
}

bool ReadSize(std::string_view text, std::int64_t& size) {
  if (text.empty() || (text.size() > 1 && text.front() == '0') || text.front() == '-') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return error == std::errc() && end == text.data() + text.size() &&
         size <= store::kArtifactLimitBytes;
}

Result<TreeEntry> DecodeEntry(std::string_view text, std::size_t number) {
  TreeEntry entry;
  const std::size_t kind = text.empty() ? kKinds.npos : kKinds.find(text[0]);
  const std::size_t digest_end = 2 + kDigestDigits;
  if (kind == kKinds.npos || text.size() <= digest_end || text[1] != ' ' ||
      text[digest_end] != ' ') {
    return Damaged(number, "is not 'kind digest size path'");
  }
  entry.kind = static_cast<TreeEntry::Kind>(kind);
  auto digest = DigestFromHex(text.substr(2, kDigestDigits));
  if (!digest.ok()) return Damaged(number, digest.status().message());
  entry.content = *digest;
  text.remove_prefix(digest_end + 1);
  const std::size_t space = text.find(' ');
  if (space == text.npos || !ReadSize(text.substr(0, space), entry.size_bytes)) {
    return Damaged(number, "has no proper size");
  }
  entry.path = text.substr(space + 1);
  if (const char* why = formats::WhyUnsafePath(entry.path)) {
    return Damaged(number, std::string("its path ") + why);
  }
  return entry;
}

// A file is not also a folder: "a" and "a/b". A link never has anything below it either, so whoever
// makes the tree in order never walks through one.
Status CheckFolders(const Tree& tree) {
  std::unordered_set<std::string_view> paths;
  for (const TreeEntry& entry : tree.entries) paths.insert(entry.path);
  for (std::size_t i = 0; i < tree.entries.size(); ++i) {
    const std::string_view path = tree.entries[i].path;
    for (std::size_t slash = path.find('/'); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      if (paths.contains(path.substr(0, slash))) return Damaged(i, "its folder is a file");
    }
  }
  return Status::Ok();
}

}  // namespace

const TreeEntry* Tree::Find(const std::string& path) const {
  const auto at = std::lower_bound(
      entries.begin(), entries.end(), path,
      [](const TreeEntry& entry, const std::string& wanted) { return entry.path < wanted; });
  return at != entries.end() && at->path == path ? &*at : nullptr;
}

std::string EncodeTree(const Tree& tree) {
  std::string manifest(kHeader);
  for (const TreeEntry& entry : tree.entries) {
    manifest += kKinds[static_cast<std::size_t>(entry.kind)];
    manifest += ' ' + entry.content.ToHex() + ' ' + std::to_string(entry.size_bytes) + ' ';
    manifest += entry.path;
    manifest += '\0';
  }
  return manifest;
}

Result<Tree> DecodeTree(std::string_view manifest) {
  if (!manifest.starts_with(kHeader)) return Damaged(0, "the bytes are no manifest of a tree");
  manifest.remove_prefix(kHeader.size());
  Tree tree;
  while (!manifest.empty()) {
    const std::size_t number = tree.entries.size();
    const std::size_t end = manifest.find('\0');
    if (end == manifest.npos) return Damaged(number, "is cut off");
    TRY_ASSIGN(TreeEntry entry, DecodeEntry(manifest.substr(0, end), number));
    if (number > 0 && tree.entries.back().path >= entry.path) {
      return Damaged(number, "is not in the order of paths");
    }
    tree.entries.push_back(std::move(entry));
    manifest.remove_prefix(end + 1);
  }
  TRY(CheckFolders(tree));
  return tree;
}

Result<Tree> ReadTree(store::ArtifactStore& artifacts, const std::string& tree_digest) {
  TRY_ASSIGN(const Digest digest, DigestFromHex(tree_digest));
  auto manifest = artifacts.Read(digest, 0, store::kArtifactLimitBytes);
  if (!manifest.ok() && manifest.status().code() == Code::kNotFound) {
    return Status(Code::kNotFound, "TREE_NOT_FOUND", "there is no tree " + tree_digest);
  }
  if (!manifest.ok()) return manifest.status();
  return DecodeTree(*manifest);
}

Result<std::optional<std::string>> ReadText(store::ArtifactStore& artifacts, const Tree& tree,
                                            const std::string& path) {
  const TreeEntry* entry = tree.Find(path);
  if (entry == nullptr || entry->kind == TreeEntry::Kind::kSymlink) {
    return std::optional<std::string>();
  }
  TRY_ASSIGN(std::string bytes, artifacts.ReadAll(entry->content.ToHex()));
  return std::optional(std::move(bytes));
}

const char* WhyUnsafeLink(std::string_view path, std::string_view target) {
  if (target.empty()) return "its target is empty";
  if (target.front() == '/') return "its target is absolute";
  if (target.size() > formats::kPathBytesLimit) return "its target is too long";
  if (target.find('\0') != target.npos) return "its target has a NUL byte";
  auto above = std::count(path.begin(), path.end(), '/');  // real folders between it and the root
  bool descended = false;
  for (std::size_t begin = 0; begin <= target.size();) {
    const std::size_t end = std::min(target.find('/', begin), target.size());
    const std::string_view part = target.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      descended = true;
    } else if (descended) {
      return "its target climbs after it has descended";
    } else if (--above < 0) {
      return "its target is outside of the tree";
    }
  }
  return nullptr;
}

}  // namespace inquest::sandbox
