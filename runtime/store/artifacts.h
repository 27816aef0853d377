#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/artifact.pb.h"
#include "runtime/base/digest.h"
#include "runtime/base/status.h"

namespace inquest::store {

// Larger artifacts are refused (RESOURCE_EXHAUSTED, ARTIFACT_TOO_LARGE).
inline constexpr std::int64_t kArtifactLimitBytes = std::int64_t{64} << 20U;

struct NewArtifact {
  std::string_view bytes;
  std::string media_type;
};

// Content-addressed bytes, written once, verified on read. Thread-safe; calls block on I/O (never
// call from the engine thread). What Put returned is on disk (fsync) and survives a power cut.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;

  // All or none; one fsync for all of them. Bytes that are there already cost no write.
  virtual Result<std::vector<v1::Artifact>> PutAll(const std::vector<NewArtifact>& artifacts) = 0;
  Result<v1::Artifact> Put(std::string_view bytes, std::string media_type);

  // NOT_FOUND (ARTIFACT_NOT_FOUND).
  virtual Result<v1::Artifact> Describe(const Digest& digest) = 0;

  // Up to `limit_bytes` of the raw bytes from `offset` on; fewer only at the end. The whole
  // artifact is verified against its digest before any byte is returned: DATA_LOSS
  // (ARTIFACT_DAMAGED) otherwise. OUT_OF_RANGE: offset past the end.
  virtual Result<std::string> Read(const Digest& digest, std::int64_t offset,
                                   std::int64_t limit_bytes) = 0;
  // The whole artifact by its hexadecimal digest.
  Result<std::string> ReadAll(const std::string& hex_digest);
};

}  // namespace inquest::store
