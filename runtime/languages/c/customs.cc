#include "runtime/languages/c/customs.h"

#include <string>

#include "runtime/languages/c/slips.h"
#include "runtime/languages/c/texts.h"
#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::c {
namespace {

using syntax::Kind;
using syntax::TypeKind;

constexpr TypeKind kTypes[] = {
    {"comment", Kind::kComment},
    {"identifier", Kind::kIdentifier},
    {"field_identifier", Kind::kProperty},
    {"number_literal", Kind::kInteger},
    {"string_literal", Kind::kString},
    {"raw_string_literal", Kind::kString},
    {"concatenated_string", Kind::kString},
    {"char_literal", Kind::kString},
    {"true", Kind::kTrue},
    {"false", Kind::kFalse},
    {"null", Kind::kNull},
    {"this", Kind::kSelf},
    {"initializer_list", Kind::kList},
    {"binary_expression", Kind::kBinary},
    {"unary_expression", Kind::kUnary},
    {"update_expression", Kind::kUpdate},
    {"call_expression", Kind::kCall},
    {"field_expression", Kind::kMember},
    {"subscript_expression", Kind::kIndex},
    {"assignment_expression", Kind::kAssignment},
    {"conditional_expression", Kind::kConditional},
    {"parenthesized_expression", Kind::kParenthesized},
    {"cast_expression", Kind::kCast},
    {"argument_list", Kind::kArguments},
    {"parameter_list", Kind::kParameters},
    {"primitive_type", Kind::kType},
    {"sized_type_specifier", Kind::kType},
    {"type_descriptor", Kind::kType},
    {"expression_statement", Kind::kExpressionStatement},
    {"declaration", Kind::kDeclaration},
    {"init_declarator", Kind::kDeclarator},
    {"return_statement", Kind::kReturn},
    {"throw_statement", Kind::kRaise},
    {"break_statement", Kind::kBreak},
    {"continue_statement", Kind::kContinue},
    {"goto_statement", Kind::kSimple},
    {"preproc_include", Kind::kImport},
    {"using_declaration", Kind::kImport},
    {"if_statement", Kind::kIf},
    {"else_clause", Kind::kElse},
    {"while_statement", Kind::kWhile},
    {"do_statement", Kind::kDoWhile},
    {"for_statement", Kind::kFor},
    {"for_range_loop", Kind::kForEach},
    {"try_statement", Kind::kTry},
    {"catch_clause", Kind::kCatch},
    {"switch_statement", Kind::kSwitch},
    {"case_statement", Kind::kCase},
    {"compound_statement", Kind::kBlock},
    {"function_definition", Kind::kFunction},
    {"lambda_expression", Kind::kFunction},
    {"class_specifier", Kind::kClass},
    {"struct_specifier", Kind::kClass},
};

struct Wider {
  std::string_view from;
  std::string_view to;
  double rank;
};
constexpr Wider kWider[] = {
    {"int", "long long", 1.8},
    {"int", "double", 2.2},
    {"int", "unsigned int", 2.8},
    {"int", "float", 2.6},
    {"float", "double", 1.8},
    {"long", "long long", 1.9},
    {"char", "int", 2.0},
    {"float", "int", 2.6},
    {"double", "int", 2.6},
    {"unsigned int", "int", 2.0},
    {"unsigned", "int", 2.0},
    {"long", "double", 2.6},
    {"long long", "double", 2.6},
    {"double", "long double", 2.6},
    {"long long", "unsigned long long", 2.6},
    {"short", "int", 1.8},
};

// A type that cannot hold what is computed.
void OfferTypes(TSNode node, templates::Offers& offers) {
  if (!offers.source().Is(node, Kind::kType)) return;
  const std::string text = offers.Text(node);
  for (const Wider& wider : kWider) {
    if (wider.from == text) {
      offers.Replace(node, std::string(wider.to), "wrong-type", wider.rank);
    }
  }
}

// 1 / 2 is 0; a product of ints that does not fit one.
void OfferCasts(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (source.Is(node, Kind::kArithmetic)) {
    const TSNode left = syntax::LeftOf(source, node);
    const std::string_view op = source.TextOf(syntax::OperatorOf(node));
    const std::string operand = templates::Tight(source, left);
    if (op == "/") offers.Replace(left, "(double)" + operand, "missing-cast", 1.9);
    if (op == "*" || op == "+") {
      offers.Replace(left, "(long long)" + operand, "missing-cast", 2.4);
    }
  }
  if (source.Is(node, Kind::kCast)) {
    offers.Replace(node, offers.Text(syntax::Field(node, {"value"})), "superfluous-cast", 2.4);
  }
}

void ReplaceIn(TSNode node, std::string text, std::string_view from, std::string_view to,
               double rank, templates::Offers& offers) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + 1)) {
    std::string changed = text;
    changed.replace(at, from.size(), to);
    offers.Replace(node, std::move(changed), "wrong-format", rank);
  }
}

// What is printed, and how: line ends, blanks, conversions.
void OfferFormats(TSNode node, templates::Offers& offers) {
  if (syntax::TypeOf(node) != "string_literal") return;
  const std::string text = offers.Text(node);
  if (text.size() < 2 || text.size() > 200) return;
  const std::string body = text.substr(1, text.size() - 2);
  if (body.ends_with("\\n")) {
    offers.Replace(node, "\"" + body.substr(0, body.size() - 2) + "\"", "wrong-format", 2.4);
  } else {
    offers.Replace(node, "\"" + body + "\\n\"", "wrong-format", 2.0);
    offers.Replace(node, "\"" + body + " \"", "wrong-format", 2.6);
  }
  if (body.ends_with(" ")) {
    offers.Replace(node, "\"" + body.substr(0, body.size() - 1) + "\"", "wrong-format", 2.2);
  }
  constexpr Wider kConversions[] = {
      {"%d", "%lld", 1.9},   {"%d", "%ld", 2.3},    {"%d", "%f", 2.5},   {"%d", "%c", 2.6},
      {"%c", "%d", 2.6},     {"%f", "%lf", 2.2},    {"%f", "%.2f", 2.4}, {"%f", "%d", 2.6},
      {"%d", "%u", 2.6},     {"%ld", "%lld", 2.0},  {"%i", "%lld", 2.2}, {"%c", " %c", 1.9},
      {"%.0f", "%d", 2.8},   {"%s", "%c", 2.8},     {"%d", " %d", 2.8},  {"%.1f", "%.2f", 2.4},
      {"%.2f", "%.1f", 2.4}, {"%.2f", "%.3f", 2.6}, {" ", "", 2.6},      {"\\n", " ", 2.6},
      {" ", "\\n", 2.6},     {", ", ",", 2.8},      {"%f", "%.6f", 2.8}, {"%lf", "%f", 2.6},
  };
  for (const Wider& conversion : kConversions) {
    ReplaceIn(node, text, conversion.from, conversion.to, conversion.rank, offers);
  }
}

// scanf wants to know where.
void OfferAddresses(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!source.Is(node, Kind::kCall)) return;
  const std::string_view callee = source.TextOf(syntax::CalleeOf(node));
  if (callee != "scanf" && callee != "sscanf" && callee != "fscanf") return;
  for (const TSNode argument : source.NamedChildren(syntax::ArgumentsOf(node))) {
    if (source.IsAny(argument, {Kind::kIdentifier, Kind::kIndex})) {
      offers.Replace(argument, "&" + offers.Text(argument), "missing-address", 1.6);
    } else if (syntax::TypeOf(argument) == "pointer_expression" &&
               offers.Text(argument).starts_with("&")) {
      offers.Replace(argument, offers.Text(argument).substr(1), "superfluous-address", 2.0);
    }
  }
}

// An array that is too small, a variable that starts with whatever there was.
void OfferDeclarations(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (syntax::TypeOf(node) == "array_declarator") {
    const TSNode size = syntax::Field(node, {"size"});
    if (!syntax::IsNull(size)) {
      offers.Replace(size, "(" + offers.Text(size) + ") + 10", "array-size", 1.9);
      offers.Replace(size, "(" + offers.Text(size) + ") * 10", "array-size", 2.0);
      offers.Replace(size, "(" + offers.Text(size) + ") * 2 + 2", "array-size", 2.1);
    }
  }
  if (!source.Is(node, Kind::kDeclaration)) return;
  for (const TSNode child : source.NamedChildren(node)) {
    const std::string text = offers.Text(child);
    if (source.Is(child, Kind::kIdentifier)) {
      offers.Replace(child, text + " = 0", "missing-initialisation", 1.7);
      offers.Replace(child, text + " = 1", "missing-initialisation", 2.3);
    } else if (syntax::TypeOf(child) == "array_declarator") {
      offers.Replace(child, text + " = {0}", "missing-initialisation", 1.8);
    }
  }
}

// A case that falls through.
void OfferCaseEnd(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!source.Is(node, Kind::kCase)) return;
  const auto children = source.NamedChildren(node);
  if (children.empty() || source.IsAny(children.back(), {Kind::kBreak, Kind::kReturn})) return;
  const TSNode last = children.back();
  if (!syntax::IsSimpleStatement(source.KindOf(last))) return;
  offers.Replace(last, offers.Text(last) + " break;", "missing-break", 1.4);
}

// One and two of the same sign are different operators.
void OfferPointers(TSNode node, templates::Offers& offers) {
  if (syntax::TypeOf(node) != "pointer_expression") return;
  const std::string inner = offers.Text(syntax::OperandOf(node));
  offers.Replace(node, inner, "superfluous-pointer", 2.4);
}

constexpr templates::Template kTemplates[] = {
    OfferTypes,   OfferCasts,           OfferFormats,      OfferAddresses,   OfferDeclarations,
    OfferCaseEnd, OfferPointers,        OfferAllAddresses, OfferConversions, OfferCharacters,
    OfferTextEnd, OfferAbsoluteOfReals, OfferExpectedTexts};

}  // namespace

const syntax::Words kWords = {.and_word = "&&",
                              .or_word = "||",
                              .not_word = "!",
                              .true_word = "1",
                              .false_word = "0",
                              .null_word = "0",
                              .equal = "==",
                              .not_equal = "!=",
                              .empty_statement = ";",
                              .statement_end = ";",
                              .absolute = "abs",
                              .largest = "",
                              .smallest = "",
                              .append_method = "",
                              .add_method = "",
                              .failure = "(__builtin_trap(), 1)",
                              .slices = false,
                              .slice_method = false,
                              .substring_method = true};

std::span<const TypeKind> SharedTypes() { return kTypes; }

std::span<const templates::Template> SharedTemplates() { return kTemplates; }

}  // namespace inquest::languages::c
