#include <array>
#include <string>
#include <string_view>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong operators: the classic mutation operators (A. J. Offutt and others, "An experimental
// determination of sufficient mutant operators", TOSEM 1996) read backwards, likeliest first.
namespace inquest::languages::templates {
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
    {"===", "!==", 1.4},   {"!==", "===", 1.4},   {"===", "<=", 1.7},    {"===", ">=", 1.7},
    {"===", "<", 2.4},     {"===", ">", 2.4},     {"===", "==", 2.2},    {"==", "===", 2.0},
    {"!==", "<", 2.0},     {"!==", ">", 2.0},     {"!=", "!==", 2.0},    {"!==", "!=", 2.2},
};
constexpr Swap kArithmetic[] = {
    {"+", "-", 1.5},    {"-", "+", 1.5},    {"+", "*", 2.4},  {"-", "*", 2.6},  {"*", "/", 2.0},
    {"*", "+", 2.2},    {"*", "**", 2.4},   {"/", "//", 1.5}, {"/", "*", 1.8},  {"//", "/", 1.5},
    {"//", "%", 2.0},   {"%", "//", 2.0},   {"%", "/", 2.2},  {"**", "*", 1.8}, {"&", "|", 1.6},
    {"|", "&", 1.6},    {"^", "&", 1.6},    {"^", "|", 1.8},  {"&", "^", 2.0},  {"|", "^", 2.0},
    {"<<", ">>", 1.6},  {">>", "<<", 1.6},  {"/", "%", 2.2},  {"-", "/", 3.2},  {"/", "-", 3.2},
    {">>", ">>>", 2.0}, {">>>", ">>", 2.0}, {"*", "-", 3.0},  {"&", "&&", 2.0}, {"|", "||", 2.0},
};
constexpr double kNegationRank = 2.4;
constexpr double kDropOperandRank = 2.6;
constexpr double kSwapOperandsRank = 1.9;
constexpr double kGroupRank = 2.4;

template <std::size_t N>
void OfferSwaps(TSNode token, const Swap (&swaps)[N], std::string_view suffix,
                std::string_view origin, Offers& offers) {
  const std::string text = offers.Text(token);
  for (const Swap& swap : swaps) {
    if (std::string(swap.from) + std::string(suffix) != text) continue;
    offers.Replace(token, std::string(swap.to) + std::string(suffix), origin, swap.rank);
  }
}

// `len(x) == 0` where `len(x) <= 1` was meant: operator and constant are off together.
void OfferBound(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode left = syntax::LeftOf(source, node);
  const TSNode right = syntax::RightOf(source, node);
  if (syntax::IsNull(right) || !source.Is(right, Kind::kInteger)) return;
  const std::string text = offers.Text(right);
  if (text.size() > 6 || text.find_first_not_of("0123456789") != text.npos) return;
  const int value = std::stoi(text);
  for (const int other : {value + 1, value - 1}) {
    for (const char* op : {"<=", "<", ">", ">="}) {
      offers.ReplaceSpan(left, right, offers.Text(left) + " " + op + " " + std::to_string(other),
                         "bound", 2.3);
    }
  }
}

void OfferComparison(TSNode node, Offers& offers) {
  const std::uint32_t count = ts_node_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode token = ts_node_child(node, i);
    if (ts_node_is_named(token)) continue;
    OfferSwaps(token, kComparisons, "", "comparison", offers);
  }
  OfferBound(node, offers);
}

// a + b * c for (a + b) * c: the operands of the inner operation are grouped anew.
void OfferGrouping(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode left = syntax::LeftOf(source, node);
  const TSNode right = syntax::RightOf(source, node);
  const std::string op = offers.Text(syntax::OperatorOf(node));
  if (source.Is(right, Kind::kArithmetic)) {
    offers.Replace(node,
                   "(" + offers.Text(left) + " " + op + " " +
                       offers.Text(syntax::LeftOf(source, right)) + ") " +
                       offers.Text(syntax::OperatorOf(right)) + " " +
                       offers.Text(syntax::RightOf(source, right)),
                   "grouping", kGroupRank);
  }
  if (source.Is(left, Kind::kArithmetic)) {
    offers.Replace(node,
                   offers.Text(syntax::LeftOf(source, left)) + " " +
                       offers.Text(syntax::OperatorOf(left)) + " (" +
                       offers.Text(syntax::RightOf(source, left)) + " " + op + " " +
                       offers.Text(right) + ")",
                   "grouping", kGroupRank);
  }
  for (const TSNode side : {left, right}) {
    if (!source.Is(side, Kind::kParenthesized)) continue;
    const auto inner = source.NamedChildren(side);
    if (inner.size() == 1) offers.Replace(side, offers.Text(inner[0]), "grouping", kGroupRank);
  }
}

void OfferBinary(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode left = syntax::LeftOf(source, node);
  const TSNode right = syntax::RightOf(source, node);
  if (syntax::IsNull(left) || syntax::IsNull(right)) return;
  OfferSwaps(syntax::OperatorOf(node), kArithmetic, "", "arithmetic", offers);
  const std::string l = offers.Text(left);
  const std::string r = offers.Text(right);
  const std::string op = offers.Text(syntax::OperatorOf(node));
  const bool commutes = op == "*" || op == "&" || op == "|" || op == "^";
  if (!commutes) {
    const double rank = op == "+" ? kSwapOperandsRank + 0.2 : kSwapOperandsRank;
    offers.Replace(node, Tight(source, right) + " " + op + " " + Tight(source, left),
                   "swapped-operands", rank);
  }
  const bool one = source.Is(right, Kind::kInteger) && r == "1";
  offers.Replace(node, l, "superfluous-operand", one ? 1.2 : kDropOperandRank);
  const bool left_one = source.Is(left, Kind::kInteger) && l == "1";
  offers.Replace(node, r, "superfluous-operand", left_one ? 1.4 : kDropOperandRank);
  OfferGrouping(node, offers);
}

void OfferLogical(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode token = syntax::OperatorOf(node);
  const std::string_view op = source.TextOf(token);
  const bool conjunction = op == offers.words().and_word;
  offers.Replace(token, std::string(conjunction ? offers.words().or_word : offers.words().and_word),
                 "logical-operator", 1.6);
  if (op == "||") offers.Replace(token, "??", "logical-operator", 2.4);
  if (op == "??") offers.Replace(token, "||", "logical-operator", 2.0);
  for (const TSNode side : {syntax::LeftOf(source, node), syntax::RightOf(source, node)}) {
    offers.Replace(node, offers.Text(side), "superfluous-condition", 2.5);
  }
}

void OfferUnary(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const TSNode operand = syntax::OperandOf(node);
  if (source.Is(node, Kind::kNot)) {
    offers.Replace(node, offers.Text(operand), "superfluous-not", 1.8);
  }
  if (source.Is(node, Kind::kMinus)) {
    offers.Replace(node, offers.Text(operand), "superfluous-minus", 1.9);
  }
}

void OfferUpdate(TSNode node, Offers& offers) {
  const std::string text = offers.Text(node);
  const std::string operand = offers.Text(syntax::OperandOf(node));
  const bool plus = text.find("++") != text.npos;
  const bool prefix = text.starts_with("++") || text.starts_with("--");
  const std::string op = plus ? "++" : "--";
  const std::string other = plus ? "--" : "++";
  offers.Replace(node, prefix ? other + operand : operand + other, "step", 1.5);
  offers.Replace(node, prefix ? operand + op : op + operand, "step-order", 1.8);
  offers.Replace(node, operand + (plus ? " += 2" : " -= 2"), "step", 2.6);
}

void OfferAssignmentOperator(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const std::string left = offers.Text(syntax::Field(node, {"left"}));
  const TSNode right = syntax::Field(node, {"right"});
  if (source.Is(node, Kind::kAugmented)) {
    OfferSwaps(syntax::OperatorOf(node), kArithmetic, "=", "arithmetic", offers);
    offers.Replace(node, left + " = " + offers.Text(right), "assignment", 2.3);
  } else if (!syntax::IsNull(right) && syntax::IsNull(syntax::Field(node, {"type"}))) {
    offers.Replace(node, left + " += " + offers.Text(right), "assignment", 2.7);
    if (source.dialect().braces() && !source.Is(ts_node_parent(node), Kind::kExpressionStatement)) {
      const std::string equal(offers.words().equal);
      offers.Replace(node, left + " " + equal + " " + offers.Text(right), "comparison", 1.3);
    }
  }
}

// A comparison is negated by its operator already.
void OfferNegation(TSNode condition, Offers& offers) {
  const Source& source = offers.source();
  if (syntax::IsNull(condition) || source.IsAny(condition, {Kind::kComparison, Kind::kNot})) return;
  offers.Replace(condition,
                 std::string(offers.words().not_word) + "(" + offers.Text(condition) + ")",
                 "negated-condition", kNegationRank);
}

void OfferConditional(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  TSNode yes = syntax::Field(node, {"consequence"});
  TSNode no = syntax::Field(node, {"alternative"});
  if (syntax::IsNull(yes)) {
    const auto children = source.NamedChildren(node);
    if (children.size() != 3) return;
    yes = children[0];
    no = children[2];
  }
  const bool yes_first = ts_node_start_byte(yes) < ts_node_start_byte(no);
  const TSNode first = yes_first ? yes : no;
  const TSNode last = yes_first ? no : yes;
  const std::string middle(source.Between(ts_node_end_byte(first), ts_node_start_byte(last)));
  offers.ReplaceSpan(first, last, offers.Text(last) + middle + offers.Text(first),
                     "swapped-branches", 1.8);
  offers.Replace(node, offers.Text(yes), "superfluous-condition", 2.8);
  offers.Replace(node, offers.Text(no), "superfluous-condition", 2.8);
}

}  // namespace

void OfferOperators(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  switch (source.KindOf(node)) {
    case Kind::kComparison:
      OfferComparison(node, offers);
      break;
    case Kind::kArithmetic:
      OfferBinary(node, offers);
      break;
    case Kind::kLogical:
      OfferLogical(node, offers);
      break;
    case Kind::kNot:
    case Kind::kMinus:
      OfferUnary(node, offers);
      break;
    case Kind::kUpdate:
      OfferUpdate(node, offers);
      break;
    case Kind::kAssignment:
    case Kind::kAugmented:
      OfferAssignmentOperator(node, offers);
      break;
    case Kind::kConditional:
      OfferConditional(node, offers);
      break;
    default:
      break;
  }
  if (source.IsAny(node, {Kind::kIf, Kind::kElif, Kind::kWhile, Kind::kDoWhile, Kind::kFor,
                          Kind::kFilter, Kind::kConditional})) {
    OfferNegation(syntax::ConditionOf(source, node), offers);
  }
}

}  // namespace inquest::languages::templates
