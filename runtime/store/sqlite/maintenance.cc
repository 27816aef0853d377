#include "runtime/store/sqlite/maintenance.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/store/blob_files.h"
#include "runtime/store/sqlite/artifact_store.h"
#include "runtime/store/sqlite/tables.h"

namespace inquest::store {
namespace {

constexpr unsigned kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;
constexpr int kEventsAtOnce = 500;
// Stored bytes are smaller than raw ones, or raw ones.
constexpr std::size_t kStoredLimitBytes = static_cast<std::size_t>(kArtifactLimitBytes);

DatabaseOptions OptionsOf(const std::string& directory, DatabaseOptions::Access access) {
  DatabaseOptions options;
  options.path = directory + "/inquest.db";
  options.access = access;
  return options;
}

Status CheckThereIsOne(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory + "/inquest.db", error)) return Status::Ok();
  return {Code::kNotFound, "NO_STORE", "there is no inquest.db in " + directory};
}

Status SyncFile(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("open " + path, errno);
  return ::fsync(fd.get()) == 0 ? Status::Ok() : ErrnoStatus("sync " + path, errno);
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

Result<std::vector<Digest>> FileArtifacts(Database& database) {
  TRY_ASSIGN(Statement select, database.Prepare("SELECT digest FROM artifact WHERE body IS NULL"));
  std::vector<Digest> digests;
  Execution row = select.With();
  while (true) {
    TRY_ASSIGN(const bool more, row.Step());
    if (!more) return digests;
    TRY_ASSIGN(const Digest digest, row.DigestAt(0));
    digests.push_back(digest);
  }
}

// The structure, as SQLite sees it.
Status CheckStructure(Database& database, Checked& checked) {
  TRY_ASSIGN(Statement check, database.Prepare("PRAGMA integrity_check(20)"));
  Execution row = check.With();
  while (true) {
    TRY_ASSIGN(const bool more, row.Step());
    if (!more) return Status::Ok();
    const std::string line = row.Text(0);
    if (line != "ok") checked.problems.push_back("database: " + line);
  }
}

// Every row of a table with an id, a page at a time: no read transaction stays open for long.
template <typename Take>
Status ForEach(Database& database, const std::string& table, const std::string& column,
               const Take& take) {
  constexpr std::int64_t kPage = 500;
  TRY_ASSIGN(Statement page, database.Prepare("SELECT id, " + column + " FROM " + table +
                                              " WHERE id > ?1 ORDER BY id LIMIT ?2"));
  std::int64_t after = 0;
  while (true) {
    std::vector<std::string> values;
    {
      Execution row = page.With(after, kPage);
      while (true) {
        TRY_ASSIGN(const bool more, row.Step());
        if (!more) break;
        after = row.Int(0);
        values.push_back(row.Bytes(1));
      }
    }
    if (values.empty()) return Status::Ok();
    for (const std::string& value : values) TRY(take(value));
  }
}

class Checking {
 public:
  Checking(ReadTables& tables, BlobFiles& files, const StoreProgress& progress)
      : tables_(tables), files_(files), progress_(progress) {}

  Result<Checked> Run() {
    TRY(CheckStructure(tables_.database, checked_));
    TRY_ASSIGN(const std::int64_t journals,
               tables_.database.QueryInt("SELECT count(*) FROM investigation"));
    TRY_ASSIGN(const std::int64_t artifacts,
               tables_.database.QueryInt("SELECT count(*) FROM artifact"));
    all_ = journals + artifacts;
    TRY(ForEach(tables_.database, "investigation", "uid",
                [this](const std::string& id) { return Journal(id); }));
    TRY(ForEach(tables_.database, "artifact", "digest",
                [this](const std::string& bytes) { return Artifact(bytes); }));
    return std::move(checked_);
  }

 private:
  void Problem(const std::string& what, const Status& status) {
    if (checked_.problems.size() < kProblemsMax) {
      checked_.problems.push_back(what + ": " + status.message());
    }
  }

  void Counted() { progress_(checked_.investigations + checked_.artifacts, all_); }

  Status Journal(const std::string& id) {
    ++checked_.investigations;
    std::int64_t sequence = 0;
    while (true) {
      const auto events = tables_.journal.ReadEvents(id, sequence, kEventsAtOnce);
      if (!events.ok()) Problem("investigation " + id, events.status());
      if (!events.ok() || events->empty()) break;
      sequence = events->back().sequence;
      checked_.events += static_cast<std::int64_t>(events->size());
    }
    Counted();
    return Status::Ok();
  }

  Status Artifact(const std::string& bytes) {
    ++checked_.artifacts;
    const Result<Digest> digest = DigestFromBytes(bytes);
    if (!digest.ok()) {
      Problem("an artifact", digest.status());
      return Status::Ok();
    }
    auto stored = tables_.artifacts.Read(*digest);
    if (!stored.ok()) {
      Problem("artifact " + digest->ToHex(), stored.status());
    } else if (stored->has_value()) {
      const Result<std::string> raw = VerifiedBytes(**std::move(stored), files_, *digest);
      if (raw.ok()) checked_.raw_bytes += static_cast<std::int64_t>(raw->size());
      if (!raw.ok()) Problem("artifact " + digest->ToHex(), raw.status());
    }
    Counted();
    return Status::Ok();
  }

  ReadTables& tables_;
  BlobFiles& files_;
  const StoreProgress& progress_;
  Checked checked_;
  std::int64_t all_ = 0;
};

}  // namespace

Result<BackedUp> BackUp(const std::string& directory, const std::string& into,
                        const StoreProgress& progress) {
  TRY(CheckThereIsOne(directory));
  std::error_code error;
  if (std::filesystem::exists(into, error)) {
    return Status(Code::kAlreadyExists, "BACKUP_EXISTS", into + " is there already");
  }
  TRY(MakeDirectories(into, kPrivateDirectory));
  const std::string copy = into + "/inquest.db";
  {
    TRY_ASSIGN(Database database,
               Database::Open(OptionsOf(directory, DatabaseOptions::Access::kReadOnly)));
    TRY(database.Execute("VACUUM INTO " + Quoted(copy)));
  }
  if (::chmod(copy.c_str(), kPrivateFile) != 0) return ErrnoStatus("close " + copy, errno);
  TRY(SyncFile(copy));
  // What the copy names as files was written before it, and never changes.
  TRY_ASSIGN(Database database,
             Database::Open(OptionsOf(into, DatabaseOptions::Access::kReadOnly)));
  TRY_ASSIGN(const std::vector<Digest> files, FileArtifacts(database));
  BlobFiles from(PosixFiles(), directory);
  BlobFiles to(PosixFiles(), into);
  BackedUp done;
  for (const Digest& digest : files) {
    TRY_ASSIGN(const std::string bytes, from.Read(digest, kStoredLimitBytes));
    TRY(to.Write(digest, bytes));
    done.bytes += static_cast<std::int64_t>(bytes.size());
    progress(++done.artifacts_as_files, static_cast<std::int64_t>(files.size()));
  }
  done.bytes += static_cast<std::int64_t>(std::filesystem::file_size(copy, error));
  TRY(SyncDirectory(into));
  return done;
}

Result<Checked> CheckStore(const std::string& directory, const StoreProgress& progress) {
  TRY(CheckThereIsOne(directory));
  TRY_ASSIGN(const auto tables,
             ReadTables::Open(OptionsOf(directory, DatabaseOptions::Access::kReadOnly)));
  BlobFiles files(PosixFiles(), directory);
  return Checking(*tables, files, progress).Run();
}

Result<Maintenance> Maintenance::Open(const std::string& directory) {
  TRY(CheckThereIsOne(directory));
  SqliteOptions options;
  options.directory = directory;
  TRY_ASSIGN(auto store, SqliteStore::Open(options));
  TRY_ASSIGN(Database database,
             Database::Open(OptionsOf(directory, DatabaseOptions::Access::kReadWrite)));
  return Maintenance(directory, std::move(store), std::move(database));
}

Result<Removed> Maintenance::Remove(const std::vector<std::string>& investigations,
                                    const std::unordered_set<Digest>& named) {
  Removed removed;
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  Status status = RemoveRows(investigations, named, removed);
  if (status.ok()) status = database_.Execute("COMMIT");
  if (!status.ok()) {
    if (database_.in_transaction()) static_cast<void>(database_.Execute("ROLLBACK"));
    return status;
  }
  TRY_ASSIGN(const std::vector<Digest> kept, FileArtifacts(database_));
  BlobFiles files(PosixFiles(), directory_);
  TRY(files.RemoveAllBut({kept.begin(), kept.end()}));
  return removed;
}

Status Maintenance::RemoveRows(const std::vector<std::string>& investigations,
                               const std::unordered_set<Digest>& named, Removed& removed) {
  TRY(RemoveJournals(investigations, removed));
  return RemoveArtifacts(named, removed);
}

Status Maintenance::RemoveJournals(const std::vector<std::string>& investigations,
                                   Removed& removed) {
  TRY(
      database_.Execute("CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY, uid TEXT);"
                        "DELETE FROM doomed"));
  {
    TRY_ASSIGN(Statement insert,
               database_.Prepare("INSERT OR IGNORE INTO doomed SELECT id, uid FROM investigation"
                                 " WHERE uid = ?1"));
    for (const std::string& id : investigations) TRY(insert.With(id).Run());
  }
  // One pass over the events, which no index finds by their investigation.
  for (const char* table : {"outbox", "request", "event_mark", "event"}) {
    TRY(database_.Execute("DELETE FROM " + std::string(table) +
                          " WHERE investigation IN (SELECT id FROM doomed)"));
  }
  // A remembered run's outputs are named by the investigation that it was first seen in.
  TRY(
      database_.Execute("DELETE FROM run_memory WHERE equal_runs >= 0"
                        " AND substr(source, 1, instr(source, '/') - 1) IN"
                        " (SELECT uid FROM doomed)"));
  TRY(database_.Execute("DELETE FROM investigation WHERE id IN (SELECT id FROM doomed)"));
  removed.investigations = database_.changed_rows();
  return Status::Ok();
}

Status Maintenance::RemoveArtifacts(const std::unordered_set<Digest>& named, Removed& removed) {
  struct Row {
    std::int64_t id;
    std::int64_t first_piece;
    std::int64_t pieces;
  };
  std::vector<Row> rows;
  {
    TRY_ASSIGN(
        Statement select,
        database_.Prepare("SELECT id, digest, size_bytes, first_piece, pieces FROM artifact"));
    Execution row = select.With();
    while (true) {
      TRY_ASSIGN(const bool more, row.Step());
      if (!more) break;
      TRY_ASSIGN(const Digest digest, row.DigestAt(1));
      if (named.contains(digest)) continue;
      removed.raw_bytes += row.Int(2);
      rows.push_back({row.Int(0), row.Int(3), row.Int(4)});
    }
  }
  TRY_ASSIGN(Statement pieces,
             database_.Prepare("DELETE FROM artifact_piece WHERE id >= ?1 AND id < ?1 + ?2"));
  TRY_ASSIGN(Statement artifact, database_.Prepare("DELETE FROM artifact WHERE id = ?1"));
  for (const Row& row : rows) {
    TRY(pieces.With(row.first_piece, row.pieces).Run());
    TRY(artifact.With(row.id).Run());
    ++removed.artifacts;
  }
  return Status::Ok();
}

Status Maintenance::Vacuum() {
  TRY(database_.Execute("VACUUM"));
  return database_.CheckpointAndTruncate();
}

Result<std::int64_t> Maintenance::DatabaseBytes() {
  TRY_ASSIGN(const std::int64_t pages, database_.QueryInt("PRAGMA page_count"));
  TRY_ASSIGN(const std::int64_t page, database_.QueryInt("PRAGMA page_size"));
  return pages * page;
}

}  // namespace inquest::store
