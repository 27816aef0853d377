#include "runtime/languages/c/test_names.h"

namespace inquest::languages::c {

bool IsTestName(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  return stem == "test" || stem == "tests" || stem.starts_with("test_") ||
         stem.ends_with("_test") || stem.ends_with("_tests") || stem.ends_with("_unittest") ||
         (stem.starts_with("Test") && stem.size() > 4) || stem.ends_with("Test");
}

}  // namespace inquest::languages::c
