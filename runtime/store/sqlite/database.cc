#include "runtime/store/sqlite/database.h"

#include <sqlite3.h>

#include <cerrno>

namespace inquest::store {

namespace {

Status LastError(sqlite3* handle, std::string_view what) {
  return SqliteStatus(sqlite3_extended_errcode(handle), sqlite3_system_errno(handle), what,
                      sqlite3_errmsg(handle));
}

int NoteWalPages(void* pages, sqlite3* /*handle*/, const char* /*schema*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Status SqliteStatus(int result_code, int system_errno, std::string_view what,
                    std::string_view message) {
  const auto status = [&](Code code, const char* reason) {
    return Status(code, reason, std::string(what) + ": " + std::string(message));
  };
  if (result_code == SQLITE_IOERR_FSYNC || result_code == SQLITE_IOERR_DIR_FSYNC) {
    return status(Code::kDataLoss, "JOURNAL_SYNC_FAILED");
  }
  switch (result_code & 0xff) {
    case SQLITE_FULL:
      return status(Code::kResourceExhausted, "DISK_FULL");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return status(Code::kFailedPrecondition, "READ_ONLY_FILE_SYSTEM");
    case SQLITE_CANTOPEN:
      if (system_errno == EROFS) {
        return status(Code::kFailedPrecondition, "READ_ONLY_FILE_SYSTEM");
      }
      return status(Code::kFailedPrecondition, "STORE_CANNOT_OPEN");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return status(Code::kUnavailable, "STORE_LOCKED");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return status(Code::kDataLoss, "STORE_DAMAGED");
    case SQLITE_NOMEM:
      return status(Code::kResourceExhausted, "OUT_OF_MEMORY");
    case SQLITE_IOERR:
      if (system_errno == ENOSPC || system_errno == EDQUOT) {
        return status(Code::kResourceExhausted, "DISK_FULL");
      }
      if (system_errno == EROFS) {
        return status(Code::kFailedPrecondition, "READ_ONLY_FILE_SYSTEM");
      }
      return status(Code::kUnavailable, "STORE_IO_FAILED");
    default:
      return status(Code::kInternal, "STORE_FAILED");
  }
}

Execution::~Execution() {
  // The bindings stay, and may dangle: Statement::With binds every one of them before the next run.
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

Result<bool> Execution::Step() {
  if (bind_error_ != SQLITE_OK) {
    return SqliteStatus(bind_error_, 0, sqlite3_sql(statement_), sqlite3_errstr(bind_error_));
  }
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return LastError(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

Status Execution::Run() {
  const Result<bool> row = Step();
  return row.ok() ? Status::Ok() : row.status();
}

std::int64_t Execution::Int(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Execution::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Execution::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Execution::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<Digest> Execution::DigestAt(int column) const {
  Result<Digest> digest = DigestFromBytes(Bytes(column));
  if (digest.ok()) return digest;
  return Status(Code::kDataLoss, "STORE_DAMAGED",
                "a digest in the database: " + digest.status().message());
}

void Execution::Bind(int index, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_, index, value);
}

void Execution::Bind(int index, std::string_view text) {
  // A null pointer would bind NULL, not the empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  bind_error_ |= sqlite3_bind_text64(statement_, index, data, text.size(), nullptr, SQLITE_UTF8);
}

void Execution::Bind(int index, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  bind_error_ |= sqlite3_bind_blob64(statement_, index, data, blob.bytes.size(), nullptr);
}

void Execution::Bind(int index, const Digest& digest) {
  bind_error_ |=
      sqlite3_bind_blob64(statement_, index, digest.bytes.data(), digest.bytes.size(), nullptr);
}

void Execution::Bind(int index, Null /*null*/) {
  bind_error_ |= sqlite3_bind_null(statement_, index);
}

Statement::Statement(sqlite3_stmt* statement)
    : statement_(statement), parameters_(sqlite3_bind_parameter_count(statement)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Result<Database> Database::Open(const DatabaseOptions& options) {
  const bool writes = options.access == DatabaseOptions::Access::kReadWrite;
  const int flags = (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(options.path.c_str(), &raw, flags,
                                 options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database(raw);  // owns the handle even when opening failed
  if (raw == nullptr) return SqliteStatus(SQLITE_NOMEM, 0, "open " + options.path, "no memory");
  if (rc != SQLITE_OK) return LastError(raw, "open " + options.path);
  const Status configured = database.Configure(options);
  if (!configured.ok()) return configured.At("open " + options.path);
  return database;
}

Status Database::Configure(const DatabaseOptions& options) {
  busy_timeout_ms_ = options.busy_timeout_ms;
  sqlite3_busy_timeout(handle_, busy_timeout_ms_);
  for (const auto& [setting, on] :
       {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        std::pair{SQLITE_DBCONFIG_DQS_DML, 0}, std::pair{SQLITE_DBCONFIG_DQS_DDL, 0},
        std::pair{SQLITE_DBCONFIG_ENABLE_FKEY, 1}}) {
    if (sqlite3_db_config(handle_, setting, on, nullptr) != SQLITE_OK) {
      return LastError(handle_, "configure");
    }
  }
  TRY(Execute("PRAGMA cache_size = -" + std::to_string(options.cache_kib)));
  if (options.access == DatabaseOptions::Access::kReadOnly) return Status::Ok();
  // The hook replaces SQLite's automatic checkpoint, which keeps its errors to itself.
  sqlite3_wal_hook(handle_, NoteWalPages, wal_pages_.get());
  return Execute("PRAGMA synchronous = FULL");
}

Database::~Database() {
  // _v2: never leaks the file, even if a statement is still there.
  sqlite3_close_v2(handle_);
}

Status Database::Execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
    return Status::Ok();
  }
  return LastError(handle_, sql);
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (rc != SQLITE_OK) return LastError(handle_, sql);
  return Statement(raw);
}

Result<std::int64_t> Database::QueryInt(std::string_view sql) {
  TRY_ASSIGN(Statement statement, Prepare(sql));
  Execution execution = statement.With();
  TRY_ASSIGN(const bool row, execution.Step());
  if (!row) return Status(Code::kInternal, "STORE_FAILED", std::string(sql) + ": no row");
  return execution.Int(0);
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
int Database::wal_pages() const { return *wal_pages_; }

Status Database::Checkpoint() { return CheckpointAs(SQLITE_CHECKPOINT_PASSIVE); }

Status Database::CheckpointAndTruncate() {
  sqlite3_busy_timeout(handle_, 0);
  Status status = CheckpointAs(SQLITE_CHECKPOINT_TRUNCATE);
  sqlite3_busy_timeout(handle_, busy_timeout_ms_);
  return status;
}

Status Database::CheckpointAs(int mode) {
  const int rc = sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, nullptr, nullptr);
  // Busy: a reader holds a part of the log; the next checkpoint takes it.
  if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY) return Status::Ok();
  return LastError(handle_, "checkpoint");
}

void Database::KeepLogOnClose() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

}  // namespace inquest::store
