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

// An answer to an input that starts with this; empty: there is none.
std::string AnswerTo(const analysis::Answers& answers, const std::string& begin) {
  for (const auto& [input, answer] : answers.by_input()) {
    if (input.starts_with(begin)) return answer.answer;
  }
  return "";
}

constexpr char kShares[] =
    "#include <algorithm>\n#include <string>\n#include <vector>\n"
    "inline std::vector<int> Shares(int amount, std::vector<int> weights) {\n"
    "  int all = 0;\n  for (int weight : weights) all += weight;\n"
    "  for (int& weight : weights) weight = amount * weight / all;\n  return weights;\n}\n"
    "inline std::string Initials(const std::string& name) {\n"
    "  std::string out;\n  bool start = true;\n  for (char c : name) {\n"
    "    if (start && c != ' ') out += c;\n    start = c == ' ';\n  }\n  return out;\n}\n";

TEST_F(CInputs, AsksFunctionsOfCppByOtherLiteralsInTheirTests) {
  Write("shares.h", kShares);
  Write("shares_test.cc",
        "#include <cassert>\n#include \"shares.h\"\n"
        "int main(int count, char** words) {\n  const std::string name = count > 1 ? words[1] : "
        "\"\";\n"
        "  if (name == \"shares\") {\n"
        "    assert(Shares(10, {1, 1}) == std::vector<int>({5, 5}));\n  }\n"
        "  if (name == \"initials\") assert(Initials(\"Ada Lovelace\") == \"AL\");\n}\n");

  EXPECT_EQ(Run("g++ -Wall -o shares_test shares_test.cc && ./shares_test shares && "
                "./shares_test initials"),
            0)
      << Log();

  EXPECT_EQ(Log(), "");
  const analysis::Answers answers = Read();
  EXPECT_EQ(AnswerTo(answers, "assert(Shares(20, {1, 1}) == "), R"(gives '"shares" [ 10 10 ]')")
      << Out("answers.jsonl");
  EXPECT_EQ(AnswerTo(answers, "assert(Shares(10, {2, 1}) == "), R"(gives '"shares" [ 6 3 ]')");
  EXPECT_EQ(AnswerTo(answers, "assert(Shares(10, {-1, 1}) == "), "")
      << "no test has a negative one";
  EXPECT_EQ(AnswerTo(answers, "assert(Initials(\"Ada ovelace\")"),
            R"(gives '"initials" "initials" "Ao"')");
}

TEST_F(CInputs, AsksFunctionsOfC) {
  Write("table.h",
        "int largest(const int* values, int count);\nvoid sort(int* values, int count);\n");
  Write("table.c",
        "#include \"table.h\"\n"
        "int largest(const int* values, int count) {\n  int best = values[0];\n"
        "  for (int i = 1; i < count; i++) if (values[i] > best) best = values[i];\n"
        "  return best;\n}\n"
        "void sort(int* values, int count) {\n"
        "  for (int i = 0; i < count; i++)\n    for (int j = i + 1; j < count; j++)\n"
        "      if (values[j] < values[i]) {\n        int kept = values[i];\n"
        "        values[i] = values[j];\n        values[j] = kept;\n      }\n}\n");
  Write("test_table.c",
        "#include <stdio.h>\n#include <string.h>\n#include \"table.h\"\n"
        "static int failed;\n"
        "static void check(int ok) { if (!ok) failed++; }\n"
        "int main(void) {\n  int values[] = {3, 9, 4};\n  static const int fixed[2] = {1, 2};\n"
        "  char name[8] = \"abc\";\n  struct { char text[4]; int size; } pair = {\"xy\", 2};\n"
        "  check(largest(values, 3) == 9);\n  check(largest(fixed, 2) == 2);\n"
        "  sort(values, 3);\n  check(values[0] == 3);\n"
        "  check(strcmp(name, \"abc\") == 0 && strlen(pair.text) == 2);\n"
        "  switch (values[1]) { case 4: break; default: failed++; }\n"
        "  printf(\"%d failed\\n\", failed);\n  return failed;\n}\n");

  EXPECT_EQ(Run("gcc -std=c99 -Wall -pedantic -Werror -c table.c && "
                "gcc -std=c99 -Wall -c test_table.c && gcc -o test_table *.o && ./test_table"),
            0)
      << Log();

  EXPECT_EQ(Log(), "0 failed\n");
  const analysis::Answers answers = Read();
  const std::string kept = Out("answers.jsonl");
  EXPECT_TRUE(AnswerTo(answers, "int values[] = {3, 10, 4}").starts_with("gives '10 2 3 ")) << kept;
  EXPECT_TRUE(AnswerTo(answers, "check(largest(values, 2) ==").starts_with("gives '9 2 3 "));
  EXPECT_EQ(AnswerTo(answers, "check(largest(values, 4) =="), "") << "beyond the array";
}

// A program of a standard that the notes are too new for, and one whose tests' literals must stay.
TEST_F(CInputs, LeavesATestThatCannotBeWovenAsItIs) {
  Write("old_test.cc",
        "#include <cassert>\n#include <cstdio>\nint Twice(int n) { return 2 * n; }\n"
        "int main() {\n  assert(Twice(3) == 6);\n  std::puts(\"done\");\n}\n");
  Write(
      "size_test.cc",
      "#include <array>\n#include <cassert>\ntemplate <int kSize> int Size() { return kSize; }\n"
      "int main() {\n  const auto size = 4;\n  constexpr int three = 3;\n"
      "  std::array<int, size> values{};\n  enum { kTwo = 2 };\n"
      "  assert(Size<three>() == 3 && Size<size>() == 4 && values.size() == 4 && kTwo == 2);\n}\n");

  EXPECT_EQ(Run("g++ -std=c++98 -o old_test old_test.cc && ./old_test && "
                "g++ -o size_test size_test.cc && ./size_test"),
            0)
      << Log();

  EXPECT_EQ(Log(), "done\n");
}

TEST_F(CInputs, TellsFunctionsApartThatAgreeOnTheirTests) {
  const std::string test =
      "#include <cassert>\n#include \"clamp.h\"\nint main() {\n"
      "  assert(Clamp(5, 0, 9) == 5);\n  assert(Clamp(-12, -20, 9) == -12);\n}\n";
  Write("clamp_test.cc", test);
  Write(
      "clamp.h",
      "inline int Clamp(int n, int low, int high) { return n < low ? low : n > high ? high : n; }");
  ASSERT_EQ(Run("g++ -o clamp_test clamp_test.cc && ./clamp_test"), 0) << Log();
  const analysis::Answers first = Read();
  ASSERT_EQ(RunPlain("rm -r ../out/* ../tmp/.inquest*"), 0);
  Write("clamp.h", "inline int Clamp(int n, int, int high) { return n > high ? high : n; }");

  ASSERT_EQ(Run("g++ -o clamp_test clamp_test.cc && ./clamp_test"), 0) << Log();

  const auto difference = analysis::CompareAnswers(first, first, Read());
  EXPECT_GT(difference.inputs, difference.differing);
  EXPECT_GT(difference.differing, 0U) << Out("answers.jsonl");
  EXPECT_NE(difference.input.find("Clamp("), std::string::npos) << difference.input;
}

// What it says to a name that it does not know is no answer of a function.
TEST_F(CInputs, DoesNotAskAProgramOfTestsByOtherArguments) {
  Write("ready_test.c",
        "#include <assert.h>\n#include <stdio.h>\n#include <string.h>\n"
        "int ready(void);\nint ready(void) { return 1; }\n"
        "int main(int count, char** words) {\n"
        "  if (count < 2 || strcmp(words[1], \"ready\") != 0) {\n"
        "    printf(\"no test %s\\n\", count < 2 ? \"\" : words[1]);\n    return 2;\n  }\n"
        "  int is = ready();\n  assert(is == 1);\n  return 0;\n}\n");

  EXPECT_EQ(Run("gcc -o ready_test ready_test.c && ./ready_test ready"), 0) << Log();

  const auto by_input = Read().by_input();
  ASSERT_TRUE(by_input.contains("ready_test ready")) << Out("answers.jsonl");
  EXPECT_TRUE(by_input.at("ready_test ready").own);
  EXPECT_FALSE(by_input.contains("ready_test read")) << Out("answers.jsonl");
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
