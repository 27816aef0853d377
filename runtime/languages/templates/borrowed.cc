#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/donations.h"
#include "runtime/languages/templates/offers.h"

// Wrong expressions and targets, for which the right one stands elsewhere in the function.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kExpressionBytes = 80;
constexpr std::size_t kBorrowedLimit = 30;
constexpr double kExpressionRank = 2.7;
constexpr double kTargetRank = 2.5;
constexpr double kNameRank = 2.65;

bool SameSort(Kind a, Kind b) {
  return SortOf(a) != Donation::Sort::kNone && SortOf(a) == SortOf(b);
}

std::vector<std::string> Others(const Source& source, TSNode node, bool targets) {
  const TSNode function = source.Enclosing(node, {Kind::kFunction, Kind::kLambda});
  std::vector<std::pair<int, std::string>> found;
  std::set<std::string> known{std::string(source.TextOf(node))};
  syntax::Walk(syntax::IsNull(function) ? source.root() : function, [&](TSNode other) {
    const Kind kind = source.KindOf(other);
    if (targets) {
      const bool assigned = kind == Kind::kAssignment || kind == Kind::kAugmented;
      if (assigned) other = syntax::Field(other, {"left"});
      // An element that is only read may be the one that was to be written.
      const bool element = kind == Kind::kIndex && IsValue(source, other);
      if (!assigned && !element) return true;
    } else if (!SameSort(kind, source.KindOf(node)) || !IsValue(source, other)) {
      return true;
    }
    const std::string text(source.TextOf(other));
    if (text.size() < kExpressionBytes && known.insert(text).second) {
      found.emplace_back(std::abs(syntax::FirstLine(other) - syntax::FirstLine(node)), text);
    }
    return true;
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> texts;
  for (auto& [distance, text] : found) {
    if (texts.size() < kBorrowedLimit) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

void OfferBorrowed(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (source.IsAny(node, {Kind::kAssignment, Kind::kAugmented})) {
    const TSNode target = syntax::Field(node, {"left"});
    double rank = kTargetRank;
    for (const std::string& other : Others(source, target, true)) {
      offers.Replace(target, other, "wrong-target", rank);
      rank += 0.01;
    }
  }
  if (!IsValue(source, node) || source.TextOf(node).size() > kExpressionBytes) return;
  // A plain variable for another is the business of names.cc.
  const bool plain = source.Is(node, Kind::kIdentifier);
  double rank = kExpressionRank;
  for (const std::string& other : Others(source, node, false)) {
    if (plain && other.find_first_of("([.") == std::string::npos) continue;
    offers.Replace(node, other, "wrong-expression", rank);
    rank += 0.02;
  }
  if (plain || !source.IsAny(node, {Kind::kCall, Kind::kArithmetic, Kind::kIndex, Kind::kMember})) {
    return;
  }
  const bool call = source.Is(node, Kind::kCall);
  for (const Name& name : offers.NamesAt(node)) {
    offers.Replace(node, name.text, call ? "variable-for-call" : "wrong-expression", kNameRank);
  }
}

}  // namespace inquest::languages::templates
