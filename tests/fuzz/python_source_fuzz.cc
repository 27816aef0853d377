#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/languages/language.h"

// Any bytes as a Python source: statements are in order, every edit is another text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kEdits = 4;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto& python = *inquest::languages::FindLanguage("python");
  const auto statements = python.Statements(text);
  if (!statements.ok()) return 0;
  int last = 0;
  for (const auto& statement : *statements) {
    if (statement.first_line < last || statement.last_line < statement.first_line) std::abort();
    last = statement.first_line;
  }
  if (statements->empty()) return 0;
  const auto& first = statements->front();
  const auto edits = python.Edits(text, {first.first_line, first.last_line}, kEdits);
  if (!edits.ok()) return 0;
  for (const auto& edit : *edits) {
    if (edit.text == text) std::abort();
  }
  return 0;
}
