#include "runtime/languages/python/python.h"

#include "runtime/languages/python/edits.h"
#include "runtime/languages/python/statements.h"
#include "runtime/languages/python/syntax.h"

namespace inquest::languages::python {
namespace {

bool IsTestFolder(std::string_view name) {
  return name == "test" || name == "tests" || name == "testing" || name == "spec";
}

class Python final : public Language {
 public:
  std::string_view Name() const override { return "python"; }
  std::string_view CoverageInstrument() const override { return "python-coverage"; }
  std::string_view InputsInstrument() const override { return "python-inputs"; }

  bool IsSource(std::string_view path) const override { return path.ends_with(".py"); }

  bool IsTest(std::string_view path) const override {
    std::size_t begin = 0;
    for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', begin)) {
      if (IsTestFolder(path.substr(begin, slash - begin))) return true;
      begin = slash + 1;
    }
    const std::string_view name = path.substr(begin);
    return name.starts_with("test_") || name.ends_with("_test.py") || name == "test.py" ||
           name == "tests.py" || name == "conftest.py" || name == "setup.py" ||
           name == "noxfile.py";
  }

  Result<std::vector<Statement>> Statements(std::string_view text) const override {
    TRY_ASSIGN(const Source source, Source::Parse(text));
    return ReadStatements(source);
  }

  Result<std::vector<Edit>> Edits(std::string_view text, Where where,
                                  std::size_t limit) const override {
    TRY_ASSIGN(const Source source, Source::Parse(text));
    return MakeEdits(source, where, limit);
  }
};

}  // namespace

const Language& TheLanguage() {
  static const Python kPython;
  return kPython;
}

}  // namespace inquest::languages::python
