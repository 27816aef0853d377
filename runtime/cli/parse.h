#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest::cli {

// 90s, 10m, 1h30m, 250ms, 2d; whole numbers, each unit once, larger ones first; a bare number is
// refused (nobody agrees on its unit). INVALID_ARGUMENT (BAD_DURATION). At most ten years.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

// The candidate that the user most likely meant, if any is near enough.
std::optional<std::string> NearestWord(std::string_view word,
                                       std::span<const std::string> candidates);

// An investigation as people name it.
struct InvestigationWord {
  enum class Kind { kLast, kFull, kPrefix } kind = Kind::kLast;
  std::string id;  // without investigations/; empty for @last
};

// @last, a full id, or the beginning of one; investigations/ in front is allowed. INVALID_ARGUMENT
// (BAD_ID) for anything that cannot be the beginning of an id.
Result<InvestigationWord> ParseInvestigationWord(std::string_view word);

}  // namespace inquest::cli
