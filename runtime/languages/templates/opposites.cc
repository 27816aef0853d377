#include "runtime/languages/templates/opposites.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace inquest::languages::templates {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array kOpposites = {
    Pair{"above", "below"},
    Pair{"after", "before"},
    Pair{"ancestor", "descendant"},
    Pair{"back", "front"},
    Pair{"begin", "end"},
    Pair{"bottom", "top"},
    Pair{"child", "parent"},
    Pair{"children", "parents"},
    Pair{"close", "open"},
    Pair{"closed", "open"},
    Pair{"col", "row"},
    Pair{"cols", "rows"},
    Pair{"column", "row"},
    Pair{"columns", "rows"},
    Pair{"credit", "debit"},
    Pair{"dest", "source"},
    Pair{"dest", "src"},
    Pair{"destination", "source"},
    Pair{"disable", "enable"},
    Pair{"disabled", "enabled"},
    Pair{"down", "up"},
    Pair{"dst", "src"},
    Pair{"end", "start"},
    Pair{"even", "odd"},
    Pair{"failed", "passed"},
    Pair{"first", "last"},
    Pair{"first", "second"},
    Pair{"found", "missing"},
    Pair{"from", "to"},
    Pair{"global", "local"},
    Pair{"head", "tail"},
    Pair{"height", "width"},
    Pair{"hi", "lo"},
    Pair{"high", "low"},
    Pair{"in", "out"},
    Pair{"incoming", "outgoing"},
    Pair{"inner", "outer"},
    Pair{"input", "output"},
    Pair{"key", "value"},
    Pair{"keys", "values"},
    Pair{"left", "right"},
    Pair{"lower", "upper"},
    Pair{"max", "min"},
    Pair{"maximum", "minimum"},
    Pair{"negative", "positive"},
    Pair{"neg", "pos"},
    Pair{"new", "old"},
    Pair{"next", "prev"},
    Pair{"next", "previous"},
    Pair{"predecessor", "successor"},
    Pair{"predecessors", "successors"},
    Pair{"read", "write"},
    Pair{"receive", "send"},
    Pair{"request", "response"},
    Pair{"sender", "receiver"},
    Pair{"source", "target"},
    Pair{"start", "stop"},
    Pair{"x", "y"},
};

// "leftChild", "left_child", "LEFT_CHILD": left, child.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  bool was_lower = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = std::isupper(byte) != 0;
    if ((c == '_' || (upper && was_lower)) && !words.back().empty()) words.emplace_back();
    if (c != '_') words.back() += static_cast<char>(std::tolower(byte));
    was_lower = !upper && c != '_';
  }
  return words;
}

}  // namespace

bool AreOpposites(std::string_view one, std::string_view other) {
  const auto words = WordsOf(one);
  const auto others = WordsOf(other);
  if (words.size() != others.size()) return false;
  const auto [at, there] = std::mismatch(words.begin(), words.end(), others.begin());
  if (at == words.end() || !std::equal(at + 1, words.end(), there + 1)) return false;
  const auto says = [&, &word = *at, &opposite = *there](const Pair& pair) {
    return (word == pair.first && opposite == pair.second) ||
           (word == pair.second && opposite == pair.first);
  };
  return std::any_of(kOpposites.begin(), kOpposites.end(), says);
}

}  // namespace inquest::languages::templates
