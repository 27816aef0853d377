#include "runtime/formats/run_output.h"
#include "tests/languages/c_instrument.h"

namespace inquest::languages {
namespace {

class CBacktrace : public CInstrument {
 protected:
  CBacktrace() : CInstrument("c-backtrace") {}

  // What the parsers make of the output.
  v1::RunReading Read() {
    v1::PhaseOutcome phase;
    phase.set_ending(v1::ENDING_SIGNALED);
    return formats::ReadOutput("", Log(), phase);
  }
};

TEST_F(CBacktrace, ShowsTheStackOfACrashWhereverTheScriptStartedIt) {
  Write("tree.c",
        "struct node { struct node* next; int value; };\n"
        "static int last(const struct node* at) {\n"
        "  while (at->value != 9) at = at->next;\n"
        "  return at->value;\n}\n"
        "int main(void) {\n  struct node only = {0, 1};\n  return last(&only);\n}\n");

  EXPECT_EQ(Run("gcc -o walk tree.c && true && (true; ./walk)"), 139) << Log();

  const v1::RunReading reading = Read();
  ASSERT_EQ(reading.failures_size(), 1) << Log();
  const v1::Failure& crash = reading.failures(0);
  EXPECT_EQ(crash.kind(), "SIGSEGV");
  ASSERT_EQ(crash.frames_size(), 2) << Log();
  EXPECT_EQ(crash.frames(1).function(), "last");
  EXPECT_EQ(crash.frames(1).first_line(), 3);
  EXPECT_EQ(crash.frames(0).function(), "main");
}

TEST_F(CBacktrace, ShowsTheStackOfAnAbortInCppAndOfAnEndlessRecursion) {
  Write("gone.cc",
        "#include <vector>\nint take(const std::vector<int>& all) {\n  return all.at(3);\n}\n"
        "int main() {\n  return take({1});\n}\n");
  EXPECT_EQ(Run("g++ -o gone gone.cc && ./gone"), 134) << Log();
  EXPECT_NE(Log().find("gone.cc:3"), Log().npos) << Log();
  EXPECT_NE(Log().find("out_of_range"), Log().npos) << "its own words stay: " << Log();

  Write("deep.c",
        "static int deep(volatile int n) {\n  return deep(n + 1) + n;\n}\n"
        "int main(void) {\n  return deep(0);\n}\n");
  EXPECT_EQ(Run("gcc -O0 -o deep deep.c && ./deep"), 139) << Log();
  EXPECT_NE(Log().find("deep.c:2"), Log().npos) << Log();
}

TEST_F(CBacktrace, LeavesWhatCatchesItsOwnSignalsAlone) {
  Write("own.c",
        "#include <signal.h>\n#include <stdlib.h>\nstatic void own(int n) {\n  _Exit(n - 8);\n}\n"
        "int main(void) {\n  signal(SIGSEGV, own);\n  raise(SIGSEGV);\n  return 0;\n}\n");

  EXPECT_EQ(Run("cc -o own own.c && ./own"), 3) << Log();
}

}  // namespace
}  // namespace inquest::languages
