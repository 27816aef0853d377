#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/scope.h"
#include "runtime/languages/syntax/source.h"

// Templates: small changes that put slips right, written once over what nodes are (syntax/kind.h).
namespace inquest::languages::templates {

using syntax::Kind;
using syntax::Name;
using syntax::Same;
using syntax::Source;

// A replacement of bytes [begin, end) that a template offers.
struct Change {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string replacement;
  std::string_view origin;
  double rank = 0;
  bool symptom_guard = false;
  std::string description;  // empty: made from the two texts
};

// Where templates put what they offer, and what they know of the place. One thread; borrows the
// source.
class Offers {
 public:
  Offers(const Source& source, Language::Where where) : source_(source), where_(where) {}

  void Replace(TSNode node, std::string replacement, std::string_view origin, double rank);
  // The bytes from the start of one node to the end of another.
  void ReplaceSpan(TSNode first, TSNode last, std::string replacement, std::string_view origin,
                   double rank);
  void Add(Change change);

  const Source& source() const { return source_; }
  const syntax::Words& words() const { return source_.words(); }
  std::string Text(TSNode node) const { return std::string(source_.TextOf(node)); }
  Language::Where where() const { return where_; }
  std::vector<Change>& changes() { return changes_; }
  bool full() const;

  // NamesInScope at the node; the same for all nodes of one function, so it is kept.
  const std::vector<Name>& NamesAt(TSNode node);
  // Of where().donations those that name only what the node knows; kept likewise.
  const std::vector<const Donation*>& DonationsAt(TSNode node);
  // The name as the scope at the node knows it; nullptr: it does not.
  const Name* Find(TSNode node, std::string_view text);

 private:
  const Source& source_;
  const Language::Where where_;
  std::vector<Change> changes_;
  std::vector<Name> names_;
  std::uint32_t names_of_ = UINT32_MAX;  // first byte of the function that names_ are of
  std::vector<const Donation*> donations_;
  std::uint32_t donations_of_ = UINT32_MAX;  // as names_of_
};

using Template = void (*)(TSNode node, Offers& offers);

// Each looks at one node of the blamed lines and offers what it knows for it.
void OfferOperators(TSNode node, Offers& offers);
void OfferConditions(TSNode node, Offers& offers);
void OfferValues(TSNode node, Offers& offers);
void OfferWrappers(TSNode node, Offers& offers);
void OfferNames(TSNode node, Offers& offers);
void OfferCalls(TSNode node, Offers& offers);
void OfferStatements(TSNode node, Offers& offers);
void OfferInsertions(TSNode node, Offers& offers);
void OfferBorrowed(TSNode node, Offers& offers);
void OfferDonations(TSNode node, Offers& offers);
void OfferAlike(TSNode node, Offers& offers);
void OfferFlow(TSNode node, Offers& offers);
void OfferSwaps(TSNode node, Offers& offers);

// What all templates, and those of one language, offer for the place: likeliest first, different
// syntax trees only, none with a syntax error that the file did not have.
std::vector<Edit> MakeEdits(const Source& source, Language::Where where, std::size_t limit,
                            std::span<const Template> own);

// Whether the node is a value that is computed where it stands: not a target, a callee, a name.
bool IsValue(const Source& source, TSNode node);
// Put in parentheses if it would not bind tightly without.
std::string Tight(const Source& source, TSNode node);
// The whole lines of a statement that has them for itself.
struct Lines {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool own = false;
};
Lines LinesOf(const Source& source, TSNode node);

}  // namespace inquest::languages::templates
