#include "tests/languages/c_instrument.h"

namespace inquest::languages {
namespace {

class CSanitize : public CInstrument {
 protected:
  CSanitize() : CInstrument("c-sanitize") {}
};

TEST_F(CSanitize, NamesTheLineOfAnOverflowOfTheHeap) {
  Write("last.c",
        "#include <stdlib.h>\nstatic int last(int* all, int count) {\n  return all[count];\n}\n"
        "int main(void) {\n  int* all = calloc(4, sizeof *all);\n  return last(all, 4);\n}\n");

  EXPECT_EQ(Run("gcc -O2 -o last last.c && ./last"), 99) << Log();

  EXPECT_NE(Log().find("AddressSanitizer: heap-buffer-overflow"), Log().npos) << Log();
  EXPECT_NE(Log().find("last.c:3"), Log().npos) << Log();
}

TEST_F(CSanitize, EndsAtAnOverflowOfAnInteger) {
  Write("add.cc",
        "#include <climits>\nint main(int count, char**) {\n  int n = INT_MAX;\n  n += count;\n"
        "  return n == 5;\n}\n");

  EXPECT_EQ(Run("g++ -o add add.cc && ./add"), 99) << Log();

  EXPECT_NE(Log().find("add.cc:4:5: runtime error: signed integer overflow"), Log().npos) << Log();
}

TEST_F(CSanitize, LeavesASoundProgramAlone) {
  Write("sound.c", "int main(void) {\n  return 0;\n}\n");

  EXPECT_EQ(Run("cc -Wall -Werror -o sound sound.c && ./sound"), 0) << Log();
}

class CSanitizeLeaks : public CInstrument {
 protected:
  CSanitizeLeaks() : CInstrument("c-sanitize-leaks") {}
};

TEST_F(CSanitizeLeaks, NamesTheLineThatAllocatedWhatNobodyFrees) {
  Write("leak.c",
        "#include <stdlib.h>\nstatic void leak(void) {\n  int* lost = malloc(40);\n  lost[0] = 1;\n"
        "}\nint main(void) {\n  leak();\n  return 0;\n}\n");

  EXPECT_EQ(Run("gcc -o leak leak.c && ./leak"), 99) << Log();

  EXPECT_NE(Log().find("LeakSanitizer: detected memory leaks"), Log().npos) << Log();
  EXPECT_NE(Log().find("leak.c:3"), Log().npos) << Log();
}

}  // namespace
}  // namespace inquest::languages
