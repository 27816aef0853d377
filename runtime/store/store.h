#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::store {

// One event as it lies in the journal. chain = SHA-256(chain of the event before ‖ payload); the
// first event's predecessor is 32 zero bytes.
struct JournalEvent {
  std::int64_t sequence = 0;
  TimeUs recorded_at_us = 0;
  std::string payload;  // a serialized v1::Event
  Digest chain;
};

// What lists and filters see of an investigation. Numbers are those of the v1 enums.
struct Head {
  std::string id;
  std::string title;
  int state = 0;
  int step = 0;
  int outcome = 0;
  int ended_by = 0;
  std::int64_t last_sequence = 0;
  TimeUs created_at_us = 0;
  TimeUs updated_at_us = 0;
  Digest chain;  // of the last event
};

// An effect that was scheduled and has not completed: it lives until its event is recorded.
struct OutboxRow {
  std::string investigation;
  std::int64_t effect_id = 0;
  int attempt = 1;
  std::string payload;  // a serialized v1::Effect
};

// A client's request_id with the digest of the body that it came with (AIP-155).
struct RequestRecord {
  std::string request_id;
  Digest body;
  std::string investigation;
};

struct AppendRequest {
  std::string id;
  // Compare-and-set: the investigation's last sequence; 0 creates it. A mismatch is ABORTED
  // (SEQUENCE_MISMATCH), and nothing is written.
  std::int64_t expected_sequence = 0;
  // Payloads of the events expected_sequence + 1, + 2, ...; at least one.
  std::vector<std::string> events;
  TimeUs recorded_at_us = 0;
  // Outbox: rows written or replaced (by effect_id), and rows removed.
  std::vector<OutboxRow> outbox;
  std::vector<std::int64_t> outbox_done;
  // The head after this append; id, last_sequence, chain and times are computed by the store.
  Head head;
  // Recorded with it; ALREADY_EXISTS (REQUEST_ID_REUSED) if the id is known.
  std::optional<RequestRecord> request;
};

struct ListQuery {
  // 0 (the zero value of the enums): any.
  int state = 0;
  int outcome = 0;
  int ended_by = 0;
  std::string title_contains;
  TimeUs created_after_us = 0;
  // Only investigations created before this one (by creation order); empty: from the newest.
  std::string before_id;
  int limit = 50;
};

// A pure run that was seen before: RunOutcome bytes by the digest of everything that determines
// them.
struct RunMemory {
  std::string outcome;  // a serialized v1::RunOutcome
  std::string source;   // "investigation/effect" that it was first seen in
};

// Journal, outbox and artifacts behind one interface; memory and SQLite pass one contract suite.
// Thread-safe. Reads block on I/O.
//
// When storage fails, an append fails and nothing of it is there: RESOURCE_EXHAUSTED (DISK_FULL),
// FAILED_PRECONDITION (READ_ONLY_FILE_SYSTEM), UNAVAILABLE (STORE_LOCKED, STORE_IO_FAILED),
// DATA_LOSS (STORE_DAMAGED, or JOURNAL_SYNC_FAILED: the writer has stopped for good, only reads go
// on). Reads fail in the same words.
class Store : public ArtifactStore {
 public:
  using Appended = std::function<void(Result<std::vector<JournalEvent>>)>;

  // One transaction: events, outbox, head, request. `done` is called once, from the writer's
  // thread, after everything is on disk (or nothing is), and must not block. Appends that wait
  // together share one fsync. At once, on the calling thread: RESOURCE_EXHAUSTED (STORE_BUSY) when
  // too many wait, INVALID_ARGUMENT (BAD_APPEND) for a request over the limits of rules.h. A known
  // request id is reported before a stale sequence.
  virtual void Append(AppendRequest request, Appended done) = 0;

  // Events after `after_sequence`, at most `limit`, in order, the chain verified from the event
  // before: DATA_LOSS (JOURNAL_DAMAGED, naming the sequence) otherwise. NOT_FOUND
  // (INVESTIGATION_NOT_FOUND).
  virtual Result<std::vector<JournalEvent>> ReadEvents(const std::string& id,
                                                       std::int64_t after_sequence, int limit) = 0;
  // NOT_FOUND (INVESTIGATION_NOT_FOUND).
  virtual Result<Head> GetHead(const std::string& id) = 0;
  // Newest first. title_contains ignores the case of ASCII letters. INVALID_ARGUMENT (BAD_QUERY):
  // the limit is not in 1..kListLimit; NOT_FOUND (INVESTIGATION_NOT_FOUND): before_id.
  virtual Result<std::vector<Head>> List(const ListQuery& query) = 0;
  // Heads whose state is not STATE_ENDED, oldest first; for recovery.
  virtual Result<std::vector<Head>> ListUnfinished() = 0;
  // By effect_id. NOT_FOUND (INVESTIGATION_NOT_FOUND).
  virtual Result<std::vector<OutboxRow>> ReadOutbox(const std::string& id) = 0;
  virtual Result<std::optional<RequestRecord>> FindRequest(const std::string& request_id) = 0;

  // Pure runs across investigations. Remember counts equal outcomes for a key (an unequal one
  // forgets the key for good); the same source again is the same run, told twice because of
  // a crash, and does not count. Recall answers only after `kRecallAfter` equal ones.
  static constexpr int kRecallAfter = 2;
  virtual Status RememberRun(const Digest& key, const Digest& outcome_identity, RunMemory run) = 0;
  virtual Result<std::optional<RunMemory>> RecallRun(const Digest& key) = 0;
};

}  // namespace inquest::store
