#include "runtime/languages/oracle_files.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inquest::languages {
namespace {

bool Judges(const std::string& path, const std::string& command, const std::string& text = "") {
  const std::vector<std::string> commands = {command};
  return JudgesFix(path, commands, [&] { return text; });
}

TEST(JudgesFix, OfTestsAndWhatConfiguresThem) {
  for (const char* path : {"tests/a.py", "pkg/test/b.py", "test_a.py", "a_test.py", "conftest.py",
                           "pytest.ini", "src/__tests__/a.js", "a.spec.js", "tests.py"}) {
    EXPECT_TRUE(Judges(path, "make check")) << path;
  }
  for (const char* path : {"contest.py", "latest/a.py", "src/attest.py", "protest.py"}) {
    EXPECT_FALSE(Judges(path, "make check")) << path;
  }
}

TEST(JudgesFix, OfWhatACommandNamesUnlessItJudgesNothing) {
  EXPECT_TRUE(Judges("check.py", "python3 check.py", "import kit\nassert kit.f() == 1\n"));
  EXPECT_TRUE(Judges("check.py", "python3 ./check.py", "if f(): raise SystemExit(2)\n"));
  EXPECT_TRUE(Judges("expected.txt", "python3 main.py | diff - expected.txt", "42\n"));
  EXPECT_FALSE(
      Judges("main.py", "python3 main.py", "import sys\nprint(1 / 0)\nsys.exit(main())\n"));
  EXPECT_FALSE(Judges("a.py", "python3 data.py", "assert False\n")) << "not the same word";
}

}  // namespace
}  // namespace inquest::languages
