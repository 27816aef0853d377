#include "runtime/languages/python/python.h"

#include "runtime/languages/grammar_language.h"
#include "runtime/languages/python/regression_test.h"
#include "runtime/languages/syntax/parts.h"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace inquest::languages::python {
namespace {

using syntax::Kind;
using syntax::TypeKind;

constexpr TypeKind kTypes[] = {
    {"comment", Kind::kComment},
    {"identifier", Kind::kIdentifier},
    {"integer", Kind::kInteger},
    {"float", Kind::kFloat},
    {"string", Kind::kString},
    {"concatenated_string", Kind::kString},
    {"true", Kind::kTrue},
    {"false", Kind::kFalse},
    {"none", Kind::kNull},
    {"list", Kind::kList},
    {"tuple", Kind::kTuple},
    {"expression_list", Kind::kTuple},
    {"dictionary", Kind::kDictionary},
    {"set", Kind::kDictionary},
    {"slice", Kind::kSlice},
    {"comparison_operator", Kind::kComparison},
    {"binary_operator", Kind::kArithmetic},
    {"boolean_operator", Kind::kLogical},
    {"not_operator", Kind::kNot},
    {"unary_operator", Kind::kUnary},
    {"call", Kind::kCall},
    {"attribute", Kind::kMember},
    {"subscript", Kind::kIndex},
    {"assignment", Kind::kAssignment},
    {"augmented_assignment", Kind::kAugmented},
    {"conditional_expression", Kind::kConditional},
    {"parenthesized_expression", Kind::kParenthesized},
    {"lambda", Kind::kLambda},
    {"list_comprehension", Kind::kComprehension},
    {"set_comprehension", Kind::kComprehension},
    {"dictionary_comprehension", Kind::kComprehension},
    {"generator_expression", Kind::kComprehension},
    {"if_clause", Kind::kFilter},
    {"for_in_clause", Kind::kGenerator},
    {"list_splat", Kind::kSpread},
    {"dictionary_splat", Kind::kSpread},
    {"keyword_argument", Kind::kKeywordArgument},
    {"argument_list", Kind::kArguments},
    {"parameters", Kind::kParameters},
    {"lambda_parameters", Kind::kParameters},
    {"type", Kind::kType},
    {"expression_statement", Kind::kExpressionStatement},
    {"return_statement", Kind::kReturn},
    {"raise_statement", Kind::kRaise},
    {"assert_statement", Kind::kAssert},
    {"break_statement", Kind::kBreak},
    {"continue_statement", Kind::kContinue},
    {"pass_statement", Kind::kPass},
    {"delete_statement", Kind::kDelete},
    {"import_statement", Kind::kImport},
    {"import_from_statement", Kind::kImport},
    {"future_import_statement", Kind::kImport},
    {"aliased_import", Kind::kImport},
    {"if_statement", Kind::kIf},
    {"elif_clause", Kind::kElif},
    {"else_clause", Kind::kElse},
    {"while_statement", Kind::kWhile},
    {"for_statement", Kind::kForEach},
    {"with_statement", Kind::kWith},
    {"try_statement", Kind::kTry},
    {"except_clause", Kind::kCatch},
    {"match_statement", Kind::kSwitch},
    {"case_clause", Kind::kCase},
    {"block", Kind::kBlock},
    {"function_definition", Kind::kFunction},
    {"class_definition", Kind::kClass},
};

constexpr syntax::Words kWords = {.and_word = "and",
                                  .or_word = "or",
                                  .not_word = "not ",
                                  .true_word = "True",
                                  .false_word = "False",
                                  .null_word = "None",
                                  .equal = "==",
                                  .not_equal = "!=",
                                  .empty_statement = "pass",
                                  .statement_end = "",
                                  .absolute = "abs",
                                  .largest = "max",
                                  .smallest = "min",
                                  .append_method = "append",
                                  .add_method = "add",
                                  .failure = "1 / 0",
                                  .program_name = "__name__",
                                  .slices = true,
                                  .slice_method = false};

// A list that is put away while it goes on changing, and what a call makes of its value.
void OfferConversions(TSNode node, templates::Offers& offers) {
  const auto& source = offers.source();
  if (!templates::IsValue(source, node)) return;
  const Kind place = source.KindOf(ts_node_parent(node));
  if (place != Kind::kArguments && place != Kind::kReturn && place != Kind::kAssignment) return;
  if (source.IsAny(node, {Kind::kString, Kind::kTrue, Kind::kFalse, Kind::kNull})) return;
  const std::string text = offers.Text(node);
  if (text.size() > 80) return;
  double rank = 2.7;
  for (const char* function : {"list", "int", "str", "sorted", "len", "float", "set", "sum"}) {
    offers.Replace(node, std::string(function) + "(" + text + ")", "missing-conversion", rank);
    rank += 0.05;
  }
  offers.Replace(node, "[" + text + "]", "missing-list", 2.6);
}

// yield for yield from, and the other way.
void OfferYield(TSNode node, templates::Offers& offers) {
  if (syntax::TypeOf(node) != "yield") return;
  const std::string text = offers.Text(node);
  if (text.starts_with("yield from ")) {
    offers.Replace(node, "yield " + text.substr(11), "yield", 1.8);
  } else if (text.starts_with("yield ")) {
    offers.Replace(node, "yield from " + text.substr(6), "yield", 1.8);
  }
}

constexpr templates::Template kTemplates[] = {OfferConversions, OfferYield};

const syntax::Dialect& TheDialect() {
  static const syntax::Dialect kDialect(tree_sitter_python(), kTypes, kWords, false);
  return kDialect;
}

class Python final : public GrammarLanguage {
 public:
  Python()
      : GrammarLanguage({.name = "python",
                         .dialect = &TheDialect(),
                         .templates = kTemplates,
                         .coverage_instrument = "python-coverage",
                         .inputs_instrument = "python-inputs",
                         .sanitizer_instrument = "",
                         .leak_instrument = "",
                         .backtrace_instrument = "",
                         .values_instrument = "python-values",
                         .regression_test = python::WriteRegressionTest}) {}

  bool IsSource(std::string_view path) const override { return path.ends_with(".py"); }

  bool IsTest(std::string_view path) const override {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return name.starts_with("test_") || name.ends_with("_test.py") || name == "test.py" ||
           name == "tests.py" || name == "conftest.py" || name == "setup.py" ||
           name == "noxfile.py";
  }
};

}  // namespace

const Language& TheLanguage() {
  static const Python kPython;
  return kPython;
}

}  // namespace inquest::languages::python
