#include <algorithm>
#include <set>
#include <string>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"
#include "runtime/languages/templates/opposites.h"

// Wrong names: another variable that is in scope, another property of the same object, elements in
// the wrong order.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kPropertiesLimit = 24;
constexpr double kVariableRank = 1.7;
constexpr double kOtherShapeCost = 0.7;
constexpr double kPropertyRank = 1.9;
constexpr double kFarPropertyRank = 2.5;
constexpr double kOppositeRank = 1.35;

bool IsCalled(TSNode member) {
  const TSNode parent = ts_node_parent(member);
  return !syntax::IsNull(parent) && Same(syntax::CalleeOf(parent), member);
}

void OfferVariable(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!syntax::IsVariableUse(source, node)) return;
  const std::string_view own = source.TextOf(node);
  const Name* known = offers.Find(node, own);
  // A name that is no variable of the function (a module, a class) is not mistaken for one.
  if (known == nullptr) return;
  const Name self = *known;
  for (const Name& name : offers.NamesAt(node)) {
    if (name.text == own) continue;
    const double likely = AreOpposites(own, name.text) ? kOppositeRank : kVariableRank;
    const double rank = likely + (syntax::MayReplace(self, name) ? 0 : kOtherShapeCost);
    offers.Replace(node, name.text, "wrong-variable", rank);
  }
}

// Properties that are read of the same object, then of any.
void OfferProperty(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const bool called = IsCalled(node);
  const std::string object = offers.Text(syntax::ObjectOf(node));
  const TSNode property = syntax::PropertyOf(node);
  if (object.size() > 64 || syntax::IsNull(property)) return;
  std::set<std::string> near{offers.Text(property)};
  std::set<std::string> far;
  syntax::Walk(source.root(), [&](TSNode other) {
    if (near.size() + far.size() > kPropertiesLimit) return false;
    if (!source.Is(other, Kind::kMember) || IsCalled(other) != called) return true;
    const std::string name = offers.Text(syntax::PropertyOf(other));
    const bool same = source.TextOf(syntax::ObjectOf(other)) == object;
    (same ? near : far).insert(name);
    return true;
  });
  near.erase(offers.Text(property));
  const auto rank = [own = source.TextOf(property)](const std::string& name, double otherwise) {
    return AreOpposites(own, name) ? kOppositeRank : otherwise;
  };
  for (const std::string& name : near) {
    offers.Replace(property, name, "wrong-property", rank(name, kPropertyRank));
  }
  far.erase(offers.Text(property));
  for (const std::string& name : far) {
    if (near.contains(name)) continue;
    offers.Replace(property, name, "wrong-property", rank(name, kFarPropertyRank));
  }
}

// a[i][j] for a[j][i], a[i, j] for a[j, i], (x, y) for (y, x).
void OfferOrder(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (source.Is(node, Kind::kIndex)) {
    const auto indices = syntax::IndicesOf(source, node);
    if (indices.size() == 2) {
      offers.ReplaceSpan(indices[0], indices[1],
                         offers.Text(indices[1]) + ", " + offers.Text(indices[0]),
                         "swapped-elements", 1.5);
    }
    const TSNode inner = syntax::ObjectOf(node);
    if (indices.size() == 1 && source.Is(inner, Kind::kIndex)) {
      const auto first = syntax::IndicesOf(source, inner);
      if (first.size() == 1) {
        offers.Replace(node,
                       offers.Text(syntax::ObjectOf(inner)) + "[" + offers.Text(indices[0]) + "][" +
                           offers.Text(first[0]) + "]",
                       "swapped-elements", 1.6);
      }
    }
  }
  if (!source.IsAny(node, {Kind::kTuple, Kind::kList})) return;
  const auto parts = source.NamedChildren(node);
  for (std::size_t i = 0; i + 1 < parts.size() && i < 4; ++i) {
    offers.ReplaceSpan(parts[i], parts[i + 1],
                       offers.Text(parts[i + 1]) + ", " + offers.Text(parts[i]), "swapped-elements",
                       2.2);
  }
}

}  // namespace

void OfferNames(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (source.Is(node, Kind::kMember)) OfferProperty(node, offers);
  if (source.Is(node, Kind::kIdentifier)) OfferVariable(node, offers);
  OfferOrder(node, offers);
}

}  // namespace inquest::languages::templates
