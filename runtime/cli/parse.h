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

// What a duration looks like to people: 0.3s, 12.0s, 3m05s, 2h10m.
std::string ShowDuration(std::chrono::milliseconds duration);

// 512, 10K, 1.5M or 2G style, powers of 1024.
std::string ShowBytes(std::int64_t bytes);

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
