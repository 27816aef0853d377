#include <string>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong flow: a loop that asks at its wrong end, an alternative that is none.
namespace inquest::languages::templates {
namespace {

constexpr double kLoopRank = 1.9;
constexpr double kElseRank = 2.3;

void OfferOtherLoop(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.dialect().braces()) return;
  const TSNode condition = syntax::ConditionOf(source, node);
  const TSNode body = syntax::BodyOf(source, node);
  if (syntax::IsNull(condition) || syntax::IsNull(body)) return;
  const std::string asked = "while (" + offers.Text(condition) + ")";
  if (source.Is(node, Kind::kWhile)) {
    offers.Replace(node, "do " + offers.Text(body) + " " + asked + ";", "loop-end", kLoopRank);
  } else {
    offers.Replace(node, asked + " " + offers.Text(body), "loop-end", kLoopRank + 0.1);
  }
}

// What follows an if is what should be done otherwise.
void OfferElseFor(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode before = syntax::Sibling(source, node, false);
  if (!source.dialect().braces() || syntax::IsNull(before)) return;
  TSNode last = before;
  while (source.Is(last, Kind::kIf)) {
    TSNode next = syntax::Field(last, {"alternative"});
    if (syntax::IsNull(next)) {
      offers.Replace(node, "else " + offers.Text(node), "missing-else", kElseRank);
      return;
    }
    const auto inside = source.NamedChildren(next);
    if (source.Is(next, Kind::kElse) && inside.size() == 1) next = inside[0];
    last = next;
  }
}

}  // namespace

void OfferFlow(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (source.IsAny(node, {Kind::kWhile, Kind::kDoWhile})) OfferOtherLoop(node, offers);
  if (source.IsAny(node, {Kind::kExpressionStatement, Kind::kReturn})) OfferElseFor(node, offers);
}

}  // namespace inquest::languages::templates
