#include <charconv>
#include <optional>
#include <string>

#include "runtime/languages/python/edits.h"

// Wrong values: constants, and what is one off.
namespace inquest::languages::python {
namespace {

std::optional<std::int64_t> ReadInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t kLargest = 1'000'000'000'000;
  if (error != std::errc{} || end != text.data() + text.size() || value > kLargest) {
    return std::nullopt;
  }
  return value;
}

void OfferInteger(TSNode node, Offers& offers) {
  const auto value = ReadInteger(offers.source().TextOf(node));
  if (!value.has_value()) return;
  offers.Replace(node, std::to_string(*value + 1), "constant", 1.3);
  offers.Replace(node, std::to_string(*value - 1), "constant", 1.3);
  if (*value != 0) offers.Replace(node, "0", "constant", 1.8);
  if (*value > 2) offers.Replace(node, "1", "constant", 2.2);
  if (*value != 0) offers.Replace(node, "-" + std::to_string(*value), "constant", 2.4);
}

// Places in which an index or a bound is expected: one more or one less is a common slip.
bool IsBound(TSNode node) {
  const TSNode parent = ts_node_parent(node);
  if (ts_node_is_null(parent)) return false;
  if (IsAny(parent, {"slice", "comparison_operator", "return_statement"})) return true;
  if (Is(parent, "subscript")) return !ts_node_eq(Field(parent, "value"), node);
  return Is(parent, "argument_list");
}

double BoundRank(TSNode node, const Source& source) {
  const TSNode parent = ts_node_parent(node);
  if (IsAny(parent, {"slice", "subscript"})) return 1.2;
  if (Is(parent, "comparison_operator")) return 1.9;
  if (Is(parent, "return_statement")) return 2.1;
  const TSNode call = ts_node_parent(parent);
  const bool range = Is(call, "call") && source.TextOf(Field(call, "function")) == "range";
  return range ? 1.1 : 2.0;
}

void OfferOffByOne(TSNode node, Offers& offers) {
  if (!IsAny(node, {"identifier", "call", "attribute", "subscript", "binary_operator",
                    "parenthesized_expression"}) ||
      !IsBound(node)) {
    return;
  }
  const std::string text(offers.source().TextOf(node));
  const double rank = BoundRank(node, offers.source());
  offers.Replace(node, text + " + 1", "off-by-one", rank);
  offers.Replace(node, text + " - 1", "off-by-one", rank);
}

// A slice without a bound, or with one too many.
void OfferSlice(TSNode node, Offers& offers) {
  const auto parts = NamedChildren(node);
  for (const TSNode part : parts) offers.Replace(part, "", "slice-bound", 2.6);
  if (offers.source().TextOf(node) == ":") {
    offers.Replace(node, "1:", "slice-bound", 2.0);
    offers.Replace(node, ":-1", "slice-bound", 2.0);
  }
}

}  // namespace

void OfferValues(TSNode node, Offers& offers) {
  if (Is(node, "integer")) OfferInteger(node, offers);
  if (Is(node, "float")) {
    offers.Replace(node, "0.0", "constant", 2.6);
    offers.Replace(node, "1.0", "constant", 2.6);
  }
  if (Is(node, "true")) offers.Replace(node, "False", "constant", 1.3);
  if (Is(node, "false")) offers.Replace(node, "True", "constant", 1.3);
  if (Is(node, "none")) {
    for (const char* value : {"0", "False", "[]"}) offers.Replace(node, value, "constant", 2.4);
  }
  if (Is(node, "list") && NamedChildren(node).empty()) {
    offers.Replace(node, "[[]]", "constant", 2.2);
    for (const std::string& name : NamesInScope(offers.source(), node)) {
      offers.Replace(node, "[" + name + "]", "constant", 2.3);
    }
  }
  if (Is(node, "slice")) OfferSlice(node, offers);
  OfferOffByOne(node, offers);
}

}  // namespace inquest::languages::python
