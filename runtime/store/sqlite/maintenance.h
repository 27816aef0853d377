#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/sqlite/database.h"
#include "runtime/store/sqlite/sqlite_store.h"

// What is done to the store of a directory as a whole. Functions block on I/O; errors are those
// that Store lists, and NOT_FOUND (NO_STORE) where the directory holds none.
namespace inquest::store {

// Called now and then with what is done of what there is: for people.
using StoreProgress = std::function<void(std::int64_t done, std::int64_t of)>;

struct BackedUp {
  std::int64_t artifacts_as_files = 0;
  std::int64_t bytes = 0;
};
// Copies the store as it is at one moment into a new directory, which Open takes as it is; a daemon
// may be writing meanwhile. All of it is on disk when this returns. ALREADY_EXISTS (BACKUP_EXISTS).
// What a failure left behind is no backup, and stays.
Result<BackedUp> BackUp(const std::string& directory, const std::string& into,
                        const StoreProgress& progress);

struct Checked {
  std::int64_t investigations = 0;
  std::int64_t events = 0;
  std::int64_t artifacts = 0;
  std::int64_t raw_bytes = 0;
  // One line each, the first kProblemsMax; empty: everything is as it was written.
  std::vector<std::string> problems;
};
inline constexpr std::size_t kProblemsMax = 100;
// Reads everything: the database's own structure, the hash chain of every journal, the bytes of
// every artifact against their digest. A daemon may be writing meanwhile.
Result<Checked> CheckStore(const std::string& directory, const StoreProgress& progress);

struct Removed {
  std::int64_t investigations = 0;
  std::int64_t artifacts = 0;
  std::int64_t raw_bytes = 0;  // of these artifacts
};

// The store of a directory, held alone. Not thread-safe.
class Maintenance {
 public:
  // FAILED_PRECONDITION (STORE_IN_USE): a daemon has it.
  static Result<Maintenance> Open(const std::string& directory);

  // For reading; nothing may be appended.
  Store& store() { return *store_; }

  // Removes these investigations, and every artifact that is not among `named`: in one transaction,
  // then the files, so that a crash in between leaves files that the next call removes.
  Result<Removed> Remove(const std::vector<std::string>& investigations,
                         const std::unordered_set<Digest>& named);

  // Gives the space of what was removed back to the file system. Needs as much as the database has.
  Status Vacuum();
  // Of the database file.
  Result<std::int64_t> DatabaseBytes();

 private:
  Maintenance(std::string directory, std::unique_ptr<SqliteStore> store, Database database)
      : directory_(std::move(directory)),
        store_(std::move(store)),
        database_(std::move(database)) {}

  Status RemoveRows(const std::vector<std::string>& investigations,
                    const std::unordered_set<Digest>& named, Removed& removed);
  Status RemoveJournals(const std::vector<std::string>& investigations, Removed& removed);
  Status RemoveArtifacts(const std::unordered_set<Digest>& named, Removed& removed);

  std::string directory_;
  std::unique_ptr<SqliteStore> store_;
  Database database_;
};

}  // namespace inquest::store
