#include "runtime/store/sqlite/sqlite_store.h"

#include <utility>

#include "runtime/store/blob_files.h"
#include "runtime/store/rules.h"
#include "runtime/store/sqlite/artifact_store.h"
#include "runtime/store/sqlite/jobs.h"
#include "runtime/store/sqlite/readers.h"
#include "runtime/store/sqlite/schema.h"
#include "runtime/store/sqlite/writer.h"

namespace inquest::store {

namespace {

constexpr int kWriterCacheKib = 2048;
constexpr int kReaderCacheKib = 512;

std::string ParentOf(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

DatabaseOptions OptionsOf(const SqliteOptions& options, DatabaseOptions::Access access) {
  const bool writes = access == DatabaseOptions::Access::kReadWrite;
  return {.path = options.directory + "/inquest.db",
          .vfs = options.vfs,
          .access = access,
          .busy_timeout_ms = static_cast<int>(options.busy_timeout.count()),
          .cache_kib = writes ? kWriterCacheKib : kReaderCacheKib};
}

}  // namespace

// Destroyed from the last to the first: the writer's connection is the last one to close, and folds
// the write-ahead log into the database; the lock goes after it.
struct SqliteStore::Parts {
  Parts(std::unique_ptr<FileLayer::Lock> held, FileLayer& layer, const SqliteOptions& options,
        std::unique_ptr<WriteTables> tables)
      : lock(std::move(held)),
        files(layer, options.directory),
        writer(std::move(tables), {options.checkpoint_pages, options.idle}),
        readers(OptionsOf(options, DatabaseOptions::Access::kReadOnly)),
        artifacts(files, readers, writer, options.compression) {}

  std::unique_ptr<FileLayer::Lock> lock;
  BlobFiles files;
  Writer writer;
  Readers readers;
  SqliteArtifacts artifacts;
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::Open(SqliteOptions options) {
  while (options.directory.size() > 1 && options.directory.back() == '/') {
    options.directory.pop_back();
  }
  FileLayer& files = options.files == nullptr ? PosixFiles() : *options.files;
  TRY(files.MakeDirectory(options.directory));
  TRY(files.SyncDirectory(ParentOf(options.directory)));
  TRY_ASSIGN(auto lock, files.TakeLock(options.directory + "/inquest.lock"));
  TRY_ASSIGN(Database database,
             Database::Open(OptionsOf(options, DatabaseOptions::Access::kReadWrite)));
  TRY(Migrate(database, Migrations()).At(options.directory));
  TRY_ASSIGN(auto tables, WriteTables::Open(std::move(database)));
  auto parts = std::make_unique<Parts>(std::move(lock), files, options, std::move(tables));
  TRY(parts->files.Clean());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

void SqliteStore::Append(AppendRequest request, Appended done) {
  const Status shape = CheckAppend(request);
  if (!shape.ok()) return done(shape);
  parts_->writer.Submit(std::make_unique<AppendJob>(std::move(request), std::move(done)));
}

Result<std::vector<JournalEvent>> SqliteStore::ReadEvents(const std::string& id,
                                                          std::int64_t after_sequence, int limit) {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.ReadEvents(id, after_sequence, limit);
}

Result<Head> SqliteStore::GetHead(const std::string& id) {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.GetHead(id);
}

Result<std::vector<Head>> SqliteStore::List(const ListQuery& query) {
  TRY(CheckQuery(query));
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.List(query);
}

Result<std::vector<Head>> SqliteStore::ListUnfinished() {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.ListUnfinished();
}

Result<std::vector<OutboxRow>> SqliteStore::ReadOutbox(const std::string& id) {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.ReadOutbox(id);
}

Result<std::optional<RequestRecord>> SqliteStore::FindRequest(const std::string& request_id) {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.FindRequest(request_id);
}

Status SqliteStore::RememberRun(const Digest& key, const Digest& outcome_identity, RunMemory run) {
  auto job = std::make_unique<RememberJob>(key, outcome_identity, run);
  std::future<Status> written = job->Result();
  parts_->writer.Submit(std::move(job));
  return written.get();
}

Result<std::optional<RunMemory>> SqliteStore::RecallRun(const Digest& key) {
  TRY_ASSIGN(Readers::Lease reader, parts_->readers.Take());
  return reader->journal.RecallRun(key);
}

Result<std::vector<v1::Artifact>> SqliteStore::PutAll(const std::vector<NewArtifact>& artifacts) {
  return parts_->artifacts.PutAll(artifacts);
}

Result<v1::Artifact> SqliteStore::Describe(const Digest& digest) {
  return parts_->artifacts.Describe(digest);
}

Result<std::string> SqliteStore::Read(const Digest& digest, std::int64_t offset,
                                      std::int64_t limit_bytes) {
  return parts_->artifacts.Read(digest, offset, limit_bytes);
}

}  // namespace inquest::store
