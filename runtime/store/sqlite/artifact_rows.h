#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/digest.h"
#include "runtime/store/encoding.h"
#include "runtime/store/sqlite/database.h"

namespace inquest::store {

// Larger ones (as they are stored) become files: above this a file is faster.
inline constexpr std::size_t kInlineLimitBytes = std::size_t{128} << 10U;
// Four rows of this size fill a page of 4 KiB.
inline constexpr std::size_t kPieceBytes = 1008;

// An artifact on its way into the database. The bytes are borrowed.
struct ArtifactRow {
  Digest digest;
  std::int64_t size_bytes = 0;
  std::string_view media_type;
  Encoding encoding = Encoding::kRaw;
  // As stored; none when they are in a file.
  std::optional<std::string_view> body;
};

// An artifact as the database holds it.
struct StoredArtifact {
  std::int64_t size_bytes = 0;
  std::string media_type;
  Encoding encoding = Encoding::kRaw;
  std::optional<std::string> body;  // as stored; none: in a file, or not asked for
};

// Writes artifacts within the writer's transaction. Belongs to the writer's thread.
class ArtifactWriter {
 public:
  explicit ArtifactWriter(Database& database) : database_(database) {}
  // Before anything else.
  Status Prepare();
  // Nothing is written if it is there already.
  Status Write(const ArtifactRow& row);

 private:
  Database& database_;
  Statement select_;
  Statement insert_;
  Statement insert_piece_;
};

// Reads them over one connection; used by one thread at a time.
class ArtifactReader {
 public:
  explicit ArtifactReader(Database& database) : database_(database) {}
  // Before anything else.
  Status Prepare();
  // None: there is no such artifact. Without the body.
  Result<std::optional<StoredArtifact>> Describe(const Digest& digest);
  Result<std::optional<StoredArtifact>> Read(const Digest& digest);

 private:
  Database& database_;
  Statement describe_;
  Statement read_;
  Statement read_pieces_;
};

}  // namespace inquest::store
