#include <signal.h>

#include "runtime/analysis/answers.h"
#include "tests/languages/c_instrument.h"

namespace inquest::languages {
namespace {

class CInputs : public CInstrument {
 protected:
  CInputs() : CInstrument("c-inputs") {}

  analysis::Answers Read() {
    analysis::Answers answers;
    answers.Add(Out("answers.jsonl"));
    return answers;
  }
};

constexpr char kLargest[] =
    "#include <stdio.h>\nint main(void) {\n  int n, x, best = 0;\n"
    "  if (scanf(\"%d\", &n) != 1) return 2;\n"
    "  while (n-- > 0 && scanf(\"%d\", &x) == 1)\n    if (x > best) best = x;\n"
    "  printf(\"%d\\n\", best);\n  return 0;\n}\n";

TEST_F(CInputs, AnswersWhatItWasGivenInAPipeAndWhatIsNear) {
  Write("largest.c", kLargest);

  EXPECT_EQ(Run("gcc -O2 -o largest largest.c && printf '2\\n4 7\\n' | ./largest"), 0) << Log();

  EXPECT_EQ(Log(), "7\n") << "not a byte of the input was taken";
  const analysis::Answers answers = Read();
  const auto& by_input = answers.by_input();
  const auto own = by_input.find("largest <<< '2\\n4 7\\n'");
  ASSERT_NE(own, by_input.end()) << Out("answers.jsonl");
  EXPECT_TRUE(own->second.own);
  EXPECT_EQ(own->second.answer, "exit 0; prints '7\\n'");
  const auto negative = by_input.find("largest <<< '2\\n4 -7\\n'");
  ASSERT_NE(negative, by_input.end()) << Out("answers.jsonl");
  EXPECT_FALSE(negative->second.own);
  EXPECT_EQ(negative->second.answer, "exit 0; prints '4\\n'");
  EXPECT_EQ(by_input.at("largest").answer, "exit 2; prints ''");
  EXPECT_TRUE(answers.functions().at("largest.c").at_import);
}

TEST_F(CInputs, TellsTwoProgramsApartThatAgreeOnTheTestsOwnInput) {
  Write("largest.c", kLargest);
  ASSERT_EQ(Run("gcc -o largest largest.c && echo 2 4 7 > in && ./largest < in"), 0) << Log();
  const analysis::Answers first = Read();
  std::string other = kLargest;
  other.replace(other.find("best = 0"), 8, "best = -9");
  Write("largest.c", other);
  ASSERT_EQ(RunPlain("rm -r ../out/* ../tmp/.inquest*"), 0);

  ASSERT_EQ(Run("gcc -o largest largest.c && ./largest < in"), 0) << Log();

  const auto difference = analysis::CompareAnswers(first, first, Read());
  EXPECT_GT(difference.inputs, difference.differing);
  EXPECT_EQ(difference.first_answer, "exit 0; prints '0\\n'") << difference.input;
  EXPECT_EQ(difference.other_answer, "exit 0; prints '-9\\n'") << difference.input;
}

TEST_F(CInputs, AnswersArgumentsAndSignals) {
  Write("divide.cc",
        "#include <cstdio>\n#include <cstdlib>\nint main(int, char** words) {\n"
        "  std::printf(\"%d\\n\", std::atoi(words[1]) / std::atoi(words[2]));\n}\n");

  EXPECT_EQ(Run("g++ -o divide divide.cc && ./divide 6 3"), 0) << Log();

  const auto by_input = Read().by_input();
  EXPECT_EQ(by_input.at("divide 6 3").answer, "exit 0; prints '2\\n'");
  EXPECT_EQ(by_input.at("divide 12 3").answer, "exit 0; prints '4\\n'");
  EXPECT_EQ(by_input.at("divide 6 0").answer, "signal " + std::to_string(SIGFPE) + "; prints ''");
}

TEST_F(CInputs, LeavesOutWhatNeverAnswersTheSameAndKeepsItsHandsOffTheWorkspace) {
  Write("note.c",
        "#include <stdio.h>\n#include <unistd.h>\nint main(int count, char** words) {\n"
        "  FILE* out = fopen(\"notes\", \"a\");\n  fputs(words[1], out);\n  fclose(out);\n"
        "  printf(\"%d\\n\", count == 2 ? getpid() : 0);\n}\n");

  EXPECT_EQ(Run("gcc -o note note.c && ./note 5 >/dev/null && cat notes"), 0) << Log();

  EXPECT_EQ(Log(), "5");
  EXPECT_TRUE(Read().by_input().empty()) << Out("answers.jsonl");
}

}  // namespace
}  // namespace inquest::languages
