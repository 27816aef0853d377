#include "runtime/cli/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

#include "runtime/base/edit_distance.h"

namespace inquest::cli {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// Larger ones first: the order in which they may follow one another.
constexpr std::array kUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                            Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::int64_t kDurationMaxMs = std::int64_t{3650} * 86'400'000;
constexpr std::size_t kIdLength = 20;
constexpr std::size_t kWordMax = 64;

Status BadDuration(std::string_view text) {
  return {Code::kInvalidArgument, "BAD_DURATION",
          "'" + std::string(text) + "' is not a duration such as 90s, 10m or 1h30m"};
}

// The unit that `rest` begins with, taken off it. Its name ends where the next number begins.
const Unit* TakeUnit(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("0123456789"), rest.size());
  const std::string_view name = rest.substr(0, end);
  const auto* unit = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const Unit& candidate) { return candidate.name == name; });
  if (unit == kUnits.end()) return nullptr;
  rest.remove_prefix(end);
  return unit;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  std::string_view rest = text;
  const Unit* previous = nullptr;
  std::int64_t total = 0;
  while (!rest.empty()) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (parsed.ec != std::errc() || number < 0 || rest.front() == '-') return BadDuration(text);
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    const Unit* unit = TakeUnit(rest);
    if (unit == nullptr || (previous != nullptr && unit <= previous)) return BadDuration(text);
    if (number > kDurationMaxMs / unit->milliseconds) return BadDuration(text);
    total += number * unit->milliseconds;
    previous = unit;
  }
  if (previous == nullptr || total > kDurationMaxMs) return BadDuration(text);
  return std::chrono::milliseconds(total);
}

std::optional<std::string> NearestWord(std::string_view word,
                                       std::span<const std::string> candidates) {
  if (word.size() > kWordMax) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

Result<InvestigationWord> ParseInvestigationWord(std::string_view word) {
  using Kind = InvestigationWord::Kind;
  constexpr std::string_view kCollection = "investigations/";
  if (word == "@last") return InvestigationWord{Kind::kLast, ""};
  std::string_view id = word;
  if (id.starts_with(kCollection)) id.remove_prefix(kCollection.size());
  const bool letters = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
  });
  if (id.empty() || id.size() > kIdLength || !letters) {
    return Status(Code::kInvalidArgument, "BAD_ID",
                  "'" + std::string(word.substr(0, kWordMax)) + "' is not an investigation's id");
  }
  return InvestigationWord{id.size() == kIdLength ? Kind::kFull : Kind::kPrefix, std::string(id)};
}

}  // namespace inquest::cli
