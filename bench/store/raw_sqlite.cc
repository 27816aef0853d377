#include "bench/store/raw_sqlite.h"

#include <sqlite3.h>

#include <chrono>

#include "runtime/base/check.h"

namespace inquest::store {

namespace {

constexpr char kSchema[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -2048;
CREATE TABLE head (
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, title TEXT NOT NULL, state INTEGER NOT NULL,
  step INTEGER NOT NULL, outcome INTEGER NOT NULL, ended_by INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL, last_event INTEGER NOT NULL, chain BLOB NOT NULL,
  created_at_us INTEGER NOT NULL, updated_at_us INTEGER NOT NULL) STRICT;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, investigation INTEGER NOT NULL, sequence INTEGER NOT NULL,
  previous INTEGER NOT NULL, recorded_at_us INTEGER NOT NULL, payload BLOB NOT NULL,
  chain BLOB NOT NULL) STRICT;
)sql";

class Raw {
 public:
  explicit Raw(const std::string& path) {
    CHECK(sqlite3_open_v2(path.c_str(), &database_,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          nullptr) == SQLITE_OK);
    Execute(kSchema);
    insert_ = Prepare("INSERT INTO event VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)");
    update_ = Prepare(
        "UPDATE head SET last_sequence = ?3, last_event = ?4, chain = ?5, updated_at_us = ?6"
        " WHERE id = ?1 AND last_sequence = ?2");
  }
  ~Raw() {
    sqlite3_finalize(insert_);
    sqlite3_finalize(update_);
    sqlite3_close(database_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void Execute(const char* sql) {
    CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  void Append(int head, int sequence, const std::string& event) {
    const std::string chain(32, 'c');
    sqlite3_bind_int(insert_, 1, head);
    sqlite3_bind_int(insert_, 2, sequence);
    sqlite3_bind_int(insert_, 3, sequence - 1);
    sqlite3_bind_int64(insert_, 4, kTimeUs);
    sqlite3_bind_blob(insert_, 5, event.data(), static_cast<int>(event.size()), nullptr);
    sqlite3_bind_blob(insert_, 6, chain.data(), static_cast<int>(chain.size()), nullptr);
    Run(insert_);
    sqlite3_bind_int(update_, 1, head);
    sqlite3_bind_int(update_, 2, sequence - 1);
    sqlite3_bind_int(update_, 3, sequence);
    sqlite3_bind_int64(update_, 4, sqlite3_last_insert_rowid(database_));
    sqlite3_bind_blob(update_, 5, chain.data(), static_cast<int>(chain.size()), nullptr);
    sqlite3_bind_int64(update_, 6, kTimeUs);
    Run(update_);
  }

  void MakeHead(int head) {
    const std::string sql = "INSERT INTO head VALUES (" + std::to_string(head) + ", 'head" +
                            std::to_string(head) +
                            "', 'a title', 1, 1, 0, 0, 0, 0, zeroblob(32), 0, 0)";
    Execute(sql.c_str());
  }

 private:
  static constexpr sqlite3_int64 kTimeUs = 1'700'000'000'000'000;

  sqlite3_stmt* Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    CHECK(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) == SQLITE_OK);
    return statement;
  }

  static void Run(sqlite3_stmt* statement) {
    CHECK(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
};

}  // namespace

double RawGroupCommit(const std::string& path, const std::string& event, int group, int groups) {
  Raw raw(path);
  for (int head = 1; head <= group; ++head) raw.MakeHead(head);
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 1; round <= groups; ++round) {
    raw.Execute("BEGIN IMMEDIATE");
    for (int head = 1; head <= group; ++head) raw.Append(head, round, event);
    raw.Execute("COMMIT");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return group * groups / took.count();
}

}  // namespace inquest::store
