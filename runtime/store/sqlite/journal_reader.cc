#include "runtime/store/sqlite/journal_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "runtime/store/rules.h"
#include "runtime/store/sqlite/journal_rows.h"

namespace inquest::store {

Status JournalReader::Prepare() {
  const std::string heads(kSelectHeads);
  const std::pair<Statement*, std::string> statements[] = {
      {&begin_, "BEGIN"},
      {&end_, "ROLLBACK"},
      {&select_head_, heads + "WHERE uid = ?1"},
      {&select_event_,
       "SELECT investigation, sequence, previous, recorded_at_us, chain, payload FROM event"
       " WHERE id = ?1"},
      {&select_mark_, "SELECT event FROM event_mark WHERE investigation = ?1 AND sequence = ?2"},
      {&list_, heads + "WHERE id < ?1 AND (?2 = 0 OR state = ?2) AND (?3 = 0 OR outcome = ?3)"
                       " AND (?4 = 0 OR ended_by = ?4) AND (?5 = 0 OR created_at_us > ?5)"
                       " AND (?6 = '' OR instr(lower(title), lower(?6)) > 0)"
                       " ORDER BY id DESC LIMIT ?7"},
      {&list_unfinished_, heads + "WHERE state <> 4 ORDER BY id"},
      {&select_outbox_,
       "SELECT effect_id, attempt, payload FROM outbox WHERE investigation = ?1"
       " ORDER BY effect_id"},
      {&select_request_,
       "SELECT r.body, i.uid FROM request r JOIN investigation i ON i.id = r.investigation"
       " WHERE r.request_id = ?1"},
      {&select_run_, "SELECT outcome, source FROM run_memory WHERE key = ?1 AND equal_runs >= ?2"},
  };
  for (const auto& [statement, sql] : statements) {
    TRY_ASSIGN(*statement, database_.Prepare(sql));
  }
  return Status::Ok();
}

Result<JournalReader::Found> JournalReader::Find(const std::string& id) {
  Execution execution = select_head_.With(id);
  TRY_ASSIGN(const bool exists, execution.Step());
  if (!exists) return InvestigationNotFound(id);
  Found found;
  TRY_ASSIGN(found.head, ReadHead(execution));
  found.row = execution.Int(kHeadRowColumn);
  found.last_event = execution.Int(kHeadLastEventColumn);
  return found;
}

Result<std::vector<JournalEvent>> JournalReader::ReadEvents(const std::string& id,
                                                            std::int64_t after_sequence,
                                                            int limit) {
  // Head and events must be of one moment.
  TRY(begin_.With().Run());
  Result<std::vector<JournalEvent>> events = ReadInSnapshot(id, after_sequence, limit);
  if (database_.in_transaction()) TRY(end_.With().Run());
  return events;
}

Result<std::vector<JournalEvent>> JournalReader::ReadInSnapshot(const std::string& id,
                                                                std::int64_t after_sequence,
                                                                int limit) {
  TRY_ASSIGN(const Found found, Find(id));
  const std::int64_t last = found.head.last_sequence;
  const std::int64_t after = std::clamp<std::int64_t>(after_sequence, 0, last);
  const std::int64_t end = after + std::clamp<std::int64_t>(limit, 0, last - after);
  if (end == after) return std::vector<JournalEvent>();
  TRY_ASSIGN(const Walk walk, PlanWalk(found, after, end));
  return WalkBack(found, walk);
}

Result<JournalReader::Walk> JournalReader::PlanWalk(const Found& found, std::int64_t after,
                                                    std::int64_t end) {
  Walk walk{
      .after = after, .end = end, .sequence = found.head.last_sequence, .event = found.last_event};
  const std::int64_t mark = (end + kMarkEvery - 1) / kMarkEvery * kMarkEvery;
  if (mark >= found.head.last_sequence) return walk;
  Execution execution = select_mark_.With(found.row, mark);
  TRY_ASSIGN(const bool exists, execution.Step());
  if (!exists) return JournalDamaged(found.head.id, mark, "its mark is missing");
  walk.sequence = mark;
  walk.event = execution.Int(0);
  return walk;
}

Result<std::vector<JournalEvent>> JournalReader::WalkBack(const Found& found, Walk walk) {
  const std::string& id = found.head.id;
  std::vector<JournalEvent> events;
  Digest previous_chain;
  for (; walk.sequence > 0 && walk.sequence >= walk.after; --walk.sequence) {
    Execution row = select_event_.With(walk.event);
    TRY_ASSIGN(const bool exists, row.Step());
    if (!exists || row.Int(0) != found.row || row.Int(1) != walk.sequence) {
      return JournalDamaged(id, walk.sequence, "the event is missing");
    }
    walk.event = row.Int(2);
    if (walk.sequence > walk.end) continue;
    Result<Digest> chain = row.DigestAt(4);
    if (!chain.ok()) return JournalDamaged(id, walk.sequence, chain.status().message());
    if (walk.sequence == walk.after) {
      previous_chain = *chain;
      break;
    }
    events.push_back({.sequence = walk.sequence,
                      .recorded_at_us = row.Int(3),
                      .payload = row.Bytes(5),
                      .chain = *chain});
  }
  std::reverse(events.begin(), events.end());
  TRY(VerifyChain(id, walk.after, previous_chain, events));
  if (walk.end == found.head.last_sequence && events.back().chain != found.head.chain) {
    return JournalDamaged(id, walk.end, "the head names another chain");
  }
  return events;
}

Result<Head> JournalReader::GetHead(const std::string& id) {
  TRY_ASSIGN(Found found, Find(id));
  return std::move(found.head);
}

Result<std::vector<Head>> JournalReader::List(const ListQuery& query) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!query.before_id.empty()) {
    TRY_ASSIGN(const Found found, Find(query.before_id));
    before = found.row;
  }
  Execution rows = list_.With(before, query.state, query.outcome, query.ended_by,
                              query.created_after_us, query.title_contains, query.limit);
  std::vector<Head> heads;
  while (true) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return heads;
    TRY_ASSIGN(Head head, ReadHead(rows));
    heads.push_back(std::move(head));
  }
}

Result<std::vector<Head>> JournalReader::ListUnfinished() {
  Execution rows = list_unfinished_.With();
  std::vector<Head> heads;
  while (true) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return heads;
    TRY_ASSIGN(Head head, ReadHead(rows));
    heads.push_back(std::move(head));
  }
}

Result<std::vector<OutboxRow>> JournalReader::ReadOutbox(const std::string& id) {
  TRY_ASSIGN(const Found found, Find(id));
  Execution rows = select_outbox_.With(found.row);
  std::vector<OutboxRow> outbox;
  while (true) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return outbox;
    outbox.push_back({.investigation = id,
                      .effect_id = rows.Int(0),
                      .attempt = static_cast<int>(rows.Int(1)),
                      .payload = rows.Bytes(2)});
  }
}

Result<std::optional<RequestRecord>> JournalReader::FindRequest(const std::string& request_id) {
  Execution row = select_request_.With(request_id);
  TRY_ASSIGN(const bool exists, row.Step());
  if (!exists) return std::optional<RequestRecord>();
  RequestRecord record{.request_id = request_id, .body = {}, .investigation = row.Text(1)};
  TRY_ASSIGN(record.body, row.DigestAt(0));
  return std::optional<RequestRecord>(std::move(record));
}

Result<std::optional<RunMemory>> JournalReader::RecallRun(const Digest& key) {
  Execution row = select_run_.With(key, Store::kRecallAfter);
  TRY_ASSIGN(const bool exists, row.Step());
  if (!exists) return std::optional<RunMemory>();
  return std::optional<RunMemory>(RunMemory{.outcome = row.Bytes(0), .source = row.Text(1)});
}

}  // namespace inquest::store
