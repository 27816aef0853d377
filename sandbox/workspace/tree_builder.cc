#include "sandbox/workspace/tree_builder.h"

#include <algorithm>
#include <utility>

#include "runtime/formats/printable.h"
#include "runtime/formats/safe_path.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kBatchFiles = 4096;
constexpr std::int64_t kBatchBytes = std::int64_t{16} << 20U;
constexpr std::size_t kLeftOutLimit = 100;
constexpr char kFileType[] = "application/octet-stream";
constexpr char kTreeType[] = "application/vnd.inquest.tree";

std::string Mebibytes(std::int64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

Status TooLarge(const std::string& what) {
  return {Code::kResourceExhausted, "TARGET_TOO_LARGE",
          what +
              "; point the target at a smaller directory, or move what the bug does not need "
              "out of it"};
}

}  // namespace

Status TreeBuilder::CheckRoom(const std::string& path, std::int64_t size_bytes) const {
  if (size_bytes > limits_.file_bytes) {
    return TooLarge(formats::Printable(path) + " has " + Mebibytes(size_bytes) +
                    ", and a file of a target may have " + Mebibytes(limits_.file_bytes));
  }
  if (size_bytes > limits_.total_bytes - snapshot_.size_bytes) {
    return TooLarge("the target has more than " + Mebibytes(limits_.total_bytes));
  }
  if (std::ssize(snapshot_.tree.entries) + std::ssize(pending_) + std::ssize(copies_) >=
      limits_.files) {
    return TooLarge("the target has more than " + std::to_string(limits_.files) + " files");
  }
  return Status::Ok();
}

Status TreeBuilder::AddFile(const std::string& path, TreeEntry::Kind kind, std::string bytes) {
  return Add(path, kind, std::move(bytes));
}

Status TreeBuilder::AddSymlink(const std::string& path, const std::string& target) {
  if (const char* why = WhyUnsafeLink(path, target)) {
    LeaveOut(path, std::string("a symbolic link, ") + why);
    return Status::Ok();
  }
  return Add(path, TreeEntry::Kind::kSymlink, target);
}

Status TreeBuilder::Add(const std::string& path, TreeEntry::Kind kind, std::string bytes) {
  if (const char* why = formats::WhyUnsafePath(path)) {
    LeaveOut(path, std::string("the path ") + why);
    return Status::Ok();
  }
  const std::int64_t size = std::ssize(bytes);
  TRY(CheckRoom(path, size));
  snapshot_.size_bytes += size;
  pending_bytes_ += size;
  pending_.push_back({{path, kind, {}, size}, std::move(bytes)});
  if (pending_.size() < kBatchFiles && pending_bytes_ < kBatchBytes) return Status::Ok();
  return Flush();
}

Status TreeBuilder::AddCopy(const std::string& path, const std::string& original) {
  if (const char* why = formats::WhyUnsafePath(path)) {
    LeaveOut(path, std::string("the path ") + why);
    return Status::Ok();
  }
  TRY(CheckRoom(path, 0));
  copies_.push_back({path, original});
  return Status::Ok();
}

void TreeBuilder::LeaveOut(const std::string& path, const std::string& why) {
  if (snapshot_.left_out.size() == kLeftOutLimit) return;
  snapshot_.left_out.push_back(formats::Printable(path) + ": " + why);
}

Status TreeBuilder::Flush() {
  if (pending_.empty()) return Status::Ok();
  std::vector<store::NewArtifact> artifacts;
  artifacts.reserve(pending_.size());
  for (const Pending& file : pending_) artifacts.push_back({file.bytes, kFileType});
  TRY_ASSIGN(const std::vector<v1::Artifact> stored, artifacts_.PutAll(artifacts));
  CHECK(stored.size() == pending_.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    TRY_ASSIGN(pending_[i].entry.content, DigestFromHex(stored[i].digest()));
    snapshot_.tree.entries.push_back(std::move(pending_[i].entry));
  }
  pending_.clear();
  pending_bytes_ = 0;
  return Status::Ok();
}

Status TreeBuilder::ResolveCopies() {
  std::vector<TreeEntry> copied;
  for (const Copy& copy : std::exchange(copies_, {})) {
    const TreeEntry* original = snapshot_.tree.Find(copy.original);
    if (original == nullptr || original->kind == TreeEntry::Kind::kSymlink) {
      LeaveOut(copy.path, "a hard link to a file that is not in the tree");
      continue;
    }
    TRY(CheckRoom(copy.path, original->size_bytes));
    snapshot_.size_bytes += original->size_bytes;
    copied.push_back({copy.path, original->kind, original->content, original->size_bytes});
  }
  auto& entries = snapshot_.tree.entries;
  std::move(copied.begin(), copied.end(), std::back_inserter(entries));
  return Status::Ok();
}

Result<Snapshot> TreeBuilder::Finish() {
  TRY(Flush());
  auto& entries = snapshot_.tree.entries;
  const auto by_path = [](const TreeEntry& a, const TreeEntry& b) { return a.path < b.path; };
  std::sort(entries.begin(), entries.end(), by_path);
  TRY(ResolveCopies());
  std::sort(entries.begin(), entries.end(), by_path);
  const std::string manifest = EncodeTree(snapshot_.tree);
  // The reader's own rules decide whether this is a tree.
  if (const auto decoded = DecodeTree(manifest); !decoded.ok()) {
    return Status(Code::kInvalidArgument, "BAD_TREE", decoded.status().message());
  }
  TRY_ASSIGN(const std::vector<v1::Artifact> stored, artifacts_.PutAll({{manifest, kTreeType}}));
  snapshot_.tree_digest = stored.front().digest();
  return std::move(snapshot_);
}

}  // namespace inquest::sandbox
