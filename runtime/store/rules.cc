#include "runtime/store/rules.h"

#include <utility>

namespace inquest::store {

Status CheckAppend(const AppendRequest& request) {
  const auto bad = [&](const std::string& what) {
    return Status(Code::kInvalidArgument, "BAD_APPEND", "append to '" + request.id + "': " + what);
  };
  if (request.id.empty()) return bad("the id is empty");
  if (request.expected_sequence < 0) return bad("the expected sequence is negative");
  if (request.events.empty()) return bad("there is no event");
  if (request.events.size() > kEventsPerAppendLimit) {
    return bad(std::to_string(request.events.size()) + " events, the limit is " +
               std::to_string(kEventsPerAppendLimit));
  }
  std::size_t total_bytes = 0;
  for (const std::string& event : request.events) {
    total_bytes += event.size();
    if (event.size() > kEventLimitBytes) {
      return bad("an event of " + std::to_string(event.size()) + " bytes, the limit is " +
                 std::to_string(kEventLimitBytes));
    }
  }
  if (total_bytes > kAppendLimitBytes) {
    return bad("events of " + std::to_string(total_bytes) + " bytes, the limit is " +
               std::to_string(kAppendLimitBytes));
  }
  return Status::Ok();
}

Status CheckQuery(const ListQuery& query) {
  if (query.limit >= 1 && query.limit <= kListLimit) return Status::Ok();
  return {Code::kInvalidArgument, "BAD_QUERY",
          "list investigations: the limit " + std::to_string(query.limit) + " is not in 1.." +
              std::to_string(kListLimit)};
}

Status CheckArtifact(const NewArtifact& artifact) {
  if (artifact.bytes.size() > static_cast<std::size_t>(kArtifactLimitBytes)) {
    return {Code::kResourceExhausted, "ARTIFACT_TOO_LARGE",
            "store an artifact of " + std::to_string(artifact.bytes.size()) +
                " bytes: the limit is " + std::to_string(kArtifactLimitBytes)};
  }
  if (artifact.media_type.size() > kMediaTypeLimitBytes) {
    return {Code::kInvalidArgument, "BAD_MEDIA_TYPE",
            "store an artifact: its media type is longer than " +
                std::to_string(kMediaTypeLimitBytes) + " bytes"};
  }
  return Status::Ok();
}

Status SequenceMismatch(const std::string& id, std::int64_t expected, std::int64_t actual) {
  return {Code::kAborted, "SEQUENCE_MISMATCH",
          "append to investigation " + id + ": expected last sequence " + std::to_string(expected) +
              ", it is " + std::to_string(actual)};
}

Status RequestIdReused(const std::string& request_id, const std::string& investigation) {
  return {Code::kAlreadyExists, "REQUEST_ID_REUSED",
          "request id '" + request_id + "' was used for investigation " + investigation};
}

Status InvestigationNotFound(const std::string& id) {
  return {Code::kNotFound, "INVESTIGATION_NOT_FOUND", "there is no investigation '" + id + "'"};
}

Status ArtifactNotFound(const Digest& digest) {
  return {Code::kNotFound, "ARTIFACT_NOT_FOUND", "there is no artifact " + digest.ToHex()};
}

Status ArtifactDamaged(const Digest& digest, std::string_view what) {
  return {Code::kDataLoss, "ARTIFACT_DAMAGED",
          "artifact " + digest.ToHex() + " is damaged: " + std::string(what)};
}

Status JournalDamaged(const std::string& id, std::int64_t sequence, std::string_view what) {
  return {Code::kDataLoss, "JOURNAL_DAMAGED",
          "journal of investigation " + id + " is damaged at sequence " + std::to_string(sequence) +
              ": " + std::string(what)};
}

Result<std::string> Slice(const Digest& digest, const std::string& bytes, std::int64_t offset,
                          std::int64_t limit_bytes) {
  if (offset < 0 || limit_bytes < 0 || offset > static_cast<std::int64_t>(bytes.size())) {
    return Status(Code::kOutOfRange, "OFFSET_OUT_OF_RANGE",
                  "read artifact " + digest.ToHex() + ": offset " + std::to_string(offset) +
                      ", limit " + std::to_string(limit_bytes) + ", it has " +
                      std::to_string(bytes.size()) + " bytes");
  }
  return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(limit_bytes));
}

Digest NextChain(Hasher& hasher, const Digest& previous, std::string_view payload) {
  hasher.Update({reinterpret_cast<const char*>(previous.bytes.data()), previous.bytes.size()});
  hasher.Update(payload);
  return hasher.Finish();
}

Status VerifyChain(const std::string& id, std::int64_t after_sequence, Digest previous,
                   const std::vector<JournalEvent>& events) {
  std::int64_t sequence = after_sequence;
  Hasher hasher;
  for (const JournalEvent& event : events) {
    ++sequence;
    if (event.sequence != sequence) return JournalDamaged(id, sequence, "the event is missing");
    previous = NextChain(hasher, previous, event.payload);
    if (event.chain != previous) {
      return JournalDamaged(id, sequence, "its chain is not that of its bytes");
    }
  }
  return Status::Ok();
}

}  // namespace inquest::store
