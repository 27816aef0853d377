#pragma once

#include <string>
#include <utility>

#include "runtime/base/status.h"

namespace inquest::doors {

// Why a request is not taken: the status, and which field of the request is at fault (empty: none
// in particular).
struct Refusal {
  Status status;
  std::string field;

  bool ok() const { return status.ok(); }

  static Refusal None() { return {}; }
  static Refusal Of(std::string field, std::string problem, std::string reason = "INVALID_FIELD") {
    std::string message = field + ": " + std::move(problem);
    return {Status(Code::kInvalidArgument, std::move(reason), std::move(message)),
            std::move(field)};
  }
};

}  // namespace inquest::doors
