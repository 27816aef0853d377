#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/store/sqlite/database.h"
#include "runtime/store/store.h"

namespace inquest::store {

// Writes journals within the writer's transaction. Belongs to the writer's thread; the database
// outlives it.
class JournalWriter {
 public:
  // What the compare-and-set needs; saves a look-up per append.
  struct Position {
    std::int64_t row = 0;
    std::int64_t last_event = 0;
    Head head;
  };

  explicit JournalWriter(Database& database) : database_(database) {}
  // Before anything else.
  Status Prepare();

  // The compare-and-set and the request id. Writes nothing. Where the append begins: until the next
  // Check, or Forget.
  Result<Position*> Check(const AppendRequest& request);
  // At the position that Check gave in the same transaction. The events come without their
  // payloads, which stay with the request: it may have to be written again.
  Result<std::vector<JournalEvent>> Write(const AppendRequest& request, Position& position);
  // After a rollback: what is remembered of the heads may be ahead of the disk.
  void Forget() { heads_.clear(); }

 private:
  static constexpr std::size_t kPositionsLimit = 1024;

  // last_sequence 0: there is no such investigation.
  Result<Position*> Find(const std::string& id);
  Status Create(const AppendRequest& request, Position& position);
  Status WriteEvent(const JournalEvent& event, const std::string& payload, Position& position);
  Status WriteHead(const AppendRequest& request, std::int64_t expected, Position& position);
  Status WriteOutbox(const AppendRequest& request, const Position& position);

  Database& database_;
  std::unordered_map<std::string, Position> heads_;
  Hasher hasher_;
  Statement select_head_;
  Statement insert_head_;
  Statement update_position_;
  Statement update_head_;
  Statement insert_event_;
  Statement insert_mark_;
  Statement upsert_outbox_;
  Statement delete_outbox_;
  Statement select_request_;
  Statement insert_request_;
};

}  // namespace inquest::store
