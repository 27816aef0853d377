#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inquest::cli {

struct FieldViolation {
  std::string field;
  std::string description;
};

// What a client needs of the details that travel beside a gRPC status.
struct StatusDetails {
  std::string reason;  // ErrorInfo.reason; empty: there was none
  std::vector<FieldViolation> violations;
};

// Decodes a serialized google.rpc.Status (the trailer grpc-status-details-bin). Bytes that are not
// one give empty details: an error is still an error without them.
StatusDetails DecodeStatusDetails(std::string_view bytes);

}  // namespace inquest::cli
