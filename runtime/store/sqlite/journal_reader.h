#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/store/sqlite/database.h"
#include "runtime/store/store.h"

namespace inquest::store {

// Reads journals over one connection; used by one thread at a time. The methods are Store's.
class JournalReader {
 public:
  explicit JournalReader(Database& database) : database_(database) {}
  // Before anything else.
  Status Prepare();

  Result<std::vector<JournalEvent>> ReadEvents(const std::string& id, std::int64_t after_sequence,
                                               int limit);
  Result<Head> GetHead(const std::string& id);
  Result<std::vector<Head>> List(const ListQuery& query);
  Result<std::vector<Head>> ListUnfinished();
  Result<std::vector<OutboxRow>> ReadOutbox(const std::string& id);
  Result<std::optional<RequestRecord>> FindRequest(const std::string& request_id);
  Result<std::optional<RunMemory>> RecallRun(const Digest& key);

 private:
  struct Found {
    Head head;
    std::int64_t row = 0;
    std::int64_t last_event = 0;
  };
  // Which events a read wants: (after, end], found by walking back from (sequence, event).
  struct Walk {
    std::int64_t after = 0;
    std::int64_t end = 0;
    std::int64_t sequence = 0;
    std::int64_t event = 0;
  };

  Result<Found> Find(const std::string& id);
  Result<std::vector<JournalEvent>> ReadInSnapshot(const std::string& id,
                                                   std::int64_t after_sequence, int limit);
  Result<Walk> PlanWalk(const Found& found, std::int64_t after, std::int64_t end);
  Result<std::vector<JournalEvent>> WalkBack(const Found& found, Walk walk);

  Database& database_;
  Statement begin_;
  Statement end_;
  Statement select_head_;
  Statement select_event_;
  Statement select_mark_;
  Statement list_;
  Statement list_unfinished_;
  Statement select_outbox_;
  Statement select_request_;
  Statement select_run_;
};

}  // namespace inquest::store
