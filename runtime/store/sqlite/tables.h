#pragma once

#include <memory>
#include <utility>

#include "runtime/store/sqlite/artifact_rows.h"
#include "runtime/store/sqlite/database.h"
#include "runtime/store/sqlite/journal_reader.h"
#include "runtime/store/sqlite/journal_writer.h"

namespace inquest::store {

// The connection that writes, with its statements. Belongs to the writer's thread.
class WriteTables {
 public:
  static Result<std::unique_ptr<WriteTables>> Open(Database database);

  Status Begin() { return begin_.With().Run(); }
  Status Commit() { return commit_.With().Run(); }
  Status Rollback() { return rollback_.With().Run(); }
  Status RememberRun(const Digest& key, const Digest& outcome_identity, const RunMemory& run);

  // In this order: statements go before their connection.
  Database database;
  JournalWriter journal;
  ArtifactWriter artifacts;

 private:
  explicit WriteTables(Database opened)
      : database(std::move(opened)), journal(database), artifacts(database) {}

  Statement begin_;
  Statement commit_;
  Statement rollback_;
  Statement remember_run_;
};

// A connection that reads; used by one thread at a time.
class ReadTables {
 public:
  static Result<std::unique_ptr<ReadTables>> Open(const DatabaseOptions& options);

  Database database;
  JournalReader journal;
  ArtifactReader artifacts;

 private:
  explicit ReadTables(Database opened)
      : database(std::move(opened)), journal(database), artifacts(database) {}
};

}  // namespace inquest::store
