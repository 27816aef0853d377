#include "runtime/languages/language.h"

#include <algorithm>
#include <array>

#include "runtime/languages/python/python.h"

namespace inquest::languages {

std::span<const Language* const> AllLanguages() {
  static const std::array<const Language*, 1> kAll = {&python::TheLanguage()};
  return kAll;
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
