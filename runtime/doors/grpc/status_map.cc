#include "runtime/doors/grpc/status_map.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace inquest::doors {
namespace {

constexpr int kRetryAfterSeconds = 1;
// Trailers are limited to 8 KiB by most peers.
constexpr std::size_t kMessageLimitBytes = 2048;

bool WorthRetrying(Code code) { return code == Code::kUnavailable; }

}  // namespace

grpc::Status ToGrpc(const Refusal& refusal) {
  const Status& status = refusal.status;
  if (status.ok()) return grpc::Status::OK;
  const std::string message = status.message().substr(0, kMessageLimitBytes);

  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(status.reason());
  info.set_domain(kErrorDomain);
  details.add_details()->PackFrom(info);
  if (!refusal.field.empty()) {
    google::rpc::BadRequest bad_request;
    auto* violation = bad_request.add_field_violations();
    violation->set_field(refusal.field);
    violation->set_description(message);
    details.add_details()->PackFrom(bad_request);
  }
  if (WorthRetrying(status.code())) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(kRetryAfterSeconds);
    details.add_details()->PackFrom(retry);
  }
  return {static_cast<grpc::StatusCode>(status.code()), message, details.SerializeAsString()};
}

grpc::Status ToGrpc(const Status& status) {
  // "filter: ...", "page_token: ...": such messages name the field first.
  Refusal refusal{status, ""};
  const std::size_t colon = status.message().find(": ");
  if (status.code() == Code::kInvalidArgument && colon != std::string::npos &&
      status.message().find(' ') > colon) {
    refusal.field = status.message().substr(0, colon);
  }
  return ToGrpc(refusal);
}

}  // namespace inquest::doors
