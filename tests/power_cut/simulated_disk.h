#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest::store {

// A disk in memory under the file layer and under SQLite, which tells what was written from what
// was synced, so that its power can be cut.
//
// Until a file is synced, each 512-byte sector of each write may or may not be on the platter, in
// any order; until a directory is synced, each change of a name in it may or may not be. Names are
// paths; a file is known by its inode. Thread-safe.
class SimulatedDisk {
 public:
  // What a sync is for; one kind at a time can be turned into a lie. The tests know them all.
  enum class SyncSite {
    kNone,  // of the test itself
    kDatabase,
    kWriteAheadLog,
    kRollbackJournal,
    kBlobFile,
    kBlobShard,      // blobs/ab: the blob's name
    kBlobRoot,       // blobs/: the shard's name
    kDataDirectory,  // the data directory: the name of blobs/
    kLogName,        // the data directory: the names of SQLite's files
    kDataParent,     // the directory above it: its name
  };

  enum class Failure { kNone, kNoSpace, kIo, kReadOnly };

  SimulatedDisk() = default;

  // The power goes at the n-th change of the disk from now (1: the next); from then on every call
  // fails.
  void CutAt(std::int64_t change);
  void CutNow();
  bool cut() const;

  // Syncs at this site say OK and do nothing.
  void LieAbout(SyncSite site);
  // Sites that were synced so far.
  std::set<SyncSite> sites() const;

  // Every write (or every sync) fails this way until told otherwise.
  void FailWrites(Failure failure);
  void FailSyncs(Failure failure);

  // What is on the platter after the cut, drawn by `random`; all of it is synced.
  std::unique_ptr<SimulatedDisk> AfterCut(std::mt19937_64& random) const;

  // The calls of a file system. False, none: it failed, for `Failure` (kIo after the cut).
  bool Exists(const std::string& path) const;
  bool MakeDirectory(const std::string& path);
  // The inode; none if it is there already and `must_be_new`.
  std::optional<int> OpenFile(const std::string& path, bool create, bool must_be_new);
  std::int64_t Size(int inode) const;
  std::string ReadAt(int inode, std::int64_t offset, std::size_t size) const;
  Failure WriteAt(int inode, std::int64_t offset, std::string_view bytes);
  Failure Truncate(int inode, std::int64_t size);
  Failure Sync(int inode, SyncSite site);
  Failure SyncDirectory(const std::string& path, SyncSite site);
  bool Rename(const std::string& from, const std::string& to);
  bool Remove(const std::string& path);
  std::vector<std::string> List(const std::string& directory) const;

  // SQLite's locks on a file, kept here so that all connections to a disk meet.
  struct Locks {
    int shared = 0;
    bool reserved = false;
    bool pending = false;
    bool exclusive = false;
    std::vector<std::unique_ptr<char[]>> shared_memory;
    int shared_memory_users = 0;
    std::array<int, 8> slot_readers{};
    std::array<bool, 8> slot_writer{};
  };
  // Hold locks_mutex() while using it.
  Locks& LocksOf(const std::string& path) { return locks_[path]; }
  std::mutex& locks_mutex() { return locks_mutex_; }

 private:
  struct Change {  // of a file that is not synced
    std::int64_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct File {
    std::string seen;
    std::string durable;
    std::vector<Change> pending;
  };
  struct NameChange {  // of a directory that is not synced
    std::string directory;
    std::string path;
    std::optional<int> inode;  // none: the name goes
    int group = 0;             // both halves of a rename happen or none
  };

  // Counts a change. kIo: the power is gone (with this change, if it is the one to cut at).
  Failure Step(Failure failure);
  bool Lies(SyncSite site);
  void SetName(const std::string& path, std::optional<int> inode, int group);
  static void Apply(std::string& bytes, const Change& change);
  void ApplyTornChanges(File& file, std::mt19937_64& random) const;

  mutable std::mutex mutex_;
  std::map<std::string, int> names_;  // -1: a directory
  std::map<std::string, int> durable_names_;
  std::vector<NameChange> pending_names_;
  std::vector<File> files_;
  std::int64_t changes_ = 0;
  std::int64_t cut_at_ = 0;
  int next_group_ = 0;
  bool cut_ = false;
  SyncSite lie_ = SyncSite::kNone;
  std::set<SyncSite> sites_;
  Failure write_failure_ = Failure::kNone;
  Failure sync_failure_ = Failure::kNone;

  std::mutex locks_mutex_;
  std::map<std::string, Locks> locks_;
};

}  // namespace inquest::store
