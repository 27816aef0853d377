#include "runtime/languages/javascript/javascript.h"

#include "runtime/languages/grammar_language.h"
#include "runtime/languages/javascript/regression_test.h"
#include "runtime/languages/syntax/parts.h"

extern "C" const TSLanguage* tree_sitter_javascript(void);

namespace inquest::languages::javascript {
namespace {

using syntax::Kind;
using syntax::TypeKind;

constexpr TypeKind kTypes[] = {
    {"comment", Kind::kComment},
    {"identifier", Kind::kIdentifier},
    {"shorthand_property_identifier_pattern", Kind::kIdentifier},
    {"property_identifier", Kind::kProperty},
    {"private_property_identifier", Kind::kProperty},
    {"number", Kind::kInteger},
    {"string", Kind::kString},
    {"template_string", Kind::kString},
    {"regex", Kind::kString},
    {"true", Kind::kTrue},
    {"false", Kind::kFalse},
    {"null", Kind::kNull},
    {"undefined", Kind::kNull},
    {"this", Kind::kSelf},
    {"array", Kind::kList},
    {"object", Kind::kDictionary},
    {"binary_expression", Kind::kBinary},
    {"unary_expression", Kind::kUnary},
    {"update_expression", Kind::kUpdate},
    {"call_expression", Kind::kCall},
    {"new_expression", Kind::kCall},
    {"member_expression", Kind::kMember},
    {"subscript_expression", Kind::kIndex},
    {"assignment_expression", Kind::kAssignment},
    {"augmented_assignment_expression", Kind::kAugmented},
    {"ternary_expression", Kind::kConditional},
    {"parenthesized_expression", Kind::kParenthesized},
    {"spread_element", Kind::kSpread},
    {"arguments", Kind::kArguments},
    {"formal_parameters", Kind::kParameters},
    {"expression_statement", Kind::kExpressionStatement},
    {"lexical_declaration", Kind::kDeclaration},
    {"variable_declaration", Kind::kDeclaration},
    {"variable_declarator", Kind::kDeclarator},
    {"return_statement", Kind::kReturn},
    {"throw_statement", Kind::kRaise},
    {"break_statement", Kind::kBreak},
    {"continue_statement", Kind::kContinue},
    {"empty_statement", Kind::kPass},
    {"import_statement", Kind::kImport},
    {"import_specifier", Kind::kImport},
    {"import_clause", Kind::kImport},
    {"if_statement", Kind::kIf},
    {"else_clause", Kind::kElse},
    {"while_statement", Kind::kWhile},
    {"do_statement", Kind::kDoWhile},
    {"for_statement", Kind::kFor},
    {"for_in_statement", Kind::kForEach},
    {"try_statement", Kind::kTry},
    {"catch_clause", Kind::kCatch},
    {"switch_statement", Kind::kSwitch},
    {"switch_case", Kind::kCase},
    {"switch_default", Kind::kCase},
    {"statement_block", Kind::kBlock},
    {"function_declaration", Kind::kFunction},
    {"function_expression", Kind::kFunction},
    {"generator_function_declaration", Kind::kFunction},
    {"generator_function", Kind::kFunction},
    {"arrow_function", Kind::kFunction},
    {"method_definition", Kind::kFunction},
    {"class_declaration", Kind::kClass},
    {"class", Kind::kClass},
};

constexpr syntax::Words kWords = {.and_word = "&&",
                                  .or_word = "||",
                                  .not_word = "!",
                                  .true_word = "true",
                                  .false_word = "false",
                                  .null_word = "null",
                                  .equal = "===",
                                  .not_equal = "!==",
                                  .empty_statement = ";",
                                  .statement_end = ";",
                                  .absolute = "Math.abs",
                                  .largest = "Math.max",
                                  .smallest = "Math.min",
                                  .append_method = "push",
                                  .add_method = "add",
                                  .failure = "null[0]",
                                  .program_name = "require.main",
                                  .slices = false,
                                  .slice_method = true};

// sort() orders by text, which is rarely meant; a promise that nobody waits for.
void OfferCustoms(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!source.Is(node, Kind::kCall)) return;
  const TSNode callee = syntax::CalleeOf(node);
  const TSNode arguments = syntax::ArgumentsOf(node);
  const bool sorts =
      source.Is(callee, Kind::kMember) && source.TextOf(syntax::PropertyOf(callee)) == "sort";
  if (sorts && source.NamedChildren(arguments).empty()) {
    offers.Replace(arguments, "((a, b) => a - b)", "sort-by-number", 1.3);
    offers.Replace(arguments, "((a, b) => b - a)", "sort-by-number", 1.8);
  }
  const TSNode parent = ts_node_parent(node);
  if (syntax::TypeOf(parent) == "await_expression") {
    offers.Replace(parent, offers.Text(node), "superfluous-await", 2.8);
  } else if (offers.source().text().find("async ") != std::string::npos) {
    offers.Replace(node, "(await " + offers.Text(node) + ")", "missing-await", 2.0);
  }
  if (source.IsAny(callee, {Kind::kIdentifier}) && syntax::TypeOf(node) == "call_expression") {
    const std::string name = offers.Text(callee);
    if (name[0] >= 'A' && name[0] <= 'Z') {
      offers.Replace(node, "new " + offers.Text(node), "missing-new", 2.2);
    }
  }
}

void OfferConversions(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!templates::IsValue(source, node)) return;
  const Kind place = source.KindOf(ts_node_parent(node));
  const std::string text = offers.Text(node);
  if (text.size() > 80 ||
      source.IsAny(node, {Kind::kString, Kind::kTrue, Kind::kFalse, Kind::kNull})) {
    return;
  }
  if (source.IsAny(node, {Kind::kArithmetic, Kind::kCall, Kind::kParenthesized})) {
    offers.Replace(node, "Math.floor(" + text + ")", "missing-conversion", 2.0);
    offers.Replace(node, "Math.ceil(" + text + ")", "missing-conversion", 2.5);
    offers.Replace(node, "Math.round(" + text + ")", "missing-conversion", 2.6);
  }
  const bool name = source.IsAny(node, {Kind::kIdentifier, Kind::kMember, Kind::kIndex});
  if (name && place != Kind::kMember) {
    offers.Replace(node, text + ".length", "missing-length", 2.6);
    offers.Replace(node, "Number(" + text + ")", "missing-conversion", 2.6);
    offers.Replace(node, "String(" + text + ")", "missing-conversion", 2.7);
  }
  if (name && (place == Kind::kArguments || place == Kind::kReturn)) {
    offers.Replace(node, "[..." + text + "]", "missing-copy", 2.4);
    offers.Replace(node, "..." + text, "missing-spread", 2.6);
    offers.Replace(node, "[" + text + "]", "missing-list", 2.6);
  }
}

// .length and the like one off are in values.cc; here what is dropped or put in front of a member.
void OfferMembers(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!source.Is(node, Kind::kMember) || !templates::IsValue(source, node)) return;
  const std::string property = offers.Text(syntax::PropertyOf(node));
  if (property == "length" || property == "size") {
    offers.Replace(node, offers.Text(syntax::ObjectOf(node)), "superfluous-property", 2.6);
  }
  offers.Replace(node, offers.Text(syntax::ObjectOf(node)) + "?." + property, "optional-chain",
                 3.4);
}

constexpr templates::Template kTemplates[] = {OfferCustoms, OfferConversions, OfferMembers};

const syntax::Dialect& TheDialect() {
  static const syntax::Dialect kDialect(tree_sitter_javascript(), kTypes, kWords, true);
  return kDialect;
}

class JavaScript final : public GrammarLanguage {
 public:
  JavaScript()
      : GrammarLanguage({.name = "javascript",
                         .dialect = &TheDialect(),
                         .templates = kTemplates,
                         .coverage_instrument = "javascript-coverage",
                         .inputs_instrument = "javascript-inputs",
                         .sanitizer_instrument = "",
                         .leak_instrument = "",
                         .backtrace_instrument = "",
                         .values_instrument = "",
                         .regression_test = javascript::WriteRegressionTest}) {}

  bool IsSource(std::string_view path) const override {
    return (path.ends_with(".js") || path.ends_with(".cjs") || path.ends_with(".mjs")) &&
           path.find("node_modules/") == path.npos && !path.ends_with(".min.js");
  }

  bool IsTest(std::string_view path) const override {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::string_view stem = name.substr(0, name.rfind('.'));
    return stem == "test" || stem == "tests" || stem.starts_with("test_") ||
           stem.starts_with("test-") || stem.ends_with("_test") || stem.ends_with("-test") ||
           stem.ends_with(".test") || stem.ends_with(".spec") || stem.ends_with(".config") ||
           stem == "gulpfile" || stem == "Gruntfile";
  }
};

}  // namespace

const Language& TheLanguage() {
  static const JavaScript kJavaScript;
  return kJavaScript;
}

}  // namespace inquest::languages::javascript
