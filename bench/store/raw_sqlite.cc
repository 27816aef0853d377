#include "bench/store/raw_sqlite.h"

#include <sqlite3.h>

#include <chrono>

#include "runtime/base/check.h"
#include "runtime/store/sqlite/journal_rows.h"
#include "runtime/store/sqlite/schema.h"

namespace inquest::store {

namespace {

constexpr char kSettings[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2048";

class Raw {
 public:
  explicit Raw(const std::string& path) {
    CHECK(sqlite3_open_v2(path.c_str(), &database_,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          nullptr) == SQLITE_OK);
    Execute(kSettings);
    for (const std::string_view tables : Migrations()) Execute(std::string(tables).c_str());
    insert_ = Prepare("INSERT INTO event VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)");
    insert_mark_ = Prepare("INSERT INTO event_mark VALUES (?1, ?2, ?3)");
    update_ = Prepare(
        "UPDATE investigation SET last_sequence = ?3, last_event = ?4, chain = ?5, updated_at_us = "
        "?6"
        " WHERE id = ?1 AND last_sequence = ?2");
  }
  ~Raw() {
    sqlite3_finalize(insert_);
    sqlite3_finalize(insert_mark_);
    sqlite3_finalize(update_);
    sqlite3_close(database_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void Execute(const char* sql) {
    CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  void Append(int head, const AppendRequest& request) {
    const std::string& event = request.events[0];
    const std::int64_t sequence = request.expected_sequence + 1;
    sqlite3_bind_int64(insert_, 1, head);
    sqlite3_bind_int64(insert_, 2, sequence);
    sqlite3_bind_int64(insert_, 3, request.expected_sequence);
    sqlite3_bind_int64(insert_, 4, request.recorded_at_us);
    sqlite3_bind_blob(insert_, 5, event.data(), static_cast<int>(event.size()), nullptr);
    sqlite3_bind_blob(insert_, 6, chain_.data(), static_cast<int>(chain_.size()), nullptr);
    Run(insert_);
    const sqlite3_int64 row = sqlite3_last_insert_rowid(database_);
    if (sequence % kMarkEvery == 0) {
      sqlite3_bind_int64(insert_mark_, 1, head);
      sqlite3_bind_int64(insert_mark_, 2, sequence);
      sqlite3_bind_int64(insert_mark_, 3, row);
      Run(insert_mark_);
    }
    sqlite3_bind_int64(update_, 1, head);
    sqlite3_bind_int64(update_, 2, request.expected_sequence);
    sqlite3_bind_int64(update_, 3, sequence);
    sqlite3_bind_int64(update_, 4, row);
    sqlite3_bind_blob(update_, 5, chain_.data(), static_cast<int>(chain_.size()), nullptr);
    sqlite3_bind_int64(update_, 6, request.recorded_at_us);
    Run(update_);
  }

  void MakeHead(int head, const AppendRequest& first) {
    const std::string sql = "INSERT INTO investigation VALUES (" + std::to_string(head) + ", '" +
                            first.id + "', '" + first.head.title +
                            "', 1, 0, 0, 0, 0, 0, zeroblob(32), 0, 0)";
    Execute(sql.c_str());
  }

 private:
  sqlite3_stmt* Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    CHECK(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) == SQLITE_OK);
    return statement;
  }

  static void Run(sqlite3_stmt* statement) {
    CHECK(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
  }

  const std::string chain_ = std::string(32, 'c');
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* insert_mark_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
};

}  // namespace

double RawGroupCommit(const std::string& path, const MakeRequest& make, int group, int groups) {
  Raw raw(path);
  for (int appender = 0; appender < group; ++appender) {
    raw.MakeHead(appender + 1, make(appender, 0));
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < groups; ++round) {
    raw.Execute("BEGIN IMMEDIATE");
    for (int appender = 0; appender < group; ++appender) {
      raw.Append(appender + 1, make(appender, round));
    }
    raw.Execute("COMMIT");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return group * groups / took.count();
}

}  // namespace inquest::store
