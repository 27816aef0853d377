#include "runtime/doors/grpc/small_services.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/doors/grpc/await.h"
#include "runtime/doors/grpc/status_map.h"
#include "runtime/doors/grpc/validate.h"

namespace inquest::doors {
namespace {

constexpr int kHypothesesPageDefault = 100;
constexpr std::int64_t kChunkBytes = 64 * 1024;
// Read and verified at once, then sent in chunks: an artifact is unpacked once for 128 chunks.
constexpr std::int64_t kReadBytes = std::int64_t{8} << 20U;
constexpr std::size_t kMediaTypeLimitBytes = 255;

grpc::Status Refuse(Code code, std::string reason, std::string message) {
  return ToGrpc(Status(code, std::move(reason), std::move(message)));
}

// Where a page of hypotheses begins: the index in the token.
Result<int> PageBegin(const v1::ListHypothesesRequest& request) {
  if (request.page_token().empty()) return 0;
  TRY_ASSIGN(const std::string index, ReadPageToken(request.parent(), request.page_token()));
  int begin = -1;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), begin);
  if (error != std::errc() || end != index.data() + index.size() || begin < 0) {
    return Status(Code::kInvalidArgument, "BAD_PAGE_TOKEN", "page_token: not a token of this list");
  }
  return begin;
}

// The bytes of an upload and what its first message says of them.
struct Upload {
  v1::WriteArtifactRequest first;
  std::string bytes;
};

Result<Upload> Receive(grpc::ServerReader<v1::WriteArtifactRequest>& reader,
                       StallGuard::Transfer& transfer) {
  Upload upload;
  v1::WriteArtifactRequest message;
  bool first = true;
  while (reader.Read(&message)) {
    transfer.Moved();
    if (first != message.has_header()) {
      return Status(Code::kInvalidArgument, "INVALID_FIELD",
                    "header: belongs in the first message, and only there");
    }
    const std::size_t size = upload.bytes.size() + message.data().size();
    if (size > static_cast<std::size_t>(store::kArtifactLimitBytes)) {
      return Status(Code::kResourceExhausted, "ARTIFACT_TOO_LARGE",
                    "an artifact has at most 64 MiB");
    }
    TRY(transfer.Hold(static_cast<std::int64_t>(message.data().size())));
    upload.bytes.append(message.data());
    if (first) {
      message.clear_data();
      upload.first = message;
    }
    first = false;
  }
  TRY(transfer.Check());
  if (first) {
    return Status(Code::kInvalidArgument, "INVALID_FIELD", "header: the stream was empty");
  }
  return upload;
}

Status CheckUpload(const Upload& upload) {
  const v1::Artifact& header = upload.first.header();
  if (header.media_type().size() > kMediaTypeLimitBytes) {
    return {Code::kInvalidArgument, "INVALID_FIELD", "header.media_type: longer than 255 bytes"};
  }
  if (header.size_bytes() != 0 &&
      header.size_bytes() != static_cast<std::int64_t>(upload.bytes.size())) {
    return {Code::kInvalidArgument, "SIZE_MISMATCH",
            "header.size_bytes: says " + std::to_string(header.size_bytes()) + ", sent were " +
                std::to_string(upload.bytes.size())};
  }
  if (header.digest().empty()) return Status::Ok();
  if (const std::string digest = Sha256(upload.bytes).ToHex(); digest != header.digest()) {
    return {
        Code::kInvalidArgument, "DIGEST_MISMATCH",
        "header.digest: says \"" + header.digest().substr(0, 64) + "\", the bytes have " + digest};
  }
  return Status::Ok();
}

}  // namespace

grpc::Status HypothesisService::ListHypotheses(grpc::ServerContext* context,
                                               const v1::ListHypothesesRequest* request,
                                               v1::ListHypothesesResponse* response) {
  auto admitted = admission_.Admit(*context, "inquest.v1.HypothesisService/ListHypotheses");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  auto id = InvestigationId(request->parent());
  if (!id.ok()) return ToGrpc(id.status());
  const auto size = PageSize(request->page_size(), kHypothesesPageDefault);
  if (!size.ok()) return ToGrpc(size.status());
  const auto begin = PageBegin(*request);
  if (!begin.ok()) return ToGrpc(begin.status());
  auto all = Await<std::vector<v1::Hypothesis>>(
      *context, [&](auto done) { engine_.Hypotheses(*id, std::move(done)); });
  if (!all.ok()) return ToGrpc(all.status());
  const int count = static_cast<int>(all->size());
  const int end = *begin + std::min(*size, std::max(0, count - *begin));
  for (int i = *begin; i < end; ++i) {
    *response->add_hypotheses() = std::move((*all)[static_cast<std::size_t>(i)]);
  }
  if (end < count) {
    response->set_next_page_token(MakePageToken(request->parent(), std::to_string(end)));
  }
  return grpc::Status::OK;
}

grpc::Status ArtifactService::GetArtifact(grpc::ServerContext* context,
                                          const v1::GetArtifactRequest* request,
                                          v1::GetArtifactResponse* response) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ArtifactService/GetArtifact");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  const auto digest = DigestFromHex(request->digest());
  if (!digest.ok()) return ToGrpc(digest.status());
  if (const Status gone = StillWanted(*context); !gone.ok()) return ToGrpc(gone);
  auto artifact = artifacts_.Describe(*digest);
  if (!artifact.ok()) return ToGrpc(artifact.status());
  *response->mutable_artifact() = *std::move(artifact);
  return grpc::Status::OK;
}

grpc::Status ArtifactService::ReadArtifact(grpc::ServerContext* context,
                                           const v1::ReadArtifactRequest* request,
                                           grpc::ServerWriter<v1::ReadArtifactResponse>* writer) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ArtifactService/ReadArtifact");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  const auto digest = DigestFromHex(request->digest());
  if (!digest.ok()) return ToGrpc(digest.status());
  StallGuard::Transfer transfer(stall_guard_, *context);
  if (request->offset() < 0 || request->limit_bytes() < 0) {
    return Refuse(Code::kInvalidArgument, "INVALID_FIELD",
                  "offset: it and limit_bytes are 0 or more");
  }
  const auto artifact = artifacts_.Describe(*digest);
  if (!artifact.ok()) return ToGrpc(artifact.status());
  if (request->offset() > artifact->size_bytes()) {
    return Refuse(Code::kOutOfRange, "OFFSET_OUT_OF_RANGE",
                  "offset is past the end, " + std::to_string(artifact->size_bytes()));
  }
  std::int64_t left = artifact->size_bytes() - request->offset();
  if (request->limit_bytes() != 0) left = std::min(left, request->limit_bytes());
  for (std::int64_t offset = request->offset(); left > 0;) {
    if (const Status gone = transfer.Check(); !gone.ok()) return ToGrpc(gone);
    const auto bytes = artifacts_.Read(*digest, offset, std::min(left, kReadBytes));
    if (!bytes.ok()) return ToGrpc(bytes.status());
    if (bytes->empty()) break;
    for (std::size_t at = 0; at < bytes->size(); at += kChunkBytes) {
      v1::ReadArtifactResponse chunk;
      chunk.set_data(bytes->substr(at, kChunkBytes));
      if (!writer->Write(chunk)) {
        const Status why = transfer.Check();
        return ToGrpc(why.ok() ? Status(Code::kCancelled, "CANCELLED", "the reader is gone") : why);
      }
      transfer.Moved();
    }
    offset += static_cast<std::int64_t>(bytes->size());
    left -= static_cast<std::int64_t>(bytes->size());
  }
  return grpc::Status::OK;
}

grpc::Status ArtifactService::WriteArtifact(grpc::ServerContext* context,
                                            grpc::ServerReader<v1::WriteArtifactRequest>* reader,
                                            v1::WriteArtifactResponse* response) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ArtifactService/WriteArtifact");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  StallGuard::Transfer transfer(stall_guard_, *context);
  const auto upload = Receive(*reader, transfer);
  if (!upload.ok()) return ToGrpc(upload.status());
  if (Status bad = CheckUpload(*upload); !bad.ok()) return ToGrpc(bad);
  if (upload->first.unpack() && !unpack_) {
    return Refuse(Code::kUnimplemented, "NO_UNPACKER", "this daemon does not take uploaded trees");
  }
  auto artifact = artifacts_.Put(upload->bytes, upload->first.header().media_type());
  if (!artifact.ok()) return ToGrpc(artifact.status());
  *response->mutable_artifact() = *std::move(artifact);
  if (upload->first.unpack()) {
    auto tree = unpack_(upload->bytes);
    if (!tree.ok()) return ToGrpc(tree.status());
    response->set_tree_digest(*std::move(tree));
  }
  return grpc::Status::OK;
}

}  // namespace inquest::doors
