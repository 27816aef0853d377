#include "runtime/store/sqlite/schema.h"

#include <array>
#include <string>

#include "inquest/v1/investigation.pb.h"

namespace inquest::store {

namespace {

static_assert(v1::STATE_ENDED == 4, "index investigation_unfinished says 4");

// Events lie in the order in which they came, and no index is touched per event: each row names its
// predecessor, the head names the last, and every 64th is entered in event_mark. (A primary key of
// investigation and sequence dirties a page per investigation and commit: 4x slower, 12x the
// bytes.)
//
// Artifact bodies lie in pieces of a quarter page, because a row of 2 to 4 KiB would have a page
// for itself; what is left over of a body lies in its artifact's row.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE investigation (
  id INTEGER PRIMARY KEY,                  -- creation order
  uid TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  state INTEGER NOT NULL,
  step INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  ended_by INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,          -- compare-and-set
  last_event INTEGER NOT NULL,             -- event.id
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  created_at_us INTEGER NOT NULL,
  updated_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX investigation_unfinished ON investigation (id) WHERE state <> 4;

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  investigation INTEGER NOT NULL,          -- no foreign key: its check costs a look-up per event
  sequence INTEGER NOT NULL,
  previous INTEGER NOT NULL,               -- event.id of sequence - 1; 0 for the first
  recorded_at_us INTEGER NOT NULL,
  payload BLOB NOT NULL,                   -- v1.Event
  chain BLOB NOT NULL) STRICT;             -- sha256(previous chain || payload)
CREATE TABLE event_mark (
  investigation INTEGER NOT NULL,
  sequence INTEGER NOT NULL,               -- a multiple of 64
  event INTEGER NOT NULL,
  PRIMARY KEY (investigation, sequence)) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (                      -- a row lives until its event is recorded
  investigation INTEGER NOT NULL REFERENCES investigation (id),
  effect_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  payload BLOB NOT NULL,                   -- v1.Effect
  PRIMARY KEY (investigation, effect_id)) STRICT, WITHOUT ROWID;
CREATE TABLE request (
  request_id TEXT PRIMARY KEY,
  body BLOB NOT NULL CHECK (length(body) = 32),
  investigation INTEGER NOT NULL REFERENCES investigation (id)) STRICT, WITHOUT ROWID;

CREATE TABLE artifact (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  size_bytes INTEGER NOT NULL,             -- of the raw bytes
  media_type TEXT NOT NULL,
  encoding INTEGER NOT NULL,               -- 0 raw, 1 zstd
  first_piece INTEGER NOT NULL,            -- artifact_piece.id of the first of `pieces`
  pieces INTEGER NOT NULL,
  body BLOB) STRICT;                       -- what is left over, before the pieces; NULL: a file
CREATE TABLE artifact_piece (
  id INTEGER PRIMARY KEY,
  body BLOB NOT NULL) STRICT;

CREATE TABLE run_memory (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
  identity BLOB NOT NULL CHECK (length(identity) = 32),
  equal_runs INTEGER NOT NULL,             -- -1: forgotten for good
  outcome BLOB NOT NULL,                   -- v1.RunOutcome
  source TEXT NOT NULL) STRICT;
)sql";

constexpr std::array<std::string_view, 1> kMigrations = {kVersion1};

Status CheckIdentity(Database& database, std::int64_t version) {
  TRY_ASSIGN(const std::int64_t application, database.QueryInt("PRAGMA application_id"));
  if (application == kApplicationId) return Status::Ok();
  TRY_ASSIGN(const std::int64_t tables, database.QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return Status::Ok();
  return {Code::kFailedPrecondition, "NOT_A_STORE",
          "the database belongs to another program (application id " + std::to_string(application) +
              ")"};
}

Status ApplyMigration(Database& database, std::string_view sql, std::size_t version) {
  TRY(database.Execute("BEGIN IMMEDIATE"));
  Status status = database.Execute(std::string(sql));
  if (status.ok()) {
    status = database.Execute("PRAGMA application_id = " + std::to_string(kApplicationId) +
                              "; PRAGMA user_version = " + std::to_string(version));
  }
  if (status.ok()) status = database.Execute("COMMIT");
  if (status.ok()) return status;
  if (database.in_transaction()) static_cast<void>(database.Execute("ROLLBACK"));
  return status.At("migrate to version " + std::to_string(version));
}

}  // namespace

std::span<const std::string_view> Migrations() { return kMigrations; }

Status Migrate(Database& database, std::span<const std::string_view> migrations) {
  TRY_ASSIGN(const std::int64_t found, database.QueryInt("PRAGMA user_version"));
  TRY(CheckIdentity(database, found));
  const auto version = static_cast<std::size_t>(found);
  if (found < 0 || version > migrations.size()) {
    return {Code::kFailedPrecondition, "STORE_TOO_NEW",
            "the database has version " + std::to_string(found) + ", this program knows up to " +
                std::to_string(migrations.size()) + "; use a newer inquest"};
  }
  TRY(database.Execute("PRAGMA journal_mode = WAL"));
  for (std::size_t next = version; next < migrations.size(); ++next) {
    TRY(ApplyMigration(database, migrations[next], next + 1));
  }
  return Status::Ok();
}

}  // namespace inquest::store
