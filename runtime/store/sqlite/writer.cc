#include "runtime/store/sqlite/writer.h"

#include <utility>

#include "runtime/base/log.h"

namespace inquest::store {

Writer::Writer(std::unique_ptr<WriteTables> tables, WriterOptions options)
    : options_(options), tables_(std::move(tables)), thread_([this] { Run(); }) {}

Writer::~Writer() {
  queue_.Close();
  thread_.join();
}

void Writer::Submit(std::unique_ptr<WriteJob> job) {
  const std::size_t size_bytes = job->size_bytes();
  const std::size_t jobs = ++queued_jobs_;
  const std::size_t bytes = queued_bytes_ += size_bytes;
  if (jobs > kQueueLimit || bytes > kQueueLimitBytes) {
    --queued_jobs_;
    queued_bytes_ -= size_bytes;
    job->Done({Code::kResourceExhausted, "STORE_BUSY", "too much waits to be written; try again"});
    return;
  }
  // Only the destructor closes the queue.
  CHECK(queue_.Put(std::move(job)));
}

std::vector<std::unique_ptr<WriteJob>> Writer::Wait() {
  if (!log_grew_) return queue_.TakeAll();
  return queue_.TakeAllUntil(std::chrono::steady_clock::now() + options_.idle);
}

void Writer::Run() {
  while (true) {
    std::vector<std::unique_ptr<WriteJob>> jobs = Wait();
    if (!jobs.empty()) {
      Commit(std::move(jobs));
      const bool large = tables_->database.wal_pages() >= options_.checkpoint_pages;
      if (large && !stopped_) NoteCheckpoint(tables_->database.Checkpoint());
    } else if (queue_.closed()) {
      return;
    } else if (log_grew_ && !stopped_) {
      log_grew_ = false;
      NoteCheckpoint(tables_->database.CheckpointAndTruncate());
    }
  }
}

void Writer::Commit(std::vector<std::unique_ptr<WriteJob>> jobs) {
  for (const auto& job : jobs) queued_bytes_ -= job->size_bytes();
  queued_jobs_ -= jobs.size();
  std::vector<Status> verdicts(jobs.size());
  const Status together = CommitTogether(jobs, verdicts);
  // A damaged page must stop only those who need it: then everyone goes alone.
  const bool alone = together.code() == Code::kDataLoss && jobs.size() > 1 && !stopped_;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Status status = together;
    if (alone) status = CommitTogether(Jobs(jobs).subspan(i, 1), std::span(verdicts).subspan(i, 1));
    jobs[i]->Done(status.ok() ? verdicts[i] : status);
    // One at a time: what was freed last is what is taken next, also by whoever appends again.
    jobs[i].reset();
  }
}

Status Writer::CommitTogether(Jobs jobs, std::span<Status> verdicts) {
  if (stopped_) return *stopped_;
  const Status status = WriteAndCommit(jobs, verdicts);
  if (status.ok()) return status;
  tables_->journal.Forget();
  // SQLite has rolled back by itself after some errors; a rollback that fails leaves a transaction
  // that the next BEGIN reports.
  if (tables_->database.in_transaction()) static_cast<void>(tables_->Rollback());
  StopIfSyncFailed(status);
  return status;
}

Status Writer::WriteAndCommit(Jobs jobs, std::span<Status> verdicts) {
  TRY(tables_->Begin());
  bool wrote = false;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    verdicts[i] = jobs[i]->Check(*tables_);
    if (!verdicts[i].ok()) continue;
    TRY(jobs[i]->Write(*tables_));
    wrote = true;
  }
  if (!wrote) return tables_->Rollback();
  TRY(tables_->Commit());
  log_grew_ = true;
  return Status::Ok();
}

void Writer::NoteCheckpoint(const Status& status) {
  if (!status.ok() && !checkpoint_failed_) {
    Log(LogLevel::kWarning, "the write-ahead log cannot be copied back",
        {{"error", status.ToString()}});
  }
  checkpoint_failed_ = !status.ok();
  StopIfSyncFailed(status);
}

void Writer::StopIfSyncFailed(const Status& status) {
  if (status.reason() != "JOURNAL_SYNC_FAILED") return;
  stopped_ = status;
  tables_->database.KeepLogOnClose();
  Log(LogLevel::kError, "the journal cannot be synced: nothing more is written until a restart",
      {{"error", status.ToString()}});
}

}  // namespace inquest::store
