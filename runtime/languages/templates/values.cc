#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <string>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong values: constants, and what is one off.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kConstantsLimit = 16;

std::optional<std::int64_t> ReadInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t kLargest = 1'000'000'000'000;
  if (error != std::errc{} || end != text.data() + text.size() || value > kLargest) {
    return std::nullopt;
  }
  return value;
}

// Literals of the same kind elsewhere in the file, those of the same function first.
void OfferConstants(TSNode node, std::string_view origin, double rank, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  std::set<std::string> known{offers.Text(node)};
  for (const TSNode scope : {source.Enclosing(node, {Kind::kFunction}), source.root()}) {
    if (syntax::IsNull(scope)) continue;
    syntax::Walk(scope, [&](TSNode other) {
      if (known.size() > kConstantsLimit) return false;
      if (!source.Is(other, kind)) return true;
      const std::string text = offers.Text(other);
      if (text.size() < 80 && known.insert(text).second) offers.Replace(node, text, origin, rank);
      return false;
    });
  }
}

void OfferInteger(TSNode node, Offers& offers) {
  const auto value = ReadInteger(offers.source().TextOf(node));
  if (value.has_value()) {
    offers.Replace(node, std::to_string(*value + 1), "constant", 1.3);
    offers.Replace(node, std::to_string(*value - 1), "constant", 1.3);
    if (*value != 0) offers.Replace(node, "0", "constant", 1.8);
    if (*value > 2) offers.Replace(node, "1", "constant", 2.2);
    if (*value != 0) offers.Replace(node, "-" + std::to_string(*value), "constant", 2.4);
    offers.Replace(node, std::to_string(*value + 2), "constant", 2.7);
    if (*value > 1) offers.Replace(node, std::to_string(*value * 10), "constant", 2.9);
    if (*value > 2) offers.Replace(node, std::to_string(*value * 2), "constant", 2.9);
  }
  OfferConstants(node, "constant-elsewhere", 2.5, offers);
  for (const Name& name : offers.NamesAt(node)) {
    if (name.shape != syntax::Shape::kCollection && name.shape != syntax::Shape::kText) {
      offers.Replace(node, name.text, "constant-for-variable", 2.5);
    }
  }
}

std::string Trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Blanks too many or too few, something where nothing belongs, the case of the first letter.
void OfferText(TSNode node, Offers& offers) {
  OfferConstants(node, "string-elsewhere", 2.6, offers);
  constexpr std::size_t kShort = 3;
  const std::string own = offers.Text(node);
  const std::size_t open = own.find_first_of("'\"`");
  if (open == own.npos || own.size() < open + 2 || own.back() != own[open]) return;
  const std::string before = own.substr(0, open + 1);
  const std::string text = own.substr(open + 1, own.size() - open - 2);
  const char quote = own.back();
  const bool character = quote == '\'' && offers.words().true_word == "1";  // of C
  if (character || text.starts_with(quote)) return;                         // three quotes
  const auto offer = [&](const std::string& other, double rank) {
    if (other != text) offers.Replace(node, before + other + quote, "text", rank);
  };
  if (text.empty()) offer(" ", 2.0);
  if (text.size() <= kShort) offer("", 2.0);
  offer(Trimmed(text), 2.1);
  if (text.empty()) return;
  offer(text + " ", 2.45);
  offer(" " + text, 2.5);
  std::string other = text;
  const auto first = static_cast<unsigned char>(other.front());
  other.front() =
      static_cast<char>(std::islower(first) != 0 ? std::toupper(first) : std::tolower(first));
  offer(other, 2.4);
}

// What a function answers where it has nothing to answer, for what it does answer.
void OfferNothing(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.Is(ts_node_parent(node), Kind::kReturn) || !IsValue(source, node)) return;
  const std::string_view nothing = offers.words().null_word;
  if (offers.words().true_word != "1" &&
      source.IsAny(node, {Kind::kInteger, Kind::kFloat, Kind::kString, Kind::kFalse})) {
    offers.Replace(node, std::string(nothing), "constant-for-value", 2.3);
  }
  if (source.IsAny(node, {Kind::kInteger, Kind::kFloat, Kind::kString, Kind::kTrue, Kind::kFalse,
                          Kind::kNull})) {
    return;
  }
  for (const char* value : {"-1", "0"}) offers.Replace(node, value, "constant-for-value", 2.6);
  if (offers.words().true_word == "1") return;
  for (const std::string_view value : {std::string_view("\"\""), std::string_view("[]"), nothing,
                                       offers.words().true_word, offers.words().false_word}) {
    if (!value.empty()) offers.Replace(node, std::string(value), "constant-for-value", 2.95);
  }
}

// Places in which an index or a bound is expected: one more or one less is a common slip.
double BoundRank(TSNode node, const Source& source) {
  TSNode parent = ts_node_parent(node);
  if (source.IsAny(parent, {Kind::kTuple, Kind::kParenthesized}) ||
      syntax::TypeOf(parent) == "subscript_argument_list") {
    parent = ts_node_parent(parent);
  }
  switch (source.KindOf(parent)) {
    case Kind::kSlice:
      return 1.2;
    case Kind::kIndex:
      return Same(syntax::ObjectOf(parent), node) ? 0 : 1.2;
    case Kind::kComparison:
      return 1.9;
    case Kind::kReturn:
      return 2.1;
    case Kind::kAssignment:
    case Kind::kDeclarator:
    case Kind::kAugmented:
      return 2.3;
    case Kind::kArithmetic:
    case Kind::kKeywordArgument:
      return 2.4;
    case Kind::kArguments: {
      const std::string_view callee = source.TextOf(syntax::CalleeOf(ts_node_parent(parent)));
      const bool bound = callee == "range" || callee.ends_with(".slice") ||
                         callee.ends_with(".substring") || callee.ends_with(".substr");
      if (bound) return 1.1;
      // A call of the function itself: its bounds move by one.
      const TSNode function = source.Enclosing(node, {Kind::kFunction});
      const bool itself = !syntax::IsNull(function) && !callee.empty() &&
                          syntax::NameOfDefinition(source, function) == callee;
      return itself ? 1.35 : 1.9;
    }
    default:
      return syntax::TypeOf(parent) == "array_declarator" ? 1.4 : 0;
  }
}

void OfferOffByOne(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.IsAny(node, {Kind::kIdentifier, Kind::kCall, Kind::kMember, Kind::kIndex,
                           Kind::kArithmetic, Kind::kParenthesized})) {
    return;
  }
  if (!IsValue(source, node)) return;
  const double rank = BoundRank(node, source);
  if (rank == 0) return;
  const Name* name = offers.Find(node, source.TextOf(node));
  if (name != nullptr &&
      (name->shape == syntax::Shape::kCollection || name->shape == syntax::Shape::kText)) {
    return;
  }
  const TSNode parent = ts_node_parent(node);
  const std::string_view op =
      source.Is(parent, Kind::kArithmetic) ? source.TextOf(syntax::OperatorOf(parent)) : "+";
  const bool loose = op == "+" || op == "-";
  if (!loose && source.Is(node, Kind::kParenthesized)) return;  // what is in it moves
  const std::string text = offers.Text(node);
  for (const char* moved : {" + 1", " - 1"}) {
    offers.Replace(node, loose ? text + moved : "(" + text + moved + ")", "off-by-one", rank);
  }
}

// A slice without a bound, or with one too many.
void OfferSlice(TSNode node, Offers& offers) {
  const auto parts = offers.source().NamedChildren(node);
  for (const TSNode part : parts) offers.Replace(part, "", "slice-bound", 2.6);
  if (offers.source().TextOf(node) == ":") {
    offers.Replace(node, "1:", "slice-bound", 2.0);
    offers.Replace(node, ":-1", "slice-bound", 2.0);
  }
}

// A truth that depends on something after all.
void OfferTruth(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const bool is = source.Is(node, Kind::kTrue);
  offers.Replace(node, std::string(is ? offers.words().false_word : offers.words().true_word),
                 "constant", 1.3);
  if (!source.IsAny(ts_node_parent(node), {Kind::kReturn, Kind::kAssignment, Kind::kDeclarator})) {
    return;
  }
  const std::string equal(offers.words().equal);
  for (const Name& name : offers.NamesAt(node)) {
    if (name.shape == syntax::Shape::kNumber || !name.type.empty()) {
      offers.Replace(node, name.text + " " + equal + " 0", "constant-for-condition", 2.0);
      offers.Replace(node, name.text + " > 0", "constant-for-condition", 2.3);
    } else {
      const std::string no = std::string(offers.words().not_word) + name.text;
      offers.Replace(node, no, "constant-for-condition", 2.1);
      if (!source.dialect().braces() && name.shape == syntax::Shape::kCollection) {
        offers.Replace(node, "len(" + name.text + ") == 0", "constant-for-condition", 2.4);
      }
      if (source.dialect().braces()) {
        offers.Replace(node, name.text + ".length " + equal + " 0", "constant-for-condition", 2.2);
      }
    }
  }
}

void OfferEmptyList(TSNode node, Offers& offers) {
  offers.Replace(node, "[[]]", "constant", 1.9);
  for (const Name& name : offers.NamesAt(node)) {
    offers.Replace(node, "[" + name.text + "]", "constant", 2.1);
    offers.Replace(node, name.text, "constant-for-variable", 2.6);
  }
}

}  // namespace

void OfferValues(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  switch (source.KindOf(node)) {
    case Kind::kInteger:
      OfferInteger(node, offers);
      break;
    case Kind::kFloat:
      for (const char* value : {"0.0", "1.0", "0.5", "2.0"}) {
        offers.Replace(node, value, "constant", 2.6);
      }
      OfferConstants(node, "constant-elsewhere", 2.5, offers);
      break;
    case Kind::kString:
      OfferText(node, offers);
      break;
    case Kind::kTrue:
    case Kind::kFalse:
      OfferTruth(node, offers);
      break;
    case Kind::kNull:
      for (const std::string_view value : {std::string_view("0"), offers.words().false_word,
                                           std::string_view("[]"), std::string_view("\"\"")}) {
        offers.Replace(node, std::string(value), "constant", 2.4);
      }
      for (const Name& name : offers.NamesAt(node)) {
        offers.Replace(node, name.text, "constant-for-variable", 2.7);
      }
      break;
    case Kind::kList:
      if (source.NamedChildren(node).empty()) OfferEmptyList(node, offers);
      break;
    case Kind::kSlice:
      OfferSlice(node, offers);
      break;
    default:
      break;
  }
  OfferNothing(node, offers);
  OfferOffByOne(node, offers);
}

}  // namespace inquest::languages::templates
