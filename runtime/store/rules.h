#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

namespace inquest::store {

// What every store says and computes alike: limits, refusals, the hash chain. Pure.

inline constexpr std::size_t kEventLimitBytes = std::size_t{4} << 20U;
// A fork copies what it is forked from in one append.
inline constexpr std::size_t kEventsPerAppendLimit = 100'000;
inline constexpr std::size_t kAppendLimitBytes = std::size_t{256} << 20U;
inline constexpr std::size_t kMediaTypeLimitBytes = 256;
inline constexpr int kListLimit = 10'000;

// The shape of a request, whatever the journal holds: INVALID_ARGUMENT (BAD_APPEND).
Status CheckAppend(const AppendRequest& request);
// INVALID_ARGUMENT (BAD_QUERY): a limit outside of 1..kListLimit.
Status CheckQuery(const ListQuery& query);
// RESOURCE_EXHAUSTED (ARTIFACT_TOO_LARGE), INVALID_ARGUMENT (BAD_MEDIA_TYPE).
Status CheckArtifact(const NewArtifact& artifact);

Status SequenceMismatch(const std::string& id, std::int64_t expected, std::int64_t actual);
Status RequestIdReused(const std::string& request_id, const std::string& investigation);
Status InvestigationNotFound(const std::string& id);
Status ArtifactNotFound(const Digest& digest);
Status ArtifactDamaged(const Digest& digest, std::string_view what);
Status JournalDamaged(const std::string& id, std::int64_t sequence, std::string_view what);

// The part of verified bytes that Read asked for; OUT_OF_RANGE past the end.
Result<std::string> Slice(const Digest& digest, const std::string& bytes, std::int64_t offset,
                          std::int64_t limit_bytes);

// SHA-256(previous ‖ payload). A hasher that has been used already is quicker than a new one.
Digest NextChain(Hasher& hasher, const Digest& previous, std::string_view payload);

// `events` follow `previous` without a gap and unchanged.
Status VerifyChain(const std::string& id, std::int64_t after_sequence, Digest previous,
                   const std::vector<JournalEvent>& events);

}  // namespace inquest::store
