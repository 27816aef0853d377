#include "runtime/languages/cpp/cpp.h"

#include "runtime/languages/c/customs.h"
#include "runtime/languages/c/regression_test.h"
#include "runtime/languages/c/test_names.h"
#include "runtime/languages/grammar_language.h"

extern "C" const TSLanguage* tree_sitter_cpp(void);

namespace inquest::languages::cpp {
namespace {

const syntax::Dialect& TheDialect() {
  static const syntax::Dialect kDialect(tree_sitter_cpp(), c::SharedTypes(), c::kWords, true);
  return kDialect;
}

class Cpp final : public GrammarLanguage {
 public:
  Cpp()
      : GrammarLanguage({.name = "cpp",
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
    return path.ends_with(".cc") || path.ends_with(".cpp") || path.ends_with(".cxx") ||
           path.ends_with(".C") || path.ends_with(".hh") || path.ends_with(".hpp") ||
           path.ends_with(".hxx") || path.ends_with(".ipp");
  }

  bool IsTest(std::string_view path) const override { return c::IsTestName(path); }
};

}  // namespace

const Language& TheLanguage() {
  static const Cpp kLanguage;
  return kLanguage;
}

}  // namespace inquest::languages::cpp
