#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "runtime/base/mailbox.h"
#include "runtime/base/status.h"
#include "runtime/store/sqlite/tables.h"

namespace inquest::store {

// Something to write. Its methods are called on the writer's thread.
class WriteJob {
 public:
  virtual ~WriteJob() = default;
  // What it holds in memory while it waits.
  virtual std::size_t size_bytes() const = 0;
  // Refuses this job alone; writes nothing.
  virtual Status Check(WriteTables& tables) = 0;
  // After Check, in the same transaction, which a failure ends for all jobs in it.
  virtual Status Write(WriteTables& tables) = 0;
  // Once: it is on disk, or nothing of it is there.
  virtual void Done(const Status& status) = 0;
};

struct WriterOptions {
  int checkpoint_pages;
  std::chrono::milliseconds idle;
};

// The one thread that writes: takes all that waits, writes it in one transaction, and tells
// everyone after the commit. While one group is being synced the next one gathers.
//
// A failed transaction is rolled back and fails its jobs; later ones are tried afresh, except after
// a failed fsync (JOURNAL_SYNC_FAILED): what the disk holds is unknown then, and trying again would
// report success for bytes that the kernel has dropped.
class Writer {
 public:
  static constexpr std::size_t kQueueLimit = 4096;
  static constexpr std::size_t kQueueLimitBytes = std::size_t{256} << 20U;

  Writer(std::unique_ptr<WriteTables> tables, WriterOptions options);
  // Writes what is queued.
  ~Writer();

  // When too much waits, the job is done at once, on the calling thread, with RESOURCE_EXHAUSTED
  // (STORE_BUSY).
  void Submit(std::unique_ptr<WriteJob> job);

 private:
  using Jobs = std::span<const std::unique_ptr<WriteJob>>;

  void Run();
  std::vector<std::unique_ptr<WriteJob>> Wait();
  void Commit(std::vector<std::unique_ptr<WriteJob>> jobs);
  // `verdicts[i]` is what becomes of job i if the transaction succeeds, which the result says.
  Status CommitTogether(Jobs jobs, std::span<Status> verdicts);
  Status WriteAndCommit(Jobs jobs, std::span<Status> verdicts);
  void NoteCheckpoint(const Status& status);
  void StopIfSyncFailed(const Status& status);

  const WriterOptions options_;
  // Bounded by the two counts, so that a refused job is still there to be told.
  Mailbox<std::unique_ptr<WriteJob>> queue_{kQueueLimit};
  std::atomic<std::size_t> queued_jobs_ = 0;
  std::atomic<std::size_t> queued_bytes_ = 0;

  // The thread's own.
  std::unique_ptr<WriteTables> tables_;
  std::optional<Status> stopped_;
  bool log_grew_ = false;
  bool checkpoint_failed_ = false;

  std::thread thread_;  // last: runs as soon as it is made
};

}  // namespace inquest::store
