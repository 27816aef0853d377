#include "runtime/store/sqlite/journal_writer.h"

#include <utility>

#include "runtime/store/rules.h"
#include "runtime/store/sqlite/journal_rows.h"

namespace inquest::store {

Status JournalWriter::Prepare() {
  const std::string heads(kSelectHeads);
  const std::pair<Statement*, std::string> statements[] = {
      {&select_head_, heads + "WHERE uid = ?1"},
      {&insert_head_,
       "INSERT INTO investigation (uid, title, state, step, outcome, ended_by, last_sequence,"
       " last_event, chain, created_at_us, updated_at_us)"
       " VALUES (?1, '', 0, 0, 0, 0, 0, 0, ?2, ?3, ?3)"},
      {&update_position_,
       "UPDATE investigation SET last_sequence = ?3, last_event = ?4, chain = ?5,"
       " updated_at_us = ?6 WHERE id = ?1 AND last_sequence = ?2"},
      {&update_head_,
       "UPDATE investigation SET last_sequence = ?3, last_event = ?4, chain = ?5,"
       " updated_at_us = ?6, title = ?7, state = ?8, step = ?9, outcome = ?10, ended_by = ?11"
       " WHERE id = ?1 AND last_sequence = ?2"},
      {&insert_event_,
       "INSERT INTO event (investigation, sequence, previous, recorded_at_us, payload, chain)"
       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
      {&insert_mark_,
       "INSERT INTO event_mark (investigation, sequence, event) VALUES (?1, ?2, ?3)"},
      {&upsert_outbox_,
       "INSERT INTO outbox (investigation, effect_id, attempt, payload) VALUES (?1, ?2, ?3, ?4)"
       " ON CONFLICT DO UPDATE SET attempt = excluded.attempt, payload = excluded.payload"},
      {&delete_outbox_, "DELETE FROM outbox WHERE investigation = ?1 AND effect_id = ?2"},
      {&select_request_,
       "SELECT i.uid FROM request r JOIN investigation i ON i.id = r.investigation"
       " WHERE r.request_id = ?1"},
      {&insert_request_,
       "INSERT INTO request (request_id, body, investigation) VALUES (?1, ?2, ?3)"},
  };
  for (const auto& [statement, sql] : statements) {
    TRY_ASSIGN(*statement, database_.Prepare(sql));
  }
  return Status::Ok();
}

Result<JournalWriter::Position*> JournalWriter::Find(const std::string& id) {
  const auto known = heads_.find(id);
  if (known != heads_.end()) return &known->second;
  Position position;
  Execution execution = select_head_.With(id);
  TRY_ASSIGN(const bool found, execution.Step());
  if (found) {
    TRY_ASSIGN(position.head, ReadHead(execution));
    position.row = execution.Int(kHeadRowColumn);
    position.last_event = execution.Int(kHeadLastEventColumn);
  }
  if (heads_.size() >= kPositionsLimit) heads_.clear();
  return &heads_.emplace(id, std::move(position)).first->second;
}

Result<JournalWriter::Position*> JournalWriter::Check(const AppendRequest& request) {
  if (request.request) {
    Execution execution = select_request_.With(request.request->request_id);
    TRY_ASSIGN(const bool known, execution.Step());
    if (known) return RequestIdReused(request.request->request_id, execution.Text(0));
  }
  TRY_ASSIGN(Position * position, Find(request.id));
  if (position->head.last_sequence == request.expected_sequence) return position;
  return SequenceMismatch(request.id, request.expected_sequence, position->head.last_sequence);
}

Result<std::vector<JournalEvent>> JournalWriter::Write(const AppendRequest& request,
                                                       Position& position) {
  CHECK(position.head.last_sequence == request.expected_sequence);
  if (request.expected_sequence == 0) TRY(Create(request, position));
  std::vector<JournalEvent> events;
  events.reserve(request.events.size());
  for (const std::string& payload : request.events) {
    events.push_back({.sequence = position.head.last_sequence + 1,
                      .recorded_at_us = request.recorded_at_us,
                      .payload = {},
                      .chain = NextChain(hasher_, position.head.chain, payload)});
    TRY(WriteEvent(events.back(), payload, position));
  }
  TRY(WriteHead(request, request.expected_sequence, position));
  TRY(WriteOutbox(request, position));
  if (request.request) {
    TRY(insert_request_.With(request.request->request_id, request.request->body, position.row)
            .Run());
  }
  return events;
}

Status JournalWriter::Create(const AppendRequest& request, Position& position) {
  TRY(insert_head_.With(request.id, Digest{}, request.recorded_at_us).Run());
  position.row = database_.last_insert_id();
  return Status::Ok();
}

Status JournalWriter::WriteEvent(const JournalEvent& event, const std::string& payload,
                                 Position& position) {
  TRY(insert_event_
          .With(position.row, event.sequence, position.last_event, event.recorded_at_us,
                Blob{payload}, event.chain)
          .Run());
  position.last_event = database_.last_insert_id();
  position.head.last_sequence = event.sequence;
  position.head.chain = event.chain;
  if (event.sequence % kMarkEvery != 0) return Status::Ok();
  return insert_mark_.With(position.row, event.sequence, position.last_event).Run();
}

Status JournalWriter::WriteHead(const AppendRequest& request, std::int64_t expected,
                                Position& position) {
  Head& head = position.head;
  const Head& next = request.head;
  const bool same = head.title == next.title && head.state == next.state &&
                    head.step == next.step && head.outcome == next.outcome &&
                    head.ended_by == next.ended_by && expected > 0;
  if (same) {
    TRY(update_position_
            .With(position.row, expected, head.last_sequence, position.last_event, head.chain,
                  request.recorded_at_us)
            .Run());
  } else {
    TRY(update_head_
            .With(position.row, expected, head.last_sequence, position.last_event, head.chain,
                  request.recorded_at_us, next.title, next.state, next.step, next.outcome,
                  next.ended_by)
            .Run());
    head.title = next.title;
    head.state = next.state;
    head.step = next.step;
    head.outcome = next.outcome;
    head.ended_by = next.ended_by;
  }
  if (database_.changed_rows() == 1) return Status::Ok();
  return {Code::kDataLoss, "STORE_DAMAGED",
          "the head of investigation " + request.id + " is not where it was written"};
}

Status JournalWriter::WriteOutbox(const AppendRequest& request, const Position& position) {
  for (const OutboxRow& row : request.outbox) {
    TRY(upsert_outbox_.With(position.row, row.effect_id, row.attempt, Blob{row.payload}).Run());
  }
  for (const std::int64_t effect_id : request.outbox_done) {
    TRY(delete_outbox_.With(position.row, effect_id).Run());
  }
  return Status::Ok();
}

}  // namespace inquest::store
