#include <optional>
#include <string>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Two values that were to change places, and do not: a third of the swap is missing, or the first
// value is gone before it is taken.
namespace inquest::languages::templates {
namespace {

constexpr double kOverwrittenRank = 1.3;
constexpr double kMiddleRank = 1.6;
constexpr double kLastRank = 2.4;

// What a statement takes over from where.
struct Taking {
  TSNode target;
  TSNode value;
};

std::optional<Taking> TakingOf(const Source& source, TSNode statement) {
  std::optional<Taking> taking;
  int found = 0;
  syntax::Walk(statement, [&](TSNode node) {
    if (!source.IsAny(node, {Kind::kAssignment, Kind::kDeclarator})) return found == 0;
    const TSNode target = syntax::LeftOf(source, node);
    const TSNode value = syntax::RightOf(source, node);
    if (!syntax::IsNull(target) && !syntax::IsNull(value)) taking = Taking{target, value};
    ++found;
    return false;
  });
  return found == 1 ? taking : std::nullopt;
}

bool CanBeWritten(const Source& source, TSNode node) {
  return source.IsAny(node, {Kind::kIdentifier, Kind::kIndex, Kind::kMember});
}

void OfferSwap(TSNode first, TSNode second, Offers& offers) {
  const Source& source = offers.source();
  const auto one = TakingOf(source, first);
  const auto two = TakingOf(source, second);
  if (!one.has_value() || !two.has_value() || !CanBeWritten(source, one->value)) return;
  const std::string kept = offers.Text(one->target);
  const std::string from = offers.Text(one->value);
  const std::string into = offers.Text(two->target);
  const std::string value = offers.Text(two->value);
  const std::string end(offers.words().statement_end);
  const std::string indent(source.IndentOf(second));
  const auto insert = [&](std::uint32_t at, const std::string& statement, double rank) {
    offers.Add({.begin = at,
                .end = at,
                .replacement = indent + statement + end + "\n",
                .origin = "missing-part-of-swap",
                .rank = rank,
                .symptom_guard = false,
                .description = ""});
  };
  const Lines lines = LinesOf(source, second);
  if (value == kept && into == from) {
    // a = b; b = a
    const std::string both = kept + ", " + from;
    const std::string turned = from + ", " + kept;
    const bool braces = source.dialect().braces();
    if (braces && offers.words().append_method.empty()) return;  // no way to write it at once
    offers.ReplaceSpan(first, second,
                       braces ? "[" + both + "] = [" + turned + "]" + end : both + " = " + turned,
                       "overwritten-swap", kOverwrittenRank);
  } else if (value == kept && into != kept && lines.own) {
    insert(lines.begin, from + " = " + into, kMiddleRank);
  } else if (into == from && value != kept && lines.own && CanBeWritten(source, two->value)) {
    insert(lines.end, value + " = " + kept, kLastRank);
  }
}

}  // namespace

void OfferSwaps(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!syntax::IsSimpleStatement(source.KindOf(node))) return;
  const TSNode next = syntax::Sibling(source, node, true);
  const TSNode previous = syntax::Sibling(source, node, false);
  if (!syntax::IsNull(next)) OfferSwap(node, next, offers);
  if (!syntax::IsNull(previous)) OfferSwap(previous, node, offers);
}

}  // namespace inquest::languages::templates
