#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong flow: a loop that asks at its wrong end, an alternative that is none, one that is asked for
// too late, a value that goes the wrong way.
namespace inquest::languages::templates {
namespace {

constexpr double kLoopRank = 1.9;
constexpr double kElseRank = 2.3;
constexpr double kBranchOrderRank = 2.2;
constexpr double kSwappedSidesRank = 2.1;

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

// One branch of a chain: bytes of its condition and of its body.
struct Branch {
  TSNode condition;
  TSNode body;
};

std::vector<Branch> BranchesOf(const Source& source, TSNode node) {
  constexpr std::size_t kMost = 8;
  std::vector<Branch> branches;
  while (source.Is(node, Kind::kIf) && branches.size() <= kMost) {
    const Branch branch{syntax::ConditionOf(source, node), syntax::BodyOf(source, node)};
    if (syntax::IsNull(branch.condition) || syntax::IsNull(branch.body)) break;
    branches.push_back(branch);
    TSNode next = syntax::Field(node, {"alternative"});
    const auto inside = syntax::IsNull(next) ? std::vector<TSNode>{} : source.NamedChildren(next);
    if (syntax::IsNull(next)) break;
    node = source.Is(next, Kind::kElse) && inside.size() == 1 ? inside[0] : next;
  }
  if (branches.size() > kMost) branches.clear();
  return branches;
}

// What should be asked first is asked too late: a branch of the chain comes before all others.
void OfferBranchOrder(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const std::vector<Branch> branches = BranchesOf(source, node);
  if (branches.size() < 2) return;
  const std::uint32_t begin = ts_node_start_byte(branches.front().condition);
  const std::uint32_t end = ts_node_end_byte(branches.back().body);
  for (std::size_t first = 1; first < branches.size(); ++first) {
    std::vector<Branch> order = branches;
    std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first),
                order.begin() + static_cast<std::ptrdiff_t>(first) + 1);
    std::string text;
    std::uint32_t at = begin;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      text += source.Between(at, ts_node_start_byte(branches[i].condition));
      text += source.TextOf(order[i].condition);
      text += source.Between(ts_node_end_byte(branches[i].condition),
                             ts_node_start_byte(branches[i].body));
      text += source.TextOf(order[i].body);
      at = ts_node_end_byte(branches[i].body);
    }
    offers.Add({.begin = begin,
                .end = end,
                .replacement = std::move(text),
                .origin = "branch-order",
                .rank = kBranchOrderRank,
                .symptom_guard = false,
                .description = "ask first: " + offers.Text(branches[first].condition)});
  }
}

// a = b for b = a.
void OfferSwappedSides(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode left = syntax::Field(node, {"left"});
  const TSNode right = syntax::Field(node, {"right"});
  const auto holds = [&](TSNode side) {
    return !syntax::IsNull(side) &&
           source.IsAny(side, {Kind::kIdentifier, Kind::kIndex, Kind::kMember});
  };
  if (!holds(left) || !holds(right)) return;
  offers.Replace(node, offers.Text(right) + " = " + offers.Text(left), "swapped-sides",
                 kSwappedSidesRank);
}

}  // namespace

void OfferFlow(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (source.IsAny(node, {Kind::kWhile, Kind::kDoWhile})) OfferOtherLoop(node, offers);
  if (source.Is(node, Kind::kIf)) OfferBranchOrder(node, offers);
  if (source.Is(node, Kind::kAssignment)) OfferSwappedSides(node, offers);
  if (source.IsAny(node, {Kind::kExpressionStatement, Kind::kReturn})) OfferElseFor(node, offers);
}

}  // namespace inquest::languages::templates
