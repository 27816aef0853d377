#include "runtime/store/sqlite/artifact_store.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "runtime/store/rules.h"
#include "runtime/store/sqlite/jobs.h"

namespace inquest::store {

namespace {

v1::Artifact Description(const Digest& digest, std::int64_t size_bytes, std::string media_type) {
  v1::Artifact description;
  description.set_digest(digest.ToHex());
  description.set_size_bytes(size_bytes);
  description.set_media_type(std::move(media_type));
  return description;
}

}  // namespace

Result<std::string> VerifiedBytes(StoredArtifact stored, BlobFiles& files, const Digest& digest) {
  if (stored.size_bytes < 0 || stored.size_bytes > kArtifactLimitBytes) {
    return ArtifactDamaged(digest, "its size is " + std::to_string(stored.size_bytes));
  }
  const auto size_bytes = static_cast<std::size_t>(stored.size_bytes);
  if (!stored.body) {
    Result<std::string> file = files.Read(digest, size_bytes);
    if (!file.ok()) return ArtifactDamaged(digest, file.status().message());
    stored.body = *std::move(file);
  }
  Result<std::string> bytes = Decode(*std::move(stored.body), stored.encoding, size_bytes);
  if (!bytes.ok()) return ArtifactDamaged(digest, bytes.status().message());
  if (Sha256(*bytes) != digest) return ArtifactDamaged(digest, "its bytes changed");
  return bytes;
}

Result<std::vector<v1::Artifact>> SqliteArtifacts::PutAll(
    const std::vector<NewArtifact>& artifacts) {
  for (const NewArtifact& artifact : artifacts) TRY(CheckArtifact(artifact));
  std::vector<v1::Artifact> descriptions;
  std::vector<ArtifactRow> rows;
  std::unordered_set<Digest> seen;
  for (const NewArtifact& artifact : artifacts) {
    const Digest digest = Sha256(artifact.bytes);
    const auto size_bytes = static_cast<std::int64_t>(artifact.bytes.size());
    descriptions.push_back(Description(digest, size_bytes, artifact.media_type));
    if (!seen.insert(digest).second) continue;
    rows.push_back({.digest = digest,
                    .size_bytes = size_bytes,
                    .media_type = artifact.media_type,
                    .encoding = Encoding::kRaw,
                    .body = artifact.bytes});
  }
  TRY(DropKnown(rows));
  if (rows.empty()) return descriptions;

  std::vector<std::string> compressed(rows.size());  // what the rows borrow
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ArtifactRow& row = rows[i];
    if (compression_ == Compression::kZstd) compressed[i] = CompressIfSmaller(*row.body);
    if (!compressed[i].empty()) {
      row.encoding = Encoding::kZstd;
      row.body = compressed[i];
    }
    if (row.body->size() <= kInlineLimitBytes) continue;
    TRY(files_.Write(row.digest, *row.body));
    row.body.reset();
  }
  auto job = std::make_unique<ArtifactsJob>(rows);
  std::future<Status> written = job->Result();
  writer_.Submit(std::move(job));
  TRY(written.get());
  return descriptions;
}

Status SqliteArtifacts::DropKnown(std::vector<ArtifactRow>& rows) {
  TRY_ASSIGN(Readers::Lease reader, readers_.Take());
  Status failed;
  const auto known = [&](const ArtifactRow& row) {
    const Result<std::optional<StoredArtifact>> stored = reader->artifacts.Describe(row.digest);
    if (!stored.ok()) failed = stored.status();
    return stored.ok() && stored->has_value();
  };
  rows.erase(std::remove_if(rows.begin(), rows.end(), known), rows.end());
  return failed;
}

Result<v1::Artifact> SqliteArtifacts::Describe(const Digest& digest) {
  TRY_ASSIGN(Readers::Lease reader, readers_.Take());
  TRY_ASSIGN(std::optional<StoredArtifact> stored, reader->artifacts.Describe(digest));
  if (!stored) return ArtifactNotFound(digest);
  return Description(digest, stored->size_bytes, std::move(stored->media_type));
}

Result<std::string> SqliteArtifacts::Read(const Digest& digest, std::int64_t offset,
                                          std::int64_t limit_bytes) {
  Bytes bytes = Remembered(digest);
  if (!bytes) {
    TRY_ASSIGN(bytes, ReadVerified(digest));
  }
  TRY_ASSIGN(std::string slice, Slice(digest, *bytes, offset, limit_bytes));
  const std::size_t end = static_cast<std::size_t>(offset) + slice.size();
  Remember(digest, bytes, end < bytes->size());
  return slice;
}

Result<SqliteArtifacts::Bytes> SqliteArtifacts::ReadVerified(const Digest& digest) {
  std::optional<StoredArtifact> stored;
  {
    TRY_ASSIGN(Readers::Lease reader, readers_.Take());
    TRY_ASSIGN(stored, reader->artifacts.Read(digest));
  }
  if (!stored) return ArtifactNotFound(digest);
  TRY_ASSIGN(std::string bytes, VerifiedBytes(*std::move(stored), files_, digest));
  return Bytes(std::make_shared<const std::string>(std::move(bytes)));
}

SqliteArtifacts::Bytes SqliteArtifacts::Remembered(const Digest& digest) {
  std::lock_guard lock(mutex_);
  return reading_bytes_ && reading_ == digest ? reading_bytes_ : nullptr;
}

void SqliteArtifacts::Remember(const Digest& digest, const Bytes& bytes, bool more_to_read) {
  std::lock_guard lock(mutex_);
  if (more_to_read) {
    reading_ = digest;
    reading_bytes_ = bytes;
  } else if (reading_ == digest) {
    reading_bytes_.reset();
  }
}

}  // namespace inquest::store
