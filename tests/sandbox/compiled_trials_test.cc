// Trials whose time goes into compiling: by a quicker way, with the same answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sandbox/trial_batch.h"

namespace inquest::sandbox {
namespace {

using testing::ElementsAre;

constexpr char kHeadersMade[] = "ls /tmp/inquest-headers/*/h.h.gch >/dev/null";

class CompiledTrials : public TrialBatch {
 protected:
  // Trials of a function of two numbers; the program asks it for 2 and 2.
  void TryBodies(const std::string& top, const std::string& bottom) {
    const auto with = [&](const std::string& body) { return top + body + bottom; };
    Subject("add.cpp", with("int add(int a, int b) { return a - b; }\n"));
    Try(with("int add(int a, int b) { return a + b; }\n"));
    Try(with("int add(int a, int b) { return b; }\n"));
    Try(with("int add(int a, int b) { return a + c; }\n"));
    Try("#include <cmath>\n" + with("int add(int a, int b) { return std::pow(a, b); }\n"));
    Try(with("int add(int a, int b) { return a * b }\n"));
    Try(with("int add(int a, int b) { return a * b; }\n"));
  }
};

constexpr char kMain[] = "int main() {\n  return add(2, 2) == 4 ? 0 : 1;\n}\n";

TEST_F(CompiledTrials, CompileTheSystemsHeadersOnce) {
  TryBodies("// Adds.\n#include <vector>\n#include <string>\n", kMain);

  EXPECT_THAT(Run(std::string("g++ -std=c++17 -Wall -o add add.cpp && ./add && ") + kHeadersMade),
              ElementsAre(kPassed, kBugShowed, kBugShowed, kPassed, kBugShowed, kPassed));
  EXPECT_THAT(Run(std::string("./add && ") + kHeadersMade, "g++ -g -O2 -o add add.cpp"),
              ElementsAre(kPassed, kBugShowed, kDoesNotBuild, kPassed, kDoesNotBuild, kPassed));
}

TEST_F(CompiledTrials, CompileTheHeadersOfASourceThatIsIncluded) {
  harness_.AddFile("test.cpp",
                   "#include \"add.cpp\"\n#undef NDEBUG\n#include <cassert>\n"
                   "int main() {\n  assert(add(2, 2) == 4);\n}\n");
  TryBodies("#include <vector>\n", "");

  EXPECT_THAT(Run(std::string("g++ -DNDEBUG -o test test.cpp && ./test && ") + kHeadersMade),
              ElementsAre(kPassed, kBugShowed, kBugShowed, kPassed, kBugShowed, kPassed));
}

TEST_F(CompiledTrials, CompileAsEverWhereAMacroComesBeforeTheHeaders) {
  const std::string top = "#define assert(x) static_assert(true)\n#include <cstdlib>\n";
  Subject("add.cpp", top + "int add(int a, int b) { return a - b; }\n" + kMain);
  Try(top + "int add(int a, int b) { return a + b; }\n" + kMain);
  Try(top + "int add(int a, int b) { return b; }\n" + kMain);

  EXPECT_THAT(Run("g++ -o add add.cpp && ./add && ! test -e /tmp/inquest-headers/*/h.h.gch"),
              ElementsAre(kPassed, kBugShowed));
}

// An object of another compilation, a library, a macro with blanks, make.
TEST_F(CompiledTrials, CompileWhateverElseIsBuilt) {
  harness_.AddFile("main.c",
                   "#include <stdio.h>\nint add(int, int);\n"
                   "int main(void) {\n  puts(NAME);\n  return add(2, 2) != 4;\n}\n");
  harness_.AddFile("Makefile",
                   "program: main.o add.o\n\t$(CC) -o $@ $^ -lm\n"
                   "main.o: main.c\n\t$(CC) -DNAME='\"a name\"' -c -o $@ $<\n"
                   "add.o: add.c\n\t$(CC) -MMD -c -o $@ $<\n");
  Subject("add.c", "int add(int a, int b) { return a - b; }\n");
  Try("#include <math.h>\nint add(int a, int b) { return (int)pow(a, b); }\n");
  Try("int add(int a, int b) { return a * a * b; }\n");
  Try("int add(int a, int b) { return a + b }\n");
  Try("int add(int a, int b) { return a + b; }\n");

  EXPECT_THAT(Run("./program", "make -s"),
              ElementsAre(kPassed, kBugShowed, kDoesNotBuild, kPassed));
}

}  // namespace
}  // namespace inquest::sandbox
