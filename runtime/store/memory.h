#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/store/store.h"

namespace inquest::store {

// A store that lives and dies with the process: for tests and the seeded simulation of the engine.
// It passes the same contract suite as SQLite. Deterministic: no threads, no clock, no randomness.
//
// Thread-safe. `done` of an append is called from the calling thread, before Append returns and
// without a lock held (so it may append again).
class MemoryStore final : public Store {
 public:
  // Asked before each append; anything but OK fails the append with it, and nothing is written.
  using AppendFault = std::function<Status(const AppendRequest&)>;
  void SetAppendFault(AppendFault fault);

  // Flips a bit, as a broken disk would: what reads must detect. False: there is no such thing.
  bool DamageEvent(const std::string& id, std::int64_t sequence);
  bool DamageArtifact(const Digest& digest);

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
  struct Journal {
    Head head;
    std::vector<JournalEvent> events;
    std::map<std::int64_t, OutboxRow> outbox;
  };
  struct Bytes {
    std::string bytes;
    std::string media_type;
  };
  struct Run {
    Digest identity;
    RunMemory memory;
    int equal = 0;
    bool forgotten = false;
  };

  Result<std::vector<JournalEvent>> AppendLocked(AppendRequest request);
  Journal* Find(const std::string& id);

  std::mutex mutex_;  // guards everything below
  AppendFault append_fault_;
  std::vector<Journal> journals_;  // in creation order
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_map<std::string, RequestRecord> requests_;
  std::unordered_map<Digest, Bytes> artifacts_;
  std::unordered_map<Digest, Run> runs_;
};

}  // namespace inquest::store
