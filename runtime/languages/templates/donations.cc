#include "runtime/languages/templates/donations.h"

#include <set>
#include <string>
#include <utility>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Expressions and statements of other functions and files. What names only variables that are known
// at a place, and calls only what is called in its file, may be what is wanted there.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kFewestBytes = 3;
constexpr std::size_t kMostBytes = 80;
constexpr std::size_t kDonationsPerFile = 600;
constexpr std::size_t kOffersAtNode = 40;
constexpr double kExpressionRank = 3.3;
constexpr double kStatementRank = 3.6;
constexpr double kNextRank = 0.01;

// Fills in what the node refers to.
void ReadNames(const Source& source, TSNode node, Donation& donation) {
  std::set<std::string> variables;
  std::set<std::string> callees;
  syntax::Walk(node, [&](TSNode below) {
    if (!source.Is(below, Kind::kIdentifier)) return true;
    const TSNode parent = ts_node_parent(below);
    if (source.Is(parent, Kind::kCall) && Same(syntax::CalleeOf(parent), below)) {
      callees.emplace(source.TextOf(below));
    } else if (syntax::IsVariableUse(source, below)) {
      variables.emplace(source.TextOf(below));
    }
    return true;
  });
  donation.variables.assign(variables.begin(), variables.end());
  donation.callees.assign(callees.begin(), callees.end());
}

// The first donations of the sort that make sense at the node.
template <typename Take>
void TakeDonations(TSNode node, Donation::Sort sort, Offers& offers, Take take) {
  std::size_t taken = 0;
  for (const Donation* donation : offers.DonationsAt(node)) {
    if (donation->sort != sort) continue;
    take(donation->text, kNextRank * static_cast<double>(taken));
    if (++taken >= kOffersAtNode) return;
  }
}

void OfferInFront(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  if (!syntax::IsSimpleStatement(kind) && !syntax::IsCompoundStatement(kind)) return;
  if (source.IsAny(node, {Kind::kElif, Kind::kCase, Kind::kCatch})) return;
  const Lines lines = LinesOf(source, node);
  const std::string indent(source.IndentOf(node));
  if (lines.begin + indent.size() != ts_node_start_byte(node)) return;
  TakeDonations(node, Donation::Sort::kStatement, offers,
                [&](const std::string& text, double further) {
                  offers.Add({.begin = lines.begin,
                              .end = lines.begin,
                              .replacement = indent + text + "\n",
                              .origin = "borrowed-statement",
                              .rank = kStatementRank + further,
                              .symptom_guard = false,
                              .description = ""});
                });
}

}  // namespace

Donation::Sort SortOf(Kind kind) {
  switch (kind) {
    case Kind::kCall:
    case Kind::kMember:
    case Kind::kIndex:
    case Kind::kIdentifier:
    case Kind::kArithmetic:
      return Donation::Sort::kValue;
    case Kind::kComparison:
    case Kind::kLogical:
    case Kind::kNot:
      return Donation::Sort::kTruth;
    case Kind::kTuple:
    case Kind::kList:
    case Kind::kComprehension:
      return Donation::Sort::kCollection;
    default:
      return Donation::Sort::kNone;
  }
}

std::vector<Donation> CollectDonations(const Source& source) {
  std::vector<Donation> donations;
  std::set<std::string_view> known;
  syntax::Walk(source.root(), [&](TSNode node) {
    if (donations.size() >= kDonationsPerFile) return false;
    const std::string_view text = source.TextOf(node);
    const bool fits = text.size() >= kFewestBytes && text.size() <= kMostBytes &&
                      text.find('\n') == std::string_view::npos;
    if (!fits) return true;
    Donation donation;
    donation.sort = source.Is(node, Kind::kExpressionStatement) ? Donation::Sort::kStatement
                    : IsValue(source, node)                     ? SortOf(source.KindOf(node))
                                                                : Donation::Sort::kNone;
    // A plain variable for another is the business of names.cc.
    if (donation.sort == Donation::Sort::kNone || source.Is(node, Kind::kIdentifier)) return true;
    if (!known.insert(text).second) return true;
    ReadNames(source, node, donation);
    donation.text = text;
    if (!donation.variables.empty()) donations.push_back(std::move(donation));
    return true;
  });
  return donations;
}

void OfferDonations(TSNode node, Offers& offers) {
  if (offers.where().donations.empty()) return;
  OfferInFront(node, offers);
  const Source& source = offers.source();
  if (!IsValue(source, node) || source.TextOf(node).size() > kMostBytes) return;
  const Donation::Sort sort = SortOf(source.KindOf(node));
  if (sort == Donation::Sort::kNone) return;
  TakeDonations(node, sort, offers, [&](const std::string& text, double further) {
    offers.Replace(node, text, "borrowed-expression", kExpressionRank + further);
  });
}

}  // namespace inquest::languages::templates
