#include "runtime/languages/language.h"

#include <algorithm>
#include <array>

#include "runtime/languages/c/c.h"
#include "runtime/languages/cpp/cpp.h"
#include "runtime/languages/javascript/javascript.h"
#include "runtime/languages/python/python.h"

namespace inquest::languages {

std::span<const Language* const> AllLanguages() {
  static const std::array<const Language*, 4> kAll = {
      &python::TheLanguage(), &javascript::TheLanguage(), &c::TheLanguage(), &cpp::TheLanguage()};
  return kAll;
}

std::string Apply(std::string_view text, const Edit& edit) {
  std::string changed(text.substr(0, edit.begin));
  changed += edit.replacement;
  changed += text.substr(edit.end);
  return changed;
}

const Language* FindLanguage(std::string_view name) {
  for (const Language* language : AllLanguages()) {
    if (language->Name() == name) return language;
  }
  return nullptr;
}

const Language* DetectLanguage(std::span<const std::string> paths) {
  const Language* best = nullptr;
  std::ptrdiff_t most = 0;
  for (const Language* language : AllLanguages()) {
    const auto count = std::count_if(paths.begin(), paths.end(), [&](const std::string& path) {
      return language->IsSource(path);
    });
    if (count <= most) continue;
    most = count;
    best = language;
  }
  return best;
}

}  // namespace inquest::languages
