#include "runtime/languages/syntax/choices.h"

#include <map>
#include <string>

#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::syntax {
namespace {

constexpr std::size_t kConditionsLimit = 4;

struct Choice {
  TSNode condition;
  bool repeats = false;
};

std::vector<Choice> ChoicesOf(const Source& source) {
  std::vector<Choice> choices;
  Walk(source.root(), [&](TSNode node) {
    const bool repeats = source.IsAny(node, {Kind::kWhile, Kind::kDoWhile, Kind::kFor});
    if (!repeats &&
        !source.IsAny(node, {Kind::kIf, Kind::kElif, Kind::kFilter, Kind::kConditional})) {
      return true;
    }
    const TSNode condition = ConditionOf(source, node);
    // What declares a name (`if (auto at = ...)`) is no operand of anything.
    const bool held = !IsNull(condition) && IsExpression(source.KindOf(condition));
    if (held) choices.push_back({condition, repeats});
    return true;
  });
  return choices;
}

ConstantCondition MakeConstant(const Source& source, TSNode condition, bool always) {
  ConstantCondition made;
  made.condition = source.TextOf(condition);
  made.first_line = FirstLine(condition);
  made.last_line = LastLine(condition);
  made.always = always;
  made.edit.begin = ts_node_start_byte(condition);
  made.edit.end = ts_node_end_byte(condition);
  made.edit.replacement = "(" + made.condition + ") " +
                          std::string(always ? source.words().or_word : source.words().and_word) +
                          " " + std::string(source.words().failure);
  made.edit.origin = "constant-condition";
  return made;
}

}  // namespace

std::vector<ConstantCondition> NewConditionsMadeConstant(const Source& before,
                                                         const Source& after) {
  std::map<std::string, int, std::less<>> known;
  for (const Choice& choice : ChoicesOf(before)) {
    ++known[std::string(before.TextOf(choice.condition))];
  }
  std::vector<ConstantCondition> made;
  std::size_t fresh = 0;
  for (const Choice& choice : ChoicesOf(after)) {
    const auto at = known.find(after.TextOf(choice.condition));
    if (at != known.end() && at->second > 0) {
      --at->second;
      continue;
    }
    if (++fresh > kConditionsLimit) break;
    // A loop that always goes on ends otherwise.
    if (!choice.repeats) made.push_back(MakeConstant(after, choice.condition, true));
    made.push_back(MakeConstant(after, choice.condition, false));
  }
  return made;
}

}  // namespace inquest::languages::syntax
