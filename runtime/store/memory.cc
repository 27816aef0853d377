#include "runtime/store/memory.h"

#include <algorithm>

#include "inquest/v1/investigation.pb.h"
#include "runtime/store/rules.h"

namespace inquest::store {

namespace {

// As SQLite's lower(): ASCII only.
std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool Matches(const ListQuery& query, const Head& head) {
  return (query.state == 0 || head.state == query.state) &&
         (query.outcome == 0 || head.outcome == query.outcome) &&
         (query.ended_by == 0 || head.ended_by == query.ended_by) &&
         (query.created_after_us == 0 || head.created_at_us > query.created_after_us) &&
         Lower(head.title).find(Lower(query.title_contains)) != std::string::npos;
}

}  // namespace

void MemoryStore::SetAppendFault(AppendFault fault) {
  std::lock_guard lock(mutex_);
  append_fault_ = std::move(fault);
}

bool MemoryStore::DamageEvent(const std::string& id, std::int64_t sequence) {
  std::lock_guard lock(mutex_);
  Journal* journal = Find(id);
  if (journal == nullptr || sequence < 1 || sequence > journal->head.last_sequence) return false;
  std::string& payload = journal->events[static_cast<std::size_t>(sequence - 1)].payload;
  if (payload.empty()) return false;
  payload[0] = static_cast<char>(payload[0] ^ 1);
  return true;
}

bool MemoryStore::DamageArtifact(const Digest& digest) {
  std::lock_guard lock(mutex_);
  const auto found = artifacts_.find(digest);
  if (found == artifacts_.end() || found->second.bytes.empty()) return false;
  found->second.bytes[0] = static_cast<char>(found->second.bytes[0] ^ 1);
  return true;
}

MemoryStore::Journal* MemoryStore::Find(const std::string& id) {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &journals_[found->second];
}

void MemoryStore::Append(AppendRequest request, Appended done) {
  Result<std::vector<JournalEvent>> result = [&]() -> Result<std::vector<JournalEvent>> {
    std::lock_guard lock(mutex_);
    return AppendLocked(std::move(request));
  }();
  done(std::move(result));
}

Result<std::vector<JournalEvent>> MemoryStore::AppendLocked(AppendRequest request) {
  TRY(CheckAppend(request));
  if (append_fault_) TRY(append_fault_(request));
  if (request.request) {
    const auto known = requests_.find(request.request->request_id);
    if (known != requests_.end()) {
      return RequestIdReused(known->first, known->second.investigation);
    }
  }
  Journal* journal = Find(request.id);
  const std::int64_t last = journal == nullptr ? 0 : journal->head.last_sequence;
  if (last != request.expected_sequence) {
    return SequenceMismatch(request.id, request.expected_sequence, last);
  }
  if (journal == nullptr) {
    index_.emplace(request.id, journals_.size());
    journal = &journals_.emplace_back();
    journal->head.created_at_us = request.recorded_at_us;
  }

  const TimeUs created_at_us = journal->head.created_at_us;
  Digest chain = journal->head.chain;
  journal->head = std::move(request.head);
  journal->head.id = request.id;
  journal->head.created_at_us = created_at_us;
  journal->head.updated_at_us = request.recorded_at_us;

  std::vector<JournalEvent> appended;
  Hasher hasher;
  for (std::string& payload : request.events) {
    chain = NextChain(hasher, chain, payload);
    appended.push_back({.sequence = last + 1 + static_cast<std::int64_t>(appended.size()),
                        .recorded_at_us = request.recorded_at_us,
                        .payload = std::move(payload),
                        .chain = chain});
  }
  journal->head.chain = chain;
  journal->head.last_sequence = appended.back().sequence;
  journal->events.insert(journal->events.end(), appended.begin(), appended.end());
  for (OutboxRow& row : request.outbox) {
    row.investigation = request.id;
    journal->outbox[row.effect_id] = std::move(row);
  }
  for (const std::int64_t effect_id : request.outbox_done) journal->outbox.erase(effect_id);
  if (request.request) {
    request.request->investigation = request.id;
    requests_.emplace(request.request->request_id, *request.request);
  }
  return appended;
}

Result<std::vector<JournalEvent>> MemoryStore::ReadEvents(const std::string& id,
                                                          std::int64_t after_sequence, int limit) {
  std::lock_guard lock(mutex_);
  const Journal* journal = Find(id);
  if (journal == nullptr) return InvestigationNotFound(id);
  const auto size = static_cast<std::int64_t>(journal->events.size());
  const std::int64_t first = std::clamp<std::int64_t>(after_sequence, 0, size);
  const std::int64_t count = std::clamp<std::int64_t>(limit, 0, size - first);
  const auto begin = journal->events.begin() + first;
  std::vector<JournalEvent> events(begin, begin + count);
  const Digest previous = first == 0 ? Digest{} : (begin - 1)->chain;
  TRY(VerifyChain(id, first, previous, events));
  return events;
}

Result<Head> MemoryStore::GetHead(const std::string& id) {
  std::lock_guard lock(mutex_);
  const Journal* journal = Find(id);
  if (journal == nullptr) return InvestigationNotFound(id);
  return journal->head;
}

Result<std::vector<Head>> MemoryStore::List(const ListQuery& query) {
  TRY(CheckQuery(query));
  std::lock_guard lock(mutex_);
  std::size_t end = journals_.size();
  if (!query.before_id.empty()) {
    const auto found = index_.find(query.before_id);
    if (found == index_.end()) return InvestigationNotFound(query.before_id);
    end = found->second;
  }
  std::vector<Head> heads;
  while (end > 0 && heads.size() < static_cast<std::size_t>(query.limit)) {
    const Head& head = journals_[--end].head;
    if (Matches(query, head)) heads.push_back(head);
  }
  return heads;
}

Result<std::vector<Head>> MemoryStore::ListUnfinished() {
  std::lock_guard lock(mutex_);
  std::vector<Head> heads;
  for (const Journal& journal : journals_) {
    if (journal.head.state != v1::STATE_ENDED) heads.push_back(journal.head);
  }
  return heads;
}

Result<std::vector<OutboxRow>> MemoryStore::ReadOutbox(const std::string& id) {
  std::lock_guard lock(mutex_);
  const Journal* journal = Find(id);
  if (journal == nullptr) return InvestigationNotFound(id);
  std::vector<OutboxRow> rows;
  for (const auto& [effect_id, row] : journal->outbox) rows.push_back(row);
  return rows;
}

Result<std::optional<RequestRecord>> MemoryStore::FindRequest(const std::string& request_id) {
  std::lock_guard lock(mutex_);
  const auto found = requests_.find(request_id);
  if (found == requests_.end()) return std::optional<RequestRecord>();
  return std::optional<RequestRecord>(found->second);
}

Status MemoryStore::RememberRun(const Digest& key, const Digest& outcome_identity, RunMemory run) {
  std::lock_guard lock(mutex_);
  Run& known = runs_[key];
  if (known.equal == 0) {
    known.identity = outcome_identity;
    known.memory = std::move(run);
  } else if (known.memory.source == run.source) {
    return Status::Ok();
  }
  if (known.identity != outcome_identity) known.forgotten = true;
  ++known.equal;
  return Status::Ok();
}

Result<std::optional<RunMemory>> MemoryStore::RecallRun(const Digest& key) {
  std::lock_guard lock(mutex_);
  const auto found = runs_.find(key);
  if (found == runs_.end() || found->second.forgotten || found->second.equal < kRecallAfter) {
    return std::optional<RunMemory>();
  }
  return std::optional<RunMemory>(found->second.memory);
}

Result<std::vector<v1::Artifact>> MemoryStore::PutAll(const std::vector<NewArtifact>& artifacts) {
  for (const NewArtifact& artifact : artifacts) TRY(CheckArtifact(artifact));
  std::vector<v1::Artifact> stored;
  std::lock_guard lock(mutex_);
  for (const NewArtifact& artifact : artifacts) {
    const Digest digest = Sha256(artifact.bytes);
    artifacts_.try_emplace(
        digest, Bytes{.bytes = std::string(artifact.bytes), .media_type = artifact.media_type});
    v1::Artifact& description = stored.emplace_back();
    description.set_digest(digest.ToHex());
    description.set_size_bytes(static_cast<std::int64_t>(artifact.bytes.size()));
    description.set_media_type(artifact.media_type);
  }
  return stored;
}

Result<v1::Artifact> MemoryStore::Describe(const Digest& digest) {
  std::lock_guard lock(mutex_);
  const auto found = artifacts_.find(digest);
  if (found == artifacts_.end()) return ArtifactNotFound(digest);
  v1::Artifact description;
  description.set_digest(digest.ToHex());
  description.set_size_bytes(static_cast<std::int64_t>(found->second.bytes.size()));
  description.set_media_type(found->second.media_type);
  return description;
}

Result<std::string> MemoryStore::Read(const Digest& digest, std::int64_t offset,
                                      std::int64_t limit_bytes) {
  std::lock_guard lock(mutex_);
  const auto found = artifacts_.find(digest);
  if (found == artifacts_.end()) return ArtifactNotFound(digest);
  if (Sha256(found->second.bytes) != digest) return ArtifactDamaged(digest, "its bytes changed");
  return Slice(digest, found->second.bytes, offset, limit_bytes);
}

}  // namespace inquest::store
