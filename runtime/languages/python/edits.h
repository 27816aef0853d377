#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/python/syntax.h"

namespace inquest::languages::python {

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

// Where templates put what they offer.
class Offers {
 public:
  explicit Offers(const Source& source) : source_(source) {}

  void Replace(TSNode node, std::string replacement, std::string_view origin, double rank);
  void Add(Change change) { changes_.push_back(std::move(change)); }

  const Source& source() const { return source_; }
  std::vector<Change>& changes() { return changes_; }

 private:
  const Source& source_;
  std::vector<Change> changes_;
};

// The templates: each looks at one node of the blamed lines and offers what it knows for it.
void OfferOperators(TSNode node, Offers& offers);
void OfferValues(TSNode node, Offers& offers);
void OfferNames(TSNode node, Offers& offers);
void OfferCalls(TSNode node, Offers& offers);
void OfferStatements(TSNode node, Offers& offers);

// Names that the function around the node knows (parameters first, then what it assigns, then those
// of the functions around it), without repeats.
std::vector<std::string> NamesInScope(const Source& source, TSNode node);

std::vector<Edit> MakeEdits(const Source& source, Language::Where where, std::size_t limit);

}  // namespace inquest::languages::python
