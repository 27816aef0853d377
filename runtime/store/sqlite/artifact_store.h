#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/store/artifacts.h"
#include "runtime/store/blob_files.h"
#include "runtime/store/sqlite/readers.h"
#include "runtime/store/sqlite/sqlite_store.h"
#include "runtime/store/sqlite/writer.h"

namespace inquest::store {

// The raw bytes of what the database holds, its file read if it has one, checked against the
// digest: DATA_LOSS (ARTIFACT_DAMAGED).
Result<std::string> VerifiedBytes(StoredArtifact stored, BlobFiles& files, const Digest& digest);

// The artifacts' half of SqliteStore: hashing and compressing on the caller's thread, rows through
// the writer, large bodies as files. Thread-safe.
class SqliteArtifacts final : public ArtifactStore {
 public:
  SqliteArtifacts(BlobFiles& files, Readers& readers, Writer& writer, Compression compression)
      : files_(files), readers_(readers), writer_(writer), compression_(compression) {}

  Result<std::vector<v1::Artifact>> PutAll(const std::vector<NewArtifact>& artifacts) override;
  Result<v1::Artifact> Describe(const Digest& digest) override;
  Result<std::string> Read(const Digest& digest, std::int64_t offset,
                           std::int64_t limit_bytes) override;

 private:
  using Bytes = std::shared_ptr<const std::string>;

  // Removes from `rows` what is stored already.
  Status DropKnown(std::vector<ArtifactRow>& rows);
  Result<Bytes> ReadVerified(const Digest& digest);
  Bytes Remembered(const Digest& digest);
  void Remember(const Digest& digest, const Bytes& bytes, bool more_to_read);

  BlobFiles& files_;
  Readers& readers_;
  Writer& writer_;
  const Compression compression_;

  std::mutex mutex_;  // guards the two below
  // The artifact that somebody reads piece by piece, so that it is verified once and not per piece;
  // let go when its end is read.
  Digest reading_;
  Bytes reading_bytes_;
};

}  // namespace inquest::store
