#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/digest.h"
#include "runtime/base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace inquest::store {

// Bytes for a BLOB column; a string_view alone is TEXT. Borrowed until the execution ends.
struct Blob {
  std::string_view bytes;
};
struct Null {};

// One run of a statement: steps through its rows and resets it at the end of its scope.
class Execution {
 public:
  explicit Execution(sqlite3_stmt* statement) : statement_(statement) {}
  ~Execution();
  Execution(Execution&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), bind_error_(other.bind_error_) {}
  Execution& operator=(Execution&&) = delete;

  // True: there is a row, and the columns below are its.
  Result<bool> Step();
  // For statements without rows.
  Status Run();

  std::int64_t Int(int column) const;
  std::string Text(int column) const;
  std::string Bytes(int column) const;
  bool IsNull(int column) const;
  // DATA_LOSS (STORE_DAMAGED) if the column does not hold 32 bytes.
  Result<Digest> DigestAt(int column) const;

 private:
  friend class Statement;
  void Bind(int index, std::int64_t value);
  void Bind(int index, int value) { Bind(index, std::int64_t{value}); }
  void Bind(int index, std::string_view text);
  void Bind(int index, Blob blob);
  void Bind(int index, const Digest& digest);
  void Bind(int index, Null null);

  sqlite3_stmt* statement_;
  int bind_error_ = 0;
};

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement);
  ~Statement();
  Statement(Statement&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), parameters_(other.parameters_) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(parameters_, other.parameters_);
    return *this;
  }

  // Binds the arguments to ?1, ?2, ..., all of them: what the run before borrowed may be gone. One
  // execution at a time.
  template <typename... Args>
  Execution With(const Args&... args) {
    CHECK(static_cast<int>(sizeof...(args)) == parameters_);
    Execution execution(statement_);
    int index = 0;
    (execution.Bind(++index, args), ...);
    return execution;
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int parameters_ = 0;
};

struct DatabaseOptions {
  std::string path;
  std::string vfs;  // empty: the system's
  enum class Access { kReadOnly, kReadWrite } access = Access::kReadOnly;
  int busy_timeout_ms = 5000;
  int cache_kib = 512;
};

// One connection, used by one thread at a time. Statements must be destroyed before it. Errors are
// those that Store lists.
class Database {
 public:
  static Result<Database> Open(const DatabaseOptions& options);
  ~Database();
  Database(Database&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)),
        busy_timeout_ms_(other.busy_timeout_ms_),
        wal_pages_(std::move(other.wal_pages_)) {}
  Database& operator=(Database&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(busy_timeout_ms_, other.busy_timeout_ms_);
    std::swap(wal_pages_, other.wal_pages_);
    return *this;
  }

  Status Execute(const std::string& sql);
  // Kept for long: parsed once.
  Result<Statement> Prepare(std::string_view sql);
  Result<std::int64_t> QueryInt(std::string_view sql);

  std::int64_t last_insert_id() const;
  std::int64_t changed_rows() const;
  bool in_transaction() const;

  // Copies the write-ahead log back as far as readers allow, and never waits for them.
  Status Checkpoint();
  // The same, and if all was copied makes the log empty.
  Status CheckpointAndTruncate();
  // Pages that lie in the write-ahead log after the last commit.
  int wal_pages() const;
  // Leaves the log as it is when the connection closes: after a failed fsync nothing more is moved.
  void KeepLogOnClose();

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Status Configure(const DatabaseOptions& options);
  Status CheckpointAs(int mode);

  sqlite3* handle_;
  int busy_timeout_ms_ = 0;
  // On the heap, because SQLite keeps the address while a Database moves.
  std::unique_ptr<int> wal_pages_ = std::make_unique<int>(0);
};

// What an extended SQLite result code means to a store; `message` says more.
Status SqliteStatus(int result_code, int system_errno, std::string_view what,
                    std::string_view message);

}  // namespace inquest::store
