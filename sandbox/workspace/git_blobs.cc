#include "sandbox/workspace/git_blobs.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "runtime/base/file.h"
#include "runtime/formats/printable.h"
#include "sandbox/workspace/git_head.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kListingBytesLimit = std::size_t{128} << 20U;
constexpr std::size_t kLineBytesLimit = 256;

Status Unreadable(const std::string& what) {
  return {Code::kFailedPrecondition, "GIT_FETCH_FAILED", "the git repository " + what};
}

struct Blob {
  std::string path;
  std::string id;
  std::string mode;
  std::int64_t size_bytes = 0;
};

// "<mode> <type> <id> <size>\t<path>"
Result<Blob> ParseListed(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == line.npos) return Unreadable("has a tree that cannot be read");
  std::vector<std::string_view> words;
  for (std::string_view rest = line.substr(0, tab); !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (end > 0) words.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (words.size() != 4 || !IsCommitId(words[2]))
    return Unreadable("has a tree that cannot be read");
  Blob blob{std::string(line.substr(tab + 1)), std::string(words[2]), std::string(words[0]), 0};
  if (words[1] != "blob") return blob;
  const auto [end, error] =
      std::from_chars(words[3].data(), words[3].data() + words[3].size(), blob.size_bytes);
  if (error != std::errc() || end != words[3].data() + words[3].size()) {
    return Unreadable("lacks the object of " + formats::Printable(blob.path));
  }
  return blob;
}

// Takes what `git cat-file --batch` prints for each blob in turn: "<id> blob <size>\n<bytes>\n".
class BlobReader {
 public:
  BlobReader(const std::vector<Blob>& blobs, TreeBuilder& builder)
      : blobs_(blobs), builder_(builder) {}

  Status Take(std::string_view bytes) {
    while (!bytes.empty()) {
      if (next_ == blobs_.size()) return Unreadable("sends more objects than were asked for");
      TRY(in_body_ ? TakeBody(bytes) : TakeLine(bytes));
    }
    return Status::Ok();
  }

  Status Finish() const {
    return next_ == blobs_.size() ? Status::Ok() : Unreadable("sends fewer objects than asked for");
  }

 private:
  Status TakeLine(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    const std::size_t size = end == bytes.npos ? bytes.size() : end + 1;
    held_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (held_.size() > kLineBytesLimit) return Unreadable("has an object that cannot be read");
    if (end == bytes.npos) return Status::Ok();
    const Blob& blob = blobs_[next_];
    if (held_ != blob.id + " blob " + std::to_string(blob.size_bytes) + '\n') {
      return Unreadable("lacks the object of " + formats::Printable(blob.path) +
                        " (a partial clone?)");
    }
    held_.clear();
    held_.reserve(static_cast<std::size_t>(blob.size_bytes) + 1);
    in_body_ = true;
    return Status::Ok();
  }

  Status TakeBody(std::string_view& bytes) {
    const Blob& blob = blobs_[next_];
    const std::size_t whole = static_cast<std::size_t>(blob.size_bytes) + 1;  // and its newline
    const std::size_t size = std::min(whole - held_.size(), bytes.size());
    held_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (held_.size() < whole) return Status::Ok();
    held_.pop_back();
    in_body_ = false;
    ++next_;
    std::string body = std::exchange(held_, {});
    if (blob.mode == "120000") return builder_.AddSymlink(blob.path, body);
    return builder_.AddFile(
        blob.path, blob.mode == "100755" ? TreeEntry::Kind::kExecutable : TreeEntry::Kind::kFile,
        std::move(body));
  }

  const std::vector<Blob>& blobs_;
  TreeBuilder& builder_;
  std::size_t next_ = 0;
  bool in_body_ = false;
  std::string held_;
};

// What the limits forbid is refused before any byte of it is read.
Result<std::vector<Blob>> Choose(std::string_view listing, TreeBuilder& builder,
                                 const SnapshotLimits& limits) {
  std::vector<Blob> blobs;
  std::int64_t total = 0;
  while (!listing.empty()) {
    const std::size_t end = listing.find('\0');
    if (end == listing.npos) return Unreadable("has a tree that cannot be read");
    TRY_ASSIGN(Blob blob, ParseListed(listing.substr(0, end)));
    listing.remove_prefix(end + 1);
    if (blob.mode == "160000") {
      builder.LeaveOut(blob.path, "a submodule");
      continue;
    }
    TRY(builder.CheckRoom(blob.path, blob.size_bytes));
    total += blob.size_bytes;
    if (total > limits.total_bytes || std::ssize(blobs) == limits.files) {
      return Status(Code::kResourceExhausted, "TARGET_TOO_LARGE",
                    "the revision has more than " + std::to_string(limits.files) + " files or " +
                        std::to_string(limits.total_bytes >> 20U) + " MiB");
    }
    blobs.push_back(std::move(blob));
  }
  return blobs;
}

}  // namespace

Result<Snapshot> ReadGitCommit(const GitProcess& git, const std::string& scratch_file,
                               const std::string& commit, store::ArtifactStore& artifacts,
                               const SnapshotLimits& limits) {
  TreeBuilder builder(artifacts, limits);
  const auto listing =
      git.Run({"ls-tree", "-r", "-z", "-l", "--full-tree", commit}, kListingBytesLimit);
  if (!listing.ok() && listing.status().reason() == "GIT_FAILED") {
    return Unreadable("cannot be read: " + listing.status().message());
  }
  if (!listing.ok()) return listing.status();
  TRY_ASSIGN(const std::vector<Blob> blobs, Choose(*listing, builder, limits));
  std::string wanted;
  for (const Blob& blob : blobs) wanted += blob.id + '\n';
  TRY(WriteFileAtomically(scratch_file, wanted, 0600, Durability::kNone));
  BlobReader reader(blobs, builder);
  TRY(git.Stream({"cat-file", "--batch", "--buffer"}, scratch_file,
                 [&](std::string_view bytes) { return reader.Take(bytes); }));
  TRY(reader.Finish());
  return builder.Finish();
}

}  // namespace inquest::sandbox
