#include "runtime/languages/syntax/dialect.h"

namespace inquest::languages::syntax {

Dialect::Dialect(const TSLanguage* language, std::span<const TypeKind> types, Words words,
                 bool braces)
    : language_(language), words_(words), braces_(braces) {
  const std::uint32_t count = ts_language_symbol_count(language);
  kinds_.resize(count, Kind::kOther);
  for (std::uint32_t symbol = 0; symbol < count; ++symbol) {
    const auto id = static_cast<TSSymbol>(symbol);
    if (ts_language_symbol_type(language, id) != TSSymbolTypeRegular) continue;
    const std::string_view name = ts_language_symbol_name(language, id);
    for (const TypeKind& type : types) {
      if (type.type == name) kinds_[symbol] = type.kind;
    }
  }
}

}  // namespace inquest::languages::syntax
