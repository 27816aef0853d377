#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "runtime/store/file_layer.h"
#include "runtime/store/store.h"

namespace inquest::store {

enum class Compression { kNone, kZstd };

struct SqliteOptions {
  // Holds inquest.db, inquest.lock and blobs/; made (0700) with its parents if missing.
  std::string directory;
  // Of artifacts that get smaller by it. Reading knows both, whatever is set.
  Compression compression = Compression::kZstd;
  // The write-ahead log is copied back at this size, and when nothing came for `idle`, which also
  // empties it.
  int checkpoint_pages = 1000;
  std::chrono::milliseconds idle = std::chrono::seconds(1);
  // How long to wait for another process that holds the database (STORE_LOCKED).
  std::chrono::milliseconds busy_timeout = std::chrono::seconds(5);
  // Seams for tests: a registered SQLite VFS (empty: the system's), a file layer (null: the
  // system's; borrowed, outlives the store).
  std::string vfs;
  FileLayer* files = nullptr;
};

// The embedded store: SQLite (WAL, synchronous=FULL), one writer thread with group commit, a few
// read-only connections; large artifacts as files under blobs/.
//
// Thread-safe. Append never blocks; PutAll and RememberRun wait for the writer, so never call them
// from `done`. The destructor commits what is queued and calls every `done`.
//
// After JOURNAL_SYNC_FAILED the failed append is not there for readers; only the next Open can tell
// whether its bytes had reached the disk.
class SqliteStore final : public Store {
 public:
  // FAILED_PRECONDITION: STORE_IN_USE (naming the process that holds it), STORE_TOO_NEW (written by
  // a newer version), NOT_A_STORE (another program's database); else as Store says.
  static Result<std::unique_ptr<SqliteStore>> Open(SqliteOptions options);
  ~SqliteStore() override;

  void Append(AppendRequest request, Appended done) override;
  Result<std::vector<JournalEvent>> ReadEvents(const std::string& id, std::int64_t after_sequence,
                                               int limit) override;
  Result<Head> GetHead(const std::string& id) override;
  Result<std::vector<Head>> List(const ListQuery& query) override;
  Result<std::vector<Head>> ListUnfinished() override;
  Result<std::vector<OutboxRow>> ReadOutbox(const std::string& id) override;
  Result<std::optional<RequestRecord>> FindRequest(const std::string& request_id) override;
  Status RememberRun(const Digest& key, const Digest& outcome_identity, RunMemory run) override;
  Result<std::optional<RunMemory>> RecallRun(const Digest& key) override;

  Result<std::vector<v1::Artifact>> PutAll(const std::vector<NewArtifact>& artifacts) override;
  Result<v1::Artifact> Describe(const Digest& digest) override;
  Result<std::string> Read(const Digest& digest, std::int64_t offset,
                           std::int64_t limit_bytes) override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace inquest::store
