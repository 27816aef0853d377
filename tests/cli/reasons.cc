#include "tests/cli/reasons.h"

#include <algorithm>
#include <cctype>

namespace inquest::cli {
namespace {

constexpr std::string_view kBlanks = " \t\n";
constexpr std::string_view kOfIds = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::size_t kShortest = 3;

std::string_view WithoutBlanksBehind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlanks);
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

// Takes `end` off the text, if it ends so.
bool Strip(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text = WithoutBlanksBehind(text.substr(0, text.size() - end.size()));
  return true;
}

// v1::SETTLEMENT_DONE
std::string_view LastName(std::string_view text) {
  const auto begin = std::find_if_not(text.rbegin(), text.rend(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == ':';
  });
  return text.substr(static_cast<std::size_t>(text.rend() - begin));
}

// Is what follows this text made into a reason?
bool MakesReason(std::string_view before) {
  if (before.ends_with("reason(")) return true;
  if (Strip(before, "return")) return Strip(before, ":") && LastName(before).starts_with("Code::k");
  if (!Strip(before, ",")) return false;
  const std::string_view name = LastName(before);
  return name.starts_with("Code::k") || name.find("SETTLEMENT_") != name.npos;
}

bool LooksLikeId(std::string_view word) {
  return word.size() >= kShortest && word.front() >= 'A' && word.front() <= 'Z' &&
         word.back() != '_';
}

}  // namespace

std::set<std::string> IdsIn(std::string_view text) {
  std::set<std::string> ids;
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
    const std::size_t end = text.find_first_not_of(kOfIds, at + 1);
    if (end == text.npos || text[end] != '"') continue;
    const std::string_view word = text.substr(at + 1, end - at - 1);
    const std::string_view before = WithoutBlanksBehind(text.substr(0, at));
    if (!LooksLikeId(word) || before.ends_with("==") || before.ends_with("!=")) continue;
    if (word.find('_') == word.npos && !MakesReason(before)) continue;
    ids.emplace(word);
  }
  return ids;
}

}  // namespace inquest::cli
