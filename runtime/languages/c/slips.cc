#include "runtime/languages/c/slips.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::c {
namespace {

using syntax::Kind;
using templates::Name;
using templates::Offers;
using templates::Source;

constexpr double kAddressesRank = 1.5;
constexpr double kFittingRank = 1.6;
constexpr double kPlainRank = 2.3;
constexpr double kDroppedRank = 2.3;
constexpr double kCharacterRank = 2.5;
constexpr double kRealRank = 2.0;
constexpr double kTextEndRank = 2.0;
constexpr std::size_t kCallsLimit = 20;

bool Reads(std::string_view callee) {
  return callee == "scanf" || callee == "sscanf" || callee == "fscanf";
}
bool Prints(std::string_view callee) {
  return callee == "printf" || callee == "sprintf" || callee == "fprintf";
}

bool IsPointer(const Name& name) { return name.type.find_first_of("*[") != std::string::npos; }

// A plain variable or element that scanf could not write to.
bool LacksAddress(TSNode argument, Offers& offers) {
  const Source& source = offers.source();
  if (!source.IsAny(argument, {Kind::kIdentifier, Kind::kIndex})) return false;
  if (source.Is(argument, Kind::kIndex)) return true;
  const Name* name = offers.Find(argument, source.TextOf(argument));
  return name != nullptr && !name->type.empty() && !IsPointer(*name);
}

// Where a & is missing in one call.
std::vector<std::uint32_t> MissingAddresses(TSNode call, Offers& offers) {
  std::vector<std::uint32_t> missing;
  for (const TSNode argument : offers.source().NamedChildren(syntax::ArgumentsOf(call))) {
    if (LacksAddress(argument, offers)) missing.push_back(ts_node_start_byte(argument));
  }
  return missing;
}

void OfferAddressesAt(const std::vector<std::uint32_t>& missing, double rank, Offers& offers) {
  if (missing.size() < 2) return;
  std::string text;
  for (std::size_t i = 0; i + 1 < missing.size(); ++i) {
    text += '&';
    text += offers.source().Between(missing[i], missing[i + 1]);
  }
  offers.Add({.begin = missing.front(),
              .end = missing.back(),
              .replacement = text + "&",
              .origin = "missing-address",
              .rank = rank,
              .symptom_guard = false,
              .description = "insert " + std::to_string(missing.size()) + " missing \"&\""});
}

// "%-5.2lf" in a format: bytes [begin, end), the letters of its length and its conversion.
struct Conversion {
  std::size_t begin = 0;
  std::size_t flags_end = 0;
  std::size_t end = 0;
  bool skips = false;  // %*d
};

std::vector<Conversion> ConversionsOf(std::string_view format) {
  std::vector<Conversion> found;
  for (std::size_t at = 0; at + 1 < format.size(); ++at) {
    if (format[at] != '%') continue;
    if (format[at + 1] == '%') {
      ++at;
      continue;
    }
    Conversion one;
    one.begin = at++;
    while (at < format.size() &&
           std::string_view("-+ #0123456789.*").find(format[at]) != std::string_view::npos) {
      one.skips = one.skips || format[at] == '*';
      ++at;
    }
    one.flags_end = at;
    while (at < format.size() &&
           std::string_view("hlLzjt").find(format[at]) != std::string_view::npos) {
      ++at;
    }
    if (at >= format.size() || std::isalpha(static_cast<unsigned char>(format[at])) == 0) break;
    one.end = at + 1;
    found.push_back(one);
  }
  return found;
}

// What converts a value of the type; empty: it is not known.
std::string_view Fitting(std::string_view type, bool reads) {
  if (type == "char") return "c";
  if (type.find('[') != type.npos || type.find('*') != type.npos) {
    return type.starts_with("char") ? "s" : "";
  }
  if (type == "int" || type == "short") return "d";
  if (type == "long" || type == "long int") return "ld";
  if (type == "long long" || type == "long long int") return "lld";
  if (type == "unsigned" || type == "unsigned int") return "u";
  if (type == "float") return "f";
  if (type == "double") return reads ? "lf" : "f";
  return "";
}

// Of a variable, &variable or element.
std::string TypeOfArgument(TSNode argument, Offers& offers) {
  const Source& source = offers.source();
  if (syntax::TypeOf(argument) == "pointer_expression") {
    if (!offers.Text(argument).starts_with("&")) return "";
    argument = syntax::OperandOf(argument);
  }
  const bool element = source.Is(argument, Kind::kIndex);
  if (element) argument = syntax::ObjectOf(argument);
  if (!source.Is(argument, Kind::kIdentifier)) return "";
  const Name* name = offers.Find(argument, source.TextOf(argument));
  if (name == nullptr) return "";
  const std::size_t star = name->type.find_first_of(" *[");
  const bool pointer = IsPointer(*name);
  if (!element) return name->type;
  return pointer ? name->type.substr(0, star) : "";
}

bool SameConversion(std::string_view has, std::string_view fits) {
  return has == fits || (has == "i" && fits == "d") || (has == "lf" && fits == "f") ||
         (has != "s" && fits == "c") || std::string_view("eEgGxXo").find(has) != has.npos;
}

class Format {
 public:
  Format(TSNode format, std::vector<TSNode> values, bool reads, Offers& offers)
      : offers_(offers),
        format_(format),
        values_(std::move(values)),
        reads_(reads),
        text_(offers.Text(format)),
        conversions_(ConversionsOf(text_)) {}

  void Offer() {
    if (conversions_.size() > 16) return;
    OfferFitting();
    if (!reads_) OfferPlain();
    OfferDropped();
  }

 private:
  void OfferFitting() {
    std::string fitted = text_;
    std::size_t value = values_.size();
    const auto skips = std::count_if(conversions_.begin(), conversions_.end(),
                                     [](const Conversion& one) { return one.skips; });
    if (skips > 0 || conversions_.size() != values_.size()) return;
    for (auto one = conversions_.rbegin(); one != conversions_.rend(); ++one) {
      const std::string_view fits = Fitting(TypeOfArgument(values_[--value], offers_), reads_);
      const std::string has = text_.substr(one->flags_end, one->end - one->flags_end);
      if (fits.empty() || (!reads_ && SameConversion(has, fits))) continue;
      fitted.replace(one->flags_end, one->end - one->flags_end, fits);
    }
    if (fitted != text_) offers_.Replace(format_, fitted, "wrong-format", kFittingRank);
  }

  // Without widths and flags, all at once.
  void OfferPlain() {
    std::string plain = text_;
    for (auto one = conversions_.rbegin(); one != conversions_.rend(); ++one) {
      std::size_t end = one->begin + 1;
      while (end < one->flags_end && text_[end] != '.') ++end;
      plain.erase(one->begin + 1, end - one->begin - 1);
    }
    if (plain != text_) offers_.Replace(format_, plain, "wrong-format", kPlainRank);
  }

  void OfferDropped() {
    const bool many = conversions_.size() > values_.size();
    for (const Conversion& one : conversions_) {
      std::string rest = text_;
      rest.erase(one.begin, one.end - one.begin);
      offers_.Replace(format_, rest, "superfluous-conversion", kDroppedRank - (many ? 0.7 : 0));
    }
  }

  Offers& offers_;
  const TSNode format_;
  const std::vector<TSNode> values_;
  const bool reads_;
  const std::string text_;
  const std::vector<Conversion> conversions_;
};

}  // namespace

void OfferAllAddresses(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.Is(node, Kind::kCall) || !Reads(source.TextOf(syntax::CalleeOf(node)))) return;
  OfferAddressesAt(MissingAddresses(node, offers), kAddressesRank, offers);
  const TSNode function = source.Enclosing(node, {Kind::kFunction});
  if (syntax::IsNull(function)) return;
  std::vector<std::uint32_t> missing;
  std::size_t calls = 0;
  syntax::Walk(function, [&](TSNode other) {
    if (!source.Is(other, Kind::kCall) || !Reads(source.TextOf(syntax::CalleeOf(other))) ||
        calls >= kCallsLimit) {
      return true;
    }
    const auto here = MissingAddresses(other, offers);
    if (!here.empty()) ++calls;
    missing.insert(missing.end(), here.begin(), here.end());
    return true;
  });
  if (calls > 1) OfferAddressesAt(missing, kAddressesRank + 0.1, offers);
}

void OfferConversions(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.Is(node, Kind::kCall)) return;
  const std::string_view callee = source.TextOf(syntax::CalleeOf(node));
  const bool reads = Reads(callee);
  if (!reads && !Prints(callee)) return;
  auto values = source.NamedChildren(syntax::ArgumentsOf(node));
  const std::size_t before = callee.starts_with('s') && callee != "scanf" ? 1
                             : callee.starts_with('f')                    ? 1
                                                                          : 0;
  if (values.size() <= before || syntax::TypeOf(values[before]) != "string_literal") return;
  const TSNode format = values[before];
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(before) + 1);
  Format(format, std::move(values), reads, offers).Offer();
}

void OfferCharacters(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const std::string text = offers.Text(node);
  if (source.Is(node, Kind::kInteger) && text.size() <= 3 &&
      source.IsAny(ts_node_parent(node),
                   {Kind::kArithmetic, Kind::kComparison, Kind::kAssignment, Kind::kDeclarator})) {
    for (const char* character : {"'0'", "' '", "'a'", "'A'"}) {
      offers.Replace(node, character, "character", kCharacterRank);
    }
    if (text.size() == 1) offers.Replace(node, "'" + text + "'", "character", kCharacterRank - 0.4);
  }
  if (syntax::TypeOf(node) == "char_literal" && text.size() == 3) {
    if (std::isdigit(static_cast<unsigned char>(text[1])) != 0) {
      offers.Replace(node, text.substr(1, 1), "character", kCharacterRank - 0.4);
    }
    const bool lower = std::islower(static_cast<unsigned char>(text[1])) != 0;
    const bool upper = std::isupper(static_cast<unsigned char>(text[1])) != 0;
    const int other = lower ? std::toupper(text[1]) : std::tolower(text[1]);
    if (lower || upper) {
      offers.Replace(node, std::string("'") + static_cast<char>(other) + "'", "character",
                     kCharacterRank);
    }
  }
  if (!templates::IsValue(source, node)) return;
  const bool variable = source.IsAny(node, {Kind::kIdentifier, Kind::kIndex});
  if (!variable || TypeOfArgument(node, offers) != "char") return;
  offers.Replace(node, "(" + text + " - '0')", "digit", kCharacterRank);
  offers.Replace(node, "(" + text + " + '0')", "digit", kCharacterRank + 0.3);
}

void OfferAbsoluteOfReals(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!templates::IsValue(source, node) ||
      !source.IsAny(ts_node_parent(node), {Kind::kArguments, Kind::kAssignment, Kind::kReturn,
                                           Kind::kComparison, Kind::kDeclarator})) {
    return;
  }
  bool real = false;
  syntax::Walk(node, [&](TSNode below) {
    const std::string type = TypeOfArgument(below, offers);
    real = real || type == "float" || type == "double";
    return !real;
  });
  if (real) offers.Replace(node, "fabs(" + offers.Text(node) + ")", "missing-absolute", kRealRank);
}

void OfferTextEnd(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.IsAny(node, {Kind::kFor, Kind::kWhile, Kind::kDoWhile})) return;
  const TSNode condition = syntax::ConditionOf(source, node);
  if (!source.Is(condition, Kind::kComparison)) return;
  const std::string left = offers.Text(syntax::LeftOf(source, condition));
  std::set<std::string> texts;
  for (const Name& name : offers.NamesAt(node)) {
    if (name.type.starts_with("char") && IsPointer(name) && texts.size() < 4) {
      texts.insert(name.text);
    }
  }
  const bool plain = source.Is(syntax::LeftOf(source, condition), Kind::kIdentifier);
  for (const std::string& text : texts) {
    if (!plain || text == left) continue;
    const std::string ends = text + "[" + left + "] != '\\0'";
    offers.Replace(condition, ends, "text-end", kTextEndRank);
    offers.Replace(condition, offers.Text(condition) + " && " + ends, "text-end",
                   kTextEndRank + 0.2);
  }
}

}  // namespace inquest::languages::c
