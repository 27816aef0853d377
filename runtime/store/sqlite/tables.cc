#include "runtime/store/sqlite/tables.h"

namespace inquest::store {

Result<std::unique_ptr<WriteTables>> WriteTables::Open(Database database) {
  std::unique_ptr<WriteTables> tables(new WriteTables(std::move(database)));
  TRY(tables->journal.Prepare());
  TRY(tables->artifacts.Prepare());
  TRY_ASSIGN(tables->begin_, tables->database.Prepare("BEGIN IMMEDIATE"));
  TRY_ASSIGN(tables->commit_, tables->database.Prepare("COMMIT"));
  TRY_ASSIGN(tables->rollback_, tables->database.Prepare("ROLLBACK"));
  // Counts equal outcomes; an unequal one ends the counting for good. A run that is told again
  // after a crash is no other run; to know the first source is enough, as two runs are wanted.
  TRY_ASSIGN(tables->remember_run_,
             tables->database.Prepare(
                 "INSERT INTO run_memory (key, identity, equal_runs, outcome, source)"
                 " VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT (key) DO UPDATE SET equal_runs ="
                 " CASE WHEN equal_runs > 0 AND identity = excluded.identity"
                 " THEN equal_runs + 1 ELSE -1 END"
                 " WHERE source <> excluded.source"));
  return tables;
}

Status WriteTables::RememberRun(const Digest& key, const Digest& outcome_identity,
                                const RunMemory& run) {
  return remember_run_.With(key, outcome_identity, Blob{run.outcome}, std::string_view(run.source))
      .Run();
}

Result<std::unique_ptr<ReadTables>> ReadTables::Open(const DatabaseOptions& options) {
  TRY_ASSIGN(Database database, Database::Open(options));
  std::unique_ptr<ReadTables> tables(new ReadTables(std::move(database)));
  TRY(tables->journal.Prepare());
  TRY(tables->artifacts.Prepare());
  return tables;
}

}  // namespace inquest::store
