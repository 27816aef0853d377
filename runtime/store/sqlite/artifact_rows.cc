#include "runtime/store/sqlite/artifact_rows.h"

#include <algorithm>
#include <utility>

#include "runtime/store/rules.h"

namespace inquest::store {

Status ArtifactWriter::Prepare() {
  TRY_ASSIGN(select_, database_.Prepare("SELECT 1 FROM artifact WHERE digest = ?1"));
  TRY_ASSIGN(insert_,
             database_.Prepare("INSERT INTO artifact (digest, size_bytes, media_type, encoding,"
                               " first_piece, pieces, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  TRY_ASSIGN(insert_piece_, database_.Prepare("INSERT INTO artifact_piece (body) VALUES (?1)"));
  return Status::Ok();
}

Status ArtifactWriter::Write(const ArtifactRow& row) {
  {
    Execution known = select_.With(row.digest);
    TRY_ASSIGN(const bool exists, known.Step());
    if (exists) return Status::Ok();
  }
  const auto encoding = static_cast<int>(row.encoding);
  if (!row.body) {
    return insert_.With(row.digest, row.size_bytes, row.media_type, encoding, 0, 0, Null{}).Run();
  }
  const std::size_t remainder = row.body->size() % kPieceBytes;
  std::int64_t first_piece = 0;
  std::int64_t pieces = 0;
  for (std::size_t at = remainder; at < row.body->size(); at += kPieceBytes) {
    TRY(insert_piece_.With(Blob{row.body->substr(at, kPieceBytes)}).Run());
    if (pieces++ == 0) first_piece = database_.last_insert_id();
  }
  return insert_
      .With(row.digest, row.size_bytes, row.media_type, encoding, first_piece, pieces,
            Blob{row.body->substr(0, remainder)})
      .Run();
}

Status ArtifactReader::Prepare() {
  TRY_ASSIGN(
      describe_,
      database_.Prepare("SELECT size_bytes, media_type, encoding FROM artifact WHERE digest = ?1"));
  TRY_ASSIGN(read_,
             database_.Prepare("SELECT size_bytes, media_type, encoding, first_piece, pieces, body"
                               " FROM artifact WHERE digest = ?1"));
  TRY_ASSIGN(read_pieces_,
             database_.Prepare("SELECT body FROM artifact_piece WHERE id >= ?1 AND id < ?1 + ?2"
                               " ORDER BY id"));
  return Status::Ok();
}

namespace {

StoredArtifact Fields(const Execution& row) {
  return {.size_bytes = row.Int(0),
          .media_type = row.Text(1),
          .encoding = static_cast<Encoding>(row.Int(2)),
          .body = std::nullopt};
}

}  // namespace

Result<std::optional<StoredArtifact>> ArtifactReader::Describe(const Digest& digest) {
  Execution row = describe_.With(digest);
  TRY_ASSIGN(const bool exists, row.Step());
  if (!exists) return std::optional<StoredArtifact>();
  return std::optional<StoredArtifact>(Fields(row));
}

Result<std::optional<StoredArtifact>> ArtifactReader::Read(const Digest& digest) {
  Execution row = read_.With(digest);
  TRY_ASSIGN(const bool exists, row.Step());
  if (!exists) return std::optional<StoredArtifact>();
  StoredArtifact stored = Fields(row);
  if (row.IsNull(5)) return std::optional<StoredArtifact>(std::move(stored));
  std::string body = row.Bytes(5);
  const std::int64_t pieces = row.Int(4);
  Execution piece = read_pieces_.With(row.Int(3), pieces);
  for (std::int64_t i = 0; i < pieces; ++i) {
    TRY_ASSIGN(const bool more, piece.Step());
    if (!more) return ArtifactDamaged(digest, "a piece is missing");
    body += piece.Bytes(0);
    if (body.size() > kInlineLimitBytes) return ArtifactDamaged(digest, "it has too many pieces");
  }
  stored.body = std::move(body);
  return std::optional<StoredArtifact>(std::move(stored));
}

}  // namespace inquest::store
