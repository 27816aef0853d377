#pragma once

#include <span>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/dialect.h"
#include "runtime/languages/templates/offers.h"

namespace inquest::languages {

// A language that is a grammar, its spelling and templates of its own: what a language's folder
// makes one of. What is left to say is which files are its.
class GrammarLanguage : public Language {
 public:
  struct Parts {
    std::string_view name;
    const syntax::Dialect* dialect = nullptr;
    std::span<const templates::Template> templates;
    std::string_view coverage_instrument;
    std::string_view inputs_instrument;
    std::string_view sanitizer_instrument;
    std::string_view leak_instrument;
    std::string_view backtrace_instrument;
    std::string_view values_instrument;
    RegressionTest (*regression_test)(const RecordedFailure& failure) = nullptr;
  };

  std::string_view Name() const override { return parts_.name; }
  std::string_view CoverageInstrument() const override { return parts_.coverage_instrument; }
  std::string_view InputsInstrument() const override { return parts_.inputs_instrument; }
  std::string_view SanitizerInstrument() const override { return parts_.sanitizer_instrument; }
  std::string_view LeakInstrument() const override { return parts_.leak_instrument; }
  std::string_view BacktraceInstrument() const override { return parts_.backtrace_instrument; }
  std::string_view ValuesInstrument() const override { return parts_.values_instrument; }

  Result<std::vector<Statement>> Statements(std::string_view text) const override;
  Result<std::vector<Edit>> Edits(std::string_view text, Where where,
                                  std::size_t limit) const override;
  Result<std::vector<Donation>> Donations(std::string_view text) const override;
  Result<std::vector<ConstantCondition>> ConstantConditions(std::string_view before,
                                                            std::string_view after) const override;
  Result<LineReading> ReadLine(std::string_view text, int line, const LinesRan& ran) const override;
  Result<std::vector<FunctionReading>> ReadFunctions(std::string_view text) const override;
  RegressionTest WriteRegressionTest(const RecordedFailure& failure) const override {
    return parts_.regression_test(failure);
  }

 protected:
  explicit GrammarLanguage(Parts parts) : parts_(parts) {}

 private:
  const Parts parts_;
};

}  // namespace inquest::languages
