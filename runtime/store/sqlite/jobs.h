#pragma once

#include <future>
#include <utility>
#include <vector>

#include "runtime/store/sqlite/writer.h"
#include "runtime/store/store.h"

namespace inquest::store {

class AppendJob final : public WriteJob {
 public:
  AppendJob(AppendRequest&& request, Store::Appended&& done)
      : request_(std::move(request)), done_(std::move(done)) {
    for (const std::string& event : request_.events) size_bytes_ += event.size();
    for (const OutboxRow& row : request_.outbox) size_bytes_ += row.payload.size();
  }

  std::size_t size_bytes() const override { return size_bytes_; }
  Status Check(WriteTables& tables) override {
    TRY_ASSIGN(position_, tables.journal.Check(request_));
    return Status::Ok();
  }
  Status Write(WriteTables& tables) override {
    TRY_ASSIGN(events_, tables.journal.Write(request_, *position_));
    return Status::Ok();
  }
  void Done(const Status& status) override {
    if (!status.ok()) return done_(status);
    for (std::size_t i = 0; i < events_.size(); ++i) {
      events_[i].payload = std::move(request_.events[i]);
    }
    done_(std::move(events_));
  }

 private:
  AppendRequest request_;
  Store::Appended done_;
  std::size_t size_bytes_ = 0;
  JournalWriter::Position* position_ = nullptr;  // from Check to Write
  std::vector<JournalEvent> events_;
};

// One whose caller waits: it may borrow from the caller's stack.
class AwaitedJob : public WriteJob {
 public:
  std::future<Status> Result() { return result_.get_future(); }
  std::size_t size_bytes() const override { return 0; }  // the caller holds the bytes anyway
  Status Check(WriteTables& /*tables*/) override { return Status::Ok(); }
  void Done(const Status& status) final { result_.set_value(status); }

 private:
  std::promise<Status> result_;
};

class ArtifactsJob final : public AwaitedJob {
 public:
  explicit ArtifactsJob(const std::vector<ArtifactRow>& rows) : rows_(rows) {}
  Status Write(WriteTables& tables) override {
    for (const ArtifactRow& row : rows_) TRY(tables.artifacts.Write(row));
    return Status::Ok();
  }

 private:
  const std::vector<ArtifactRow>& rows_;
};

class RememberJob final : public AwaitedJob {
 public:
  RememberJob(const Digest& key, const Digest& identity, const RunMemory& run)
      : key_(key), identity_(identity), run_(run) {}
  Status Write(WriteTables& tables) override { return tables.RememberRun(key_, identity_, run_); }

 private:
  const Digest& key_;
  const Digest& identity_;
  const RunMemory& run_;
};

}  // namespace inquest::store
