#include "runtime/languages/grammar_language.h"

#include "runtime/languages/syntax/choices.h"
#include "runtime/languages/syntax/flow.h"
#include "runtime/languages/syntax/statements.h"
#include "runtime/languages/templates/donations.h"

namespace inquest::languages {

Result<std::vector<Statement>> GrammarLanguage::Statements(std::string_view text) const {
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(text, *parts_.dialect));
  return syntax::ReadStatements(source);
}

Result<std::vector<Edit>> GrammarLanguage::Edits(std::string_view text, Where where,
                                                 std::size_t limit) const {
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(text, *parts_.dialect));
  return templates::MakeEdits(source, where, limit, parts_.templates);
}

Result<std::vector<Donation>> GrammarLanguage::Donations(std::string_view text) const {
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(text, *parts_.dialect));
  return templates::CollectDonations(source);
}

Result<std::vector<ConstantCondition>> GrammarLanguage::ConstantConditions(
    std::string_view before, std::string_view after) const {
  TRY_ASSIGN(const syntax::Source old_source, syntax::Source::Parse(before, *parts_.dialect));
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(after, *parts_.dialect));
  return syntax::NewConditionsMadeConstant(old_source, source);
}

Result<LineReading> GrammarLanguage::ReadLine(std::string_view text, int line,
                                              const LinesRan& ran) const {
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(text, *parts_.dialect));
  return syntax::ReadLine(source, line, ran);
}

Result<std::vector<FunctionReading>> GrammarLanguage::ReadFunctions(std::string_view text) const {
  TRY_ASSIGN(const syntax::Source source, syntax::Source::Parse(text, *parts_.dialect));
  return syntax::ReadFunctions(source);
}

}  // namespace inquest::languages
