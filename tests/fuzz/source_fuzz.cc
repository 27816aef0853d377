#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/languages/language.h"

namespace {

// Statements are in order, every edit is within the text and changes it.
void Look(const inquest::languages::Language& language, std::string_view text, bool edit_too) {
  constexpr std::size_t kEdits = 4;
  const auto statements = language.Statements(text);
  if (!statements.ok()) return;
  int last = 0;
  for (const auto& statement : *statements) {
    if (statement.first_line < last || statement.last_line < statement.first_line) std::abort();
    last = statement.first_line;
  }
  if (statements->empty() || !edit_too) return;
  const auto& first = statements->front();
  const auto edits = language.Edits(text, {first.first_line, first.last_line}, kEdits);
  if (!edits.ok()) return;
  for (const auto& edit : *edits) {
    if (edit.begin > edit.end || edit.end > text.size()) std::abort();
    if (inquest::languages::Apply(text, edit) == text) std::abort();
  }
}

}  // namespace

// Any bytes as a source of each language; the slow part (the edits) of one of them, by the length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto all = inquest::languages::AllLanguages();
  for (std::size_t i = 0; i < all.size(); ++i) Look(*all[i], text, size % (4 * all.size()) == i);
  return 0;
}
