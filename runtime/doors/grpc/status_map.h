#pragma once

#include <grpcpp/support/status.h>

#include "runtime/base/status.h"
#include "runtime/doors/grpc/refusal.h"

namespace inquest::doors {

inline constexpr char kErrorDomain[] = "inquest.dev";

// Our status as gRPC's, with google.rpc.Status details: ErrorInfo (reason, domain) always,
// BadRequest when a field is at fault, RetryInfo where trying again can help.
grpc::Status ToGrpc(const Status& status);
grpc::Status ToGrpc(const Refusal& refusal);

}  // namespace inquest::doors
