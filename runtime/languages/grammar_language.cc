#include "runtime/languages/grammar_language.h"

#include "runtime/languages/syntax/flow.h"
#include "runtime/languages/syntax/statements.h"

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
