#include <string>
#include <string_view>

#include "runtime/languages/python/edits.h"

// Wrong operators: the classic mutation operators (A. J. Offutt and others, "An experimental
// determination of sufficient mutant operators", TOSEM 1996) read backwards, likeliest first.
namespace inquest::languages::python {
namespace {

struct Swap {
  std::string_view from;
  std::string_view to;
  double rank;
};

constexpr Swap kComparisons[] = {
    {"<", "<=", 1.0},      {"<", ">", 1.4},       {"<", ">=", 1.8},      {"<", "!=", 2.2},
    {"<=", "<", 1.0},      {"<=", ">=", 1.4},     {"<=", ">", 1.8},      {"<=", "==", 2.2},
    {">", ">=", 1.0},      {">", "<", 1.4},       {">", "<=", 1.8},      {">", "!=", 2.2},
    {">=", ">", 1.0},      {">=", "<=", 1.4},     {">=", "<", 1.8},      {">=", "==", 2.2},
    {"==", "!=", 1.4},     {"==", "<=", 1.5},     {"==", ">=", 1.5},     {"==", "<", 2.4},
    {"==", ">", 2.4},      {"!=", "==", 1.4},     {"!=", "<", 2.0},      {"!=", ">", 2.0},
    {"in", "not in", 1.6}, {"not in", "in", 1.6}, {"is", "is not", 1.6}, {"is not", "is", 1.6},
    {"<", "==", 2.6},      {">", "==", 2.6},      {"is", "==", 1.8},     {"is not", "!=", 1.8},
};
constexpr Swap kArithmetic[] = {
    {"+", "-", 1.5},   {"-", "+", 1.5},   {"+", "*", 2.4},  {"-", "*", 2.6},  {"*", "/", 2.0},
    {"*", "+", 2.2},   {"*", "**", 2.6},  {"/", "//", 1.5}, {"/", "*", 1.8},  {"//", "/", 1.5},
    {"//", "%", 2.0},  {"%", "//", 2.0},  {"%", "/", 2.4},  {"**", "*", 1.8}, {"&", "|", 1.6},
    {"|", "&", 1.6},   {"^", "&", 1.6},   {"^", "|", 1.8},  {"&", "^", 2.0},  {"|", "^", 2.0},
    {"<<", ">>", 1.6}, {">>", "<<", 1.6},
};
constexpr double kNegationRank = 2.4;
constexpr double kDropOperandRank = 2.8;
constexpr double kSwapOperandsRank = 1.9;

template <std::size_t N>
void OfferSwaps(TSNode token, const Swap (&swaps)[N], std::string_view suffix,
                std::string_view origin, Offers& offers) {
  const std::string_view text = offers.source().TextOf(token);
  for (const Swap& swap : swaps) {
    if (std::string(swap.from) + std::string(suffix) != text) continue;
    offers.Replace(token, std::string(swap.to) + std::string(suffix), origin, swap.rank);
  }
}

void OfferComparison(TSNode node, Offers& offers) {
  const std::uint32_t count = ts_node_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode token = ts_node_child(node, i);
    if (ts_node_is_named(token)) continue;
    OfferSwaps(token, kComparisons, "", "comparison", offers);
  }
}

void OfferBinary(TSNode node, Offers& offers) {
  const TSNode left = Field(node, "left");
  const TSNode right = Field(node, "right");
  const TSNode token = Field(node, "operator");
  OfferSwaps(token, kArithmetic, "", "arithmetic", offers);
  const std::string l(offers.source().TextOf(left));
  const std::string r(offers.source().TextOf(right));
  const std::string op(offers.source().TextOf(token));
  const bool commutes = op == "*" || op == "&" || op == "|" || op == "^";
  if (!commutes)
    offers.Replace(node, r + " " + op + " " + l, "swapped-operands", kSwapOperandsRank);
  const double drop = Is(right, "integer") && r == "1" ? 1.2 : kDropOperandRank;
  offers.Replace(node, l, "superfluous-operand", drop);
  offers.Replace(node, r, "superfluous-operand", kDropOperandRank);
}

void OfferBoolean(TSNode node, Offers& offers) {
  const TSNode token = Field(node, "operator");
  const std::string_view op = offers.source().TextOf(token);
  offers.Replace(token, op == "and" ? "or" : "and", "boolean-operator", 1.6);
  offers.Replace(node, std::string(offers.source().TextOf(Field(node, "left"))),
                 "superfluous-condition", 2.2);
  offers.Replace(node, std::string(offers.source().TextOf(Field(node, "right"))),
                 "superfluous-condition", 2.2);
}

// A comparison is negated by its operator already.
void OfferNegation(TSNode condition, Offers& offers) {
  if (ts_node_is_null(condition) || IsAny(condition, {"comparison_operator", "not_operator"}))
    return;
  offers.Replace(condition, "not (" + std::string(offers.source().TextOf(condition)) + ")",
                 "negated-condition", kNegationRank);
}

}  // namespace

void OfferOperators(TSNode node, Offers& offers) {
  if (Is(node, "comparison_operator")) OfferComparison(node, offers);
  if (Is(node, "binary_operator")) OfferBinary(node, offers);
  if (Is(node, "boolean_operator")) OfferBoolean(node, offers);
  if (Is(node, "augmented_assignment")) {
    OfferSwaps(Field(node, "operator"), kArithmetic, "=", "arithmetic", offers);
    const std::string left(offers.source().TextOf(Field(node, "left")));
    const std::string right(offers.source().TextOf(Field(node, "right")));
    offers.Replace(node, left + " = " + right, "assignment", 2.4);
  }
  if (Is(node, "not_operator")) {
    offers.Replace(node, std::string(offers.source().TextOf(Field(node, "argument"))),
                   "superfluous-not", 1.8);
  }
  if (Is(node, "unary_operator") && offers.source().TextOf(Field(node, "operator")) == "-") {
    offers.Replace(node, std::string(offers.source().TextOf(Field(node, "argument"))),
                   "superfluous-minus", 1.9);
  }
  const TSNode parent = ts_node_parent(node);
  if (ts_node_is_null(parent)) return;
  const TSNode condition = Field(parent, "condition");
  if (!ts_node_is_null(condition) && ts_node_eq(condition, node)) OfferNegation(node, offers);
  if (Is(parent, "if_clause")) OfferNegation(node, offers);
}

}  // namespace inquest::languages::python
