#include "sandbox/workspace/tree_cache.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/base/log.h"
#include "sandbox/workspace/tree_writer.h"

namespace inquest::sandbox {

namespace {

constexpr char kTemporary[] = "new-";  // no digest starts so
constexpr char kTreeFolder[] = "/tree";
constexpr char kBootFile[] = "/boot";
constexpr std::uint64_t kMarkBytesMax = 200;

using TreeOnDisk = std::shared_ptr<const MaterialisedTree>;

void Remove(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error)
    Log(LogLevel::kWarning, "cannot remove a tree", {{"path", path}, {"why", error.message()}});
}

// A complete tree's directory: "<digest>.<owner>.<bytes on disk>".
struct Name {
  std::string digest;
  uid_t owner = 0;
  std::int64_t disk_bytes = 0;
};

std::string ToString(const Name& name) {
  return name.digest + '.' + std::to_string(name.owner) + '.' + std::to_string(name.disk_bytes);
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<Name> ParseName(const std::string& text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return std::nullopt;
  Name name;
  name.digest = text.substr(0, first);
  const std::string_view rest = text;
  if (!DigestFromHex(name.digest).ok() ||
      !ReadNumber(rest.substr(first + 1, second - first - 1), name.owner) ||
      !ReadNumber(rest.substr(second + 1), name.disk_bytes) || name.disk_bytes < 0) {
    return std::nullopt;
  }
  return name;
}

Result<std::vector<std::string>> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error) return ErrnoStatus("list " + directory, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TreeCache::TreeCache(std::string directory, store::ArtifactStore& artifacts,
                     const TreeCacheLimits& limits)
    : directory_(std::move(directory)), artifacts_(artifacts), limits_(limits) {}

Status TreeCache::Open() {
  TRY(MakeDirectories(directory_, 0711));
  TRY(ForgetEarlierTimes());
  return TakeInEarlier();
}

// After a power cut a name may be on disk whose bytes are not; syncing every file would cost more
// than writing the tree again. And in a copy of the directory the files may be anybody's.
Status TreeCache::ForgetEarlierTimes() {
  TRY_ASSIGN(std::string now, ReadFile("/proc/sys/kernel/random/boot_id", kMarkBytesMax));
  struct stat info {};
  if (::stat(directory_.c_str(), &info) != 0) return ErrnoStatus("look at " + directory_, errno);
  now += std::to_string(info.st_dev) + ' ' + std::to_string(info.st_ino) + '\n';
  const auto earlier = ReadFile(directory_ + kBootFile, kMarkBytesMax);
  if (earlier.ok() && *earlier == now) return Status::Ok();
  TRY_ASSIGN(const std::vector<std::string> names, NamesIn(directory_));
  for (const std::string& name : names) Remove(directory_ + '/' + name);
  return WriteFileAtomically(directory_ + kBootFile, now, 0600, Durability::kNone);
}

Status TreeCache::TakeInEarlier() {
  TRY_ASSIGN(const std::vector<std::string> names, NamesIn(directory_));
  std::lock_guard lock(mutex_);
  for (const std::string& text : names) {
    const std::string path = directory_ + '/' + text;
    const auto name = ParseName(text);
    if (!name) {
      if (path != directory_ + kBootFile) Remove(path);  // half made, or half written
      continue;
    }
    Entry& entry = entries_[{name->digest, name->owner}];
    entry.tree = std::make_shared<MaterialisedTree>(path + kTreeFolder, name->disk_bytes);
    disk_bytes_ += name->disk_bytes;
  }
  return Status::Ok();
}

Result<TreeOnDisk> TreeCache::Materialise(const std::string& tree_digest, uid_t owner) {
  // It becomes part of a path.
  if (const auto digest = DigestFromHex(tree_digest); !digest.ok()) return digest.status();
  const Key key(tree_digest, owner);
  {
    std::unique_lock lock(mutex_);
    while (true) {
      const auto [at, mine] = entries_.try_emplace(key);
      if (mine) break;
      if (at->second.tree) {
        at->second.last_use = ++uses_;
        return at->second.tree;
      }
      made_.wait(lock);
    }
  }
  auto made = Make(key);
  {
    std::lock_guard lock(mutex_);
    if (made.ok()) {
      entries_[key] = {*made, ++uses_};
    } else {
      entries_.erase(key);
    }
  }
  made_.notify_all();
  return made;
}

TreeOnDisk TreeCache::Hold(const std::string& path) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, entry] : entries_) {
    if (entry.tree && entry.tree->path() == path) return entry.tree;
  }
  return nullptr;
}

Result<TreeOnDisk> TreeCache::Make(const Key& key) {
  TRY_ASSIGN(const Tree tree, ReadTree(artifacts_, key.first));
  const std::int64_t disk_bytes = DiskBytes(tree);
  if (disk_bytes > limits_.tree_bytes || std::ssize(tree.entries) > limits_.tree_files) {
    return Status(Code::kResourceExhausted, "TREE_TOO_LARGE",
                  "tree " + key.first + " has " + std::to_string(tree.entries.size()) +
                      " files and takes " + std::to_string(disk_bytes) + " bytes");
  }
  std::vector<std::string> evicted;
  {
    std::lock_guard lock(mutex_);
    evicted = EvictLocked(disk_bytes);
    disk_bytes_ += disk_bytes;
  }
  for (const std::string& path : evicted) Remove(path);

  // Nobody but us enters the folder before it is given to its owner, as the last thing.
  const std::string temporary = directory_ + '/' + kTemporary + NewId();
  const std::string path = directory_ + '/' + ToString({key.first, key.second, disk_bytes});
  Status status = Status::Ok();
  if (::mkdir(temporary.c_str(), 0700) != 0) status = ErrnoStatus("make " + temporary, errno);
  if (status.ok()) status = WriteTree(tree, artifacts_, temporary + kTreeFolder, key.second);
  if (status.ok() && ::chown(temporary.c_str(), key.second, GroupOf(key.second)) != 0) {
    status = ErrnoStatus("give away " + temporary, errno);
  }
  if (status.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus("rename " + temporary, errno);
  }
  if (status.ok()) return std::make_shared<const MaterialisedTree>(path + kTreeFolder, disk_bytes);
  Remove(temporary);
  std::lock_guard lock(mutex_);
  disk_bytes_ -= disk_bytes;
  return status;
}

std::vector<std::string> TreeCache::EvictLocked(std::int64_t room_bytes) {
  std::vector<std::string> evicted;
  while (disk_bytes_ + room_bytes > limits_.disk_bytes) {
    auto oldest = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      // Ours is the only reference, and new ones are handed out under this lock.
      if (!at->second.tree || at->second.tree.use_count() > 1) continue;
      if (oldest == entries_.end() || at->second.last_use < oldest->second.last_use) oldest = at;
    }
    if (oldest == entries_.end()) break;
    const MaterialisedTree& tree = *oldest->second.tree;
    const std::string path = tree.path().substr(0, tree.path().size() + 1 - sizeof(kTreeFolder));
    const std::string away = directory_ + '/' + kTemporary + NewId();
    disk_bytes_ -= tree.disk_bytes();
    evicted.push_back(std::rename(path.c_str(), away.c_str()) == 0 ? away : path);
    entries_.erase(oldest);
  }
  return evicted;
}

}  // namespace inquest::sandbox
