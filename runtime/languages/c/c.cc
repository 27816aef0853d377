#include "runtime/languages/c/c.h"

#include "runtime/languages/c/customs.h"
#include "runtime/languages/c/regression_test.h"
#include "runtime/languages/c/test_names.h"
#include "runtime/languages/grammar_language.h"

extern "C" const TSLanguage* tree_sitter_c(void);

namespace inquest::languages::c {
namespace {

const syntax::Dialect& TheDialect() {
  static const syntax::Dialect kDialect(tree_sitter_c(), c::SharedTypes(), c::kWords, true);
  return kDialect;
}

class C final : public GrammarLanguage {
 public:
  C()
      : GrammarLanguage({.name = "c",
                         .dialect = &TheDialect(),
                         .templates = c::SharedTemplates(),
                         .coverage_instrument = "c-coverage",
                         .inputs_instrument = "c-inputs",
                         .sanitizer_instrument = "c-sanitize",
                         .leak_instrument = "c-sanitize-leaks",
                         .backtrace_instrument = "c-backtrace",
                         .values_instrument = "",
                         .regression_test = c::WriteRegressionTest}) {}

  bool IsSource(std::string_view path) const override {
    return path.ends_with(".c") || path.ends_with(".h");
  }

  bool IsTest(std::string_view path) const override { return c::IsTestName(path); }
};

}  // namespace

const Language& TheLanguage() {
  static const C kLanguage;
  return kLanguage;
}

}  // namespace inquest::languages::c
