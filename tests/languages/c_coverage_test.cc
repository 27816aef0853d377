#include <signal.h>

#include "runtime/analysis/coverage.h"
#include "tests/languages/c_instrument.h"

namespace inquest::languages {
namespace {

using analysis::TestOutcome;

constexpr char kSign[] =
    "#include <stdlib.h>\n"
    "#include <unistd.h>\n"
    "static int sign(int n) {\n"
    "  if (n < 0)\n"
    "    return -1;\n"
    "  return n > 0;\n"
    "}\n"
    "int main(int count, char** words) {\n"
    "  const int n = atoi(words[1]);\n"
    "  if (n == 7)\n"
    "    *(volatile int*)0 = 7;\n"
    "  if (n == 8)\n"
    "    _exit(8);\n"
    "  if (n == 9)\n"
    "    abort();\n"
    "  while (n == 10)\n"
    "    pause();\n"
    "  return sign(n) < 0;\n"
    "}\n";

class CCoverage : public CInstrument {
 protected:
  CCoverage() : CInstrument("c-coverage") {}

  // What the only process of the run did; empty: none or several.
  analysis::TestCoverage Only() {
    const analysis::Coverage coverage = analysis::ReadCoverage(Out("coverage.jsonl"));
    EXPECT_EQ(coverage.tests.size(), 1U) << Out("coverage.jsonl") << Log();
    return coverage.tests.size() == 1 ? coverage.tests[0] : analysis::TestCoverage{};
  }
};

TEST_F(CCoverage, OfEachProcessTellsItsLinesAndHowItEnded) {
  Write("sign.c", kSign);

  EXPECT_EQ(Run("gcc -O2 -o sign sign.c && ./sign 3; ./sign -3"), 1) << Log();

  const analysis::Coverage coverage = analysis::ReadCoverage(Out("coverage.jsonl"));
  ASSERT_EQ(coverage.tests.size(), 2U) << Out("coverage.jsonl");
  EXPECT_EQ(coverage.tests[0].outcome, TestOutcome::kUnknown) << "it ended well";
  EXPECT_TRUE(analysis::Ran(coverage.tests[0], "sign.c", 6, 6));
  EXPECT_FALSE(analysis::Ran(coverage.tests[0], "sign.c", 5, 5));
  EXPECT_EQ(coverage.tests[1].outcome, TestOutcome::kFailed);
  EXPECT_TRUE(analysis::Ran(coverage.tests[1], "sign.c", 5, 5));
  EXPECT_FALSE(analysis::Ran(coverage.tests[1], "sign.c", 6, 6));
}

TEST_F(CCoverage, SurvivesASignalThatStillKills) {
  Write("sign.c", kSign);

  EXPECT_EQ(Run("cc -o sign sign.c && ./sign 7"), 128 + SIGSEGV) << Log();

  const analysis::TestCoverage crash = Only();
  EXPECT_EQ(crash.outcome, TestOutcome::kFailed);
  EXPECT_TRUE(analysis::Ran(crash, "sign.c", 11, 11));
  EXPECT_FALSE(analysis::Ran(crash, "sign.c", 3, 7));
}

TEST_F(CCoverage, SurvivesAnAbort) {
  Write("sign.c", kSign);

  EXPECT_EQ(Run("gcc -o sign sign.c && ./sign 9"), 128 + SIGABRT) << Log();

  EXPECT_TRUE(analysis::Ran(Only(), "sign.c", 15, 15));
}

TEST_F(CCoverage, SurvivesAnExitWithoutFarewell) {
  Write("sign.c", kSign);

  EXPECT_EQ(Run("gcc -o sign sign.c && ./sign 8"), 8) << Log();

  EXPECT_EQ(Only().outcome, TestOutcome::kFailed);
  EXPECT_TRUE(analysis::Ran(Only(), "sign.c", 13, 13));
}

TEST_F(CCoverage, SurvivesAHangThatIsKilled) {
  Write("sign.c", kSign);

  // It hangs until its trace is on disk.
  EXPECT_EQ(Run("gcc -o sign sign.c\n./sign 10 &\n"
                "until [ -s $INQUEST_OUT/coverage.jsonl ]; do :; done\nkill -KILL $!\nwait $!"),
            128 + SIGKILL)
      << Log();

  EXPECT_EQ(Only().outcome, TestOutcome::kUnfinished);
  EXPECT_TRUE(analysis::Ran(Only(), "sign.c", 17, 17));
  EXPECT_FALSE(analysis::Ran(Only(), "sign.c", 18, 18));
}

TEST_F(CCoverage, SurvivesABrokenHeap) {
  Write(
      "heap.c",
      "#include <stdlib.h>\n#include <string.h>\nint main(void) {\n"
      "  char* volatile p = malloc(8);\n  memset(p - 16, 0x41, 64);\n  free(p);\n  return 0;\n}\n");

  EXPECT_GT(Run("gcc -w -o heap heap.c && ./heap"), 128) << Log();

  EXPECT_EQ(Only().outcome, TestOutcome::kFailed);
  EXPECT_TRUE(analysis::Ran(Only(), "heap.c", 5, 5));
}

TEST_F(CCoverage, BuildsAgainWhatWasBuiltElsewhere) {
  Write("sign.c", kSign);
  Write("Makefile", "sign: sign.o\n\tgcc -o sign sign.o\nsign.o: sign.c\n\tgcc -c sign.c\n");
  ASSERT_EQ(RunPlain("make"), 0) << Log();

  EXPECT_EQ(Run("make && ./sign 1"), 0) << Log();

  EXPECT_TRUE(analysis::Ran(Only(), "sign.c", 6, 6));
}

TEST_F(CCoverage, ReachesIntoSharedLibrariesAndCpp) {
  Write("twice.cc", "int Twice(int n) {\n  return 2 * n;\n}\n");
  Write("main.cc", "int Twice(int);\nint main() {\n  return Twice(0);\n}\n");

  EXPECT_EQ(Run("g++ -shared -fPIC -o libtwice.so twice.cc && "
                "g++ -o main main.cc -L. -ltwice -Wl,-rpath,. && ./main"),
            0)
      << Log();

  EXPECT_TRUE(analysis::Ran(Only(), "main.cc", 3, 3));
  EXPECT_TRUE(analysis::Ran(Only(), "twice.cc", 2, 2));
}

TEST_F(CCoverage, LetsTheProgramWaitForItsOwnChildrenOnly) {
  Write("wait.c",
        "#include <sys/wait.h>\n#include <unistd.h>\nint main(void) {\n"
        "  if (fork() == 0) return 3;\n  int status = 0, children = 0;\n"
        "  while (wait(&status) > 0) ++children;\n"
        "  return children == 1 && WEXITSTATUS(status) == 3 ? 0 : 1;\n}\n");

  EXPECT_EQ(Run("gcc -o wait wait.c && ./wait"), 0) << Log();
}

TEST_F(CCoverage, OfAProgramThatIsBuiltByClangComesFromGcc) {
  Write("sign.c", kSign);

  EXPECT_EQ(Run("clang -o sign sign.c && ./sign 1"), 0) << Log();

  EXPECT_TRUE(analysis::Ran(Only(), "sign.c", 6, 6));
}

TEST_F(CCoverage, LeavesABuildThatFailsAsItWas) {
  Write("bad.c", "int main(void) { return missing; }\n");

  EXPECT_EQ(Run("gcc -o bad bad.c"), 1);

  const std::string said = "error: ";
  EXPECT_NE(Log().find(said), Log().npos) << Log();
  EXPECT_EQ(Log().find(said), Log().rfind(said)) << "said twice:\n" << Log();
}

}  // namespace
}  // namespace inquest::languages
