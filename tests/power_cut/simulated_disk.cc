#include "tests/power_cut/simulated_disk.h"

#include <algorithm>

namespace inquest::store {

namespace {

constexpr int kDirectory = -1;
constexpr std::int64_t kSectorBytes = 512;

std::string ParentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool Chance(std::mt19937_64& random, double probability) {
  return std::uniform_real_distribution<>(0, 1)(random) < probability;
}

// Of all the un-synced changes: none, all, or some reach the platter.
double KeptShare(std::mt19937_64& random) {
  constexpr std::array<double, 5> kShares = {0, 0.1, 0.5, 0.9, 1};
  return kShares[random() % kShares.size()];
}

}  // namespace

void SimulatedDisk::CutAt(std::int64_t change) {
  std::lock_guard lock(mutex_);
  cut_at_ = changes_ + change;
}

bool SimulatedDisk::cut() const {
  std::lock_guard lock(mutex_);
  return cut_;
}

void SimulatedDisk::CutNow() {
  std::lock_guard lock(mutex_);
  cut_ = true;
}

void SimulatedDisk::LieAbout(SyncSite site) {
  std::lock_guard lock(mutex_);
  lie_ = site;
}

std::set<SimulatedDisk::SyncSite> SimulatedDisk::sites() const {
  std::lock_guard lock(mutex_);
  return sites_;
}

void SimulatedDisk::FailWrites(Failure failure) {
  std::lock_guard lock(mutex_);
  write_failure_ = failure;
}

void SimulatedDisk::FailSyncs(Failure failure) {
  std::lock_guard lock(mutex_);
  sync_failure_ = failure;
}

SimulatedDisk::Failure SimulatedDisk::Step(Failure failure) {
  if (cut_) return Failure::kIo;
  ++changes_;
  if (changes_ == cut_at_) {
    cut_ = true;
    return Failure::kIo;
  }
  return failure;
}

bool SimulatedDisk::Lies(SyncSite site) {
  if (site == SyncSite::kNone) return false;
  sites_.insert(site);
  return site == lie_;
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::AfterCut(std::mt19937_64& random) const {
  std::lock_guard lock(mutex_);
  auto after = std::make_unique<SimulatedDisk>();
  after->lie_ = lie_;
  after->files_ = files_;
  for (File& file : after->files_) ApplyTornChanges(file, random);

  const double kept_share = KeptShare(random);
  std::map<int, bool> kept_groups;
  std::map<std::string, int> names = durable_names_;
  for (const NameChange& change : pending_names_) {
    const auto [group, is_new] = kept_groups.try_emplace(change.group, false);
    if (is_new) group->second = Chance(random, kept_share);
    if (!group->second) continue;
    if (change.inode) {
      names[change.path] = *change.inode;
    } else {
      names.erase(change.path);
    }
  }
  // In the order of the map a directory comes before what is in it.
  for (const auto& [path, inode] : names) {
    const std::string parent = ParentOf(path);
    if (parent == "/" || after->names_.count(parent) > 0) after->names_[path] = inode;
  }
  after->durable_names_ = after->names_;
  return after;
}

void SimulatedDisk::ApplyTornChanges(File& file, std::mt19937_64& random) const {
  const double kept_share = KeptShare(random);
  for (const Change& change : file.pending) {
    if (change.truncates) {
      if (Chance(random, kept_share)) Apply(file.durable, change);
      continue;
    }
    const auto size = static_cast<std::int64_t>(change.bytes.size());
    for (std::int64_t at = 0; at < size;) {
      const std::int64_t in_sector = kSectorBytes - (change.offset + at) % kSectorBytes;
      const std::int64_t count = std::min(in_sector, size - at);
      if (Chance(random, kept_share)) {
        const auto part =
            std::string_view(change.bytes)
                .substr(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
        Apply(file.durable, {.offset = change.offset + at, .bytes = std::string(part)});
      }
      at += count;
    }
  }
  file.pending.clear();
  file.seen = file.durable;
}

void SimulatedDisk::Apply(std::string& bytes, const Change& change) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.truncates) {
    bytes.resize(offset);
    return;
  }
  if (bytes.size() < offset + change.bytes.size()) bytes.resize(offset + change.bytes.size());
  bytes.replace(offset, change.bytes.size(), change.bytes);
}

bool SimulatedDisk::Exists(const std::string& path) const {
  std::lock_guard lock(mutex_);
  return names_.count(path) > 0;
}

void SimulatedDisk::SetName(const std::string& path, std::optional<int> inode, int group) {
  if (inode) {
    names_[path] = *inode;
  } else {
    names_.erase(path);
  }
  pending_names_.push_back(
      {.directory = ParentOf(path), .path = path, .inode = inode, .group = group});
}

bool SimulatedDisk::MakeDirectory(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (cut_) return false;
  if (names_.count(path) > 0) return true;
  const Failure failure = Step(write_failure_);
  if (failure == Failure::kNone || cut_) SetName(path, kDirectory, next_group_++);
  return failure == Failure::kNone;
}

std::optional<int> SimulatedDisk::OpenFile(const std::string& path, bool create, bool must_be_new) {
  std::lock_guard lock(mutex_);
  if (cut_) return std::nullopt;
  const auto found = names_.find(path);
  if (found != names_.end()) {
    if (must_be_new || found->second == kDirectory) return std::nullopt;
    return found->second;
  }
  if (!create) return std::nullopt;
  const Failure failure = Step(write_failure_);
  if (failure != Failure::kNone && !cut_) return std::nullopt;
  files_.emplace_back();
  const int inode = static_cast<int>(files_.size()) - 1;
  SetName(path, inode, next_group_++);
  if (failure != Failure::kNone) return std::nullopt;
  return inode;
}

std::int64_t SimulatedDisk::Size(int inode) const {
  std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(files_[static_cast<std::size_t>(inode)].seen.size());
}

std::string SimulatedDisk::ReadAt(int inode, std::int64_t offset, std::size_t size) const {
  std::lock_guard lock(mutex_);
  const std::string& seen = files_[static_cast<std::size_t>(inode)].seen;
  if (offset >= static_cast<std::int64_t>(seen.size())) return {};
  return seen.substr(static_cast<std::size_t>(offset), size);
}

SimulatedDisk::Failure SimulatedDisk::WriteAt(int inode, std::int64_t offset,
                                              std::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (cut_) return Failure::kIo;
  const Failure failure = Step(write_failure_);
  if (failure != Failure::kNone && !cut_) return failure;
  File& file = files_[static_cast<std::size_t>(inode)];
  file.pending.push_back({.offset = offset, .bytes = std::string(bytes)});
  Apply(file.seen, file.pending.back());
  return failure;
}

SimulatedDisk::Failure SimulatedDisk::Truncate(int inode, std::int64_t size) {
  std::lock_guard lock(mutex_);
  if (cut_) return Failure::kIo;
  const Failure failure = Step(write_failure_);
  if (failure != Failure::kNone && !cut_) return failure;
  File& file = files_[static_cast<std::size_t>(inode)];
  file.pending.push_back({.offset = size, .bytes = {}, .truncates = true});
  Apply(file.seen, file.pending.back());
  return failure;
}

SimulatedDisk::Failure SimulatedDisk::Sync(int inode, SyncSite site) {
  std::lock_guard lock(mutex_);
  const Failure failure = Step(sync_failure_);
  if (failure != Failure::kNone || Lies(site)) return failure;
  File& file = files_[static_cast<std::size_t>(inode)];
  for (const Change& change : file.pending) Apply(file.durable, change);
  file.pending.clear();
  return Failure::kNone;
}

SimulatedDisk::Failure SimulatedDisk::SyncDirectory(const std::string& path, SyncSite site) {
  std::lock_guard lock(mutex_);
  const Failure failure = Step(sync_failure_);
  if (failure != Failure::kNone || Lies(site)) return failure;
  std::set<int> groups;
  for (const NameChange& change : pending_names_) {
    if (change.directory == path) groups.insert(change.group);
  }
  const auto becomes_durable = [&](const NameChange& change) {
    if (groups.count(change.group) == 0) return false;
    if (change.inode) {
      durable_names_[change.path] = *change.inode;
    } else {
      durable_names_.erase(change.path);
    }
    return true;
  };
  pending_names_.erase(
      std::remove_if(pending_names_.begin(), pending_names_.end(), becomes_durable),
      pending_names_.end());
  return Failure::kNone;
}

bool SimulatedDisk::Rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  const auto found = names_.find(from);
  if (cut_ || found == names_.end()) return false;
  const Failure failure = Step(write_failure_);
  if (failure == Failure::kNone || cut_) {
    const int inode = found->second;
    const int group = next_group_++;
    SetName(from, std::nullopt, group);
    SetName(to, inode, group);
  }
  return failure == Failure::kNone;
}

bool SimulatedDisk::Remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (cut_ || names_.count(path) == 0) return false;
  const Failure failure = Step(Failure::kNone);
  SetName(path, std::nullopt, next_group_++);
  return failure == Failure::kNone;
}

std::vector<std::string> SimulatedDisk::List(const std::string& directory) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [path, inode] : names_) {
    if (ParentOf(path) == directory) names.push_back(path.substr(directory.size() + 1));
  }
  return names;
}

}  // namespace inquest::store
