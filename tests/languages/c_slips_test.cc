// What students of C get wrong, and the change that puts it right.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/languages/c/texts.h"
#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

constexpr std::size_t kMany = 5000;

struct Slip {
  const char* name;
  int line;
  const char* wrong;
  const char* right;
  std::vector<std::string> expected = {};
};

class CSlips : public testing::TestWithParam<Slip> {};

TEST_P(CSlips, ArePutRightByOneChange) {
  const Slip& slip = GetParam();
  Language::Where where{slip.line, slip.line};
  where.expected = slip.expected;

  const auto edits = FindLanguage("c")->Edits(slip.wrong, where, kMany);

  ASSERT_TRUE(edits.ok()) << edits.status().ToString();
  EXPECT_TRUE(std::any_of(edits->begin(), edits->end(),
                          [&](const Edit& edit) { return Apply(slip.wrong, edit) == slip.right; }))
      << edits->size() << " edits, none of them that one";
}

INSTANTIATE_TEST_SUITE_P(
    AtSeveralPlaces, CSlips,
    testing::Values(
        Slip{"BoundariesOfACondition", 2,
             "int f(int c) {\n  if ('a' < c && c < 'z') return 1;\n  return 0;\n}\n",
             "int f(int c) {\n  if ('a' <= c && c <= 'z') return 1;\n  return 0;\n}\n"},
        Slip{"BoundariesOfAChain", 2,
             "int f(int a, int b) {\n  if (a > b) return 1;\n  else if (b > 3) return 2;\n"
             "  return 0;\n}\n",
             "int f(int a, int b) {\n  if (a >= b) return 1;\n  else if (b >= 3) return 2;\n"
             "  return 0;\n}\n"},
        Slip{"ComparisonsOfAFunction", 2,
             "int f(int a, int b) {\n  if (a > b) a = b;\n  if (b < 3) a = 2;\n  return a;\n}\n",
             "int f(int a, int b) {\n  if (a < b) a = b;\n  if (b > 3) a = 2;\n  return a;\n}\n"},
        Slip{"BoundOfTheLoopsThatSayTheSame", 3,
             "void f(int n, int m, int* a) {\n  for (int i = 0; i < n; i++)\n"
             "    for (int j = 0; j < n; j++) a[i * m + j] = 1;\n  for (int i = 0; i < n; i++)\n"
             "    for (int j = 1; j < n; j++) a[i * m] += a[i * m + j];\n}\n",
             "void f(int n, int m, int* a) {\n  for (int i = 0; i < n; i++)\n"
             "    for (int j = 0; j < m; j++) a[i * m + j] = 1;\n  for (int i = 0; i < n; i++)\n"
             "    for (int j = 1; j < m; j++) a[i * m] += a[i * m + j];\n}\n"},
        Slip{"OppositeAnswers", 3,
             "int f(int* a, int n) {\n  for (int i = 0; i < n; i++)\n    if (a[i] > 9) return 1;\n"
             "  return 0;\n}\n",
             "int f(int* a, int n) {\n  for (int i = 0; i < n; i++)\n    if (a[i] > 9) return 0;\n"
             "  return 1;\n}\n"},
        Slip{"OneMoreWithinAProduct", 1, "int f(int n) { return n * n / 2; }\n",
             "int f(int n) { return n * (n + 1) / 2; }\n"},
        Slip{"AssignmentsForComparisons", 2,
             "int f(int a, int b) {\n  if ((a = b) && (b = 3)) return 1;\n  return 0;\n}\n",
             "int f(int a, int b) {\n  if ((a == b) && (b == 3)) return 1;\n  return 0;\n}\n"},
        Slip{"Alternatives", 2,
             "int f(int a, int b) {\n  if (a > 1 || b > 1 || a > b) return 1;\n  return 0;\n}\n",
             "int f(int a, int b) {\n  if (a > 1 && b > 1 && a > b) return 1;\n  return 0;\n}\n"},
        Slip{
            "VariableOfALoop", 3,
            "int f(int n) {\n  int i = 0, j = 0;\n  for (i = 0; i < n; i++) j++;\n  return j;\n}\n",
            "int f(int n) {\n  int i = 0, j = 0;\n  for (j = 0; j < n; j++) j++;\n  return "
            "j;\n}\n"},
        Slip{"BoundsOfTwoLoops", 3,
             "int f(int n) {\n  int i, s = 0;\n  for (i = 0; i < n; i++) s++;\n"
             "  for (i = 1; i < n; i++) s--;\n  return s;\n}\n",
             "int f(int n) {\n  int i, s = 0;\n  for (i = 0; i < n - 1; i++) s++;\n"
             "  for (i = 1; i < n - 1; i++) s--;\n  return s;\n}\n"},
        Slip{"BoundsOfALoopInALoop", 4,
             "int f(int n) {\n  int i, j, s = 0;\n  for (i = 0; i < n; i++) s++;\n"
             "  for (i = 0; i < n; i++)\n    for (j = 0; j < n; j++) s--;\n  return s;\n}\n",
             "int f(int n) {\n  int i, j, s = 0;\n  for (i = 0; i < n; i++) s++;\n"
             "  for (i = 0; i < n - 1; i++)\n    for (j = 0; j < n - 1; j++) s--;\n"
             "  return s;\n}\n"},
        Slip{"AddressesOfOneCall", 3,
             "int main(void) {\n  int a, b, c;\n  scanf(\"%d%d%d\", a, b, c);\n  return 0;\n}\n",
             "int main(void) {\n  int a, b, c;\n  scanf(\"%d%d%d\", &a, &b, &c);\n  return "
             "0;\n}\n"},
        Slip{"AddressesOfTwoCalls", 3,
             "int main(void) {\n  int a, b[3];\n  scanf(\"%d\", a);\n  scanf(\"%d\", b[1]);\n"
             "  return 0;\n}\n",
             "int main(void) {\n  int a, b[3];\n  scanf(\"%d\", &a);\n  scanf(\"%d\", &b[1]);\n"
             "  return 0;\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfFlow, CSlips,
    testing::Values(
        Slip{"LoopThatMustRunOnce", 2,
             "int f(int n) {\n  while (n != 0) {\n    n /= 10;\n  }\n  return n;\n}\n",
             "int f(int n) {\n  do {\n    n /= 10;\n  } while (n != 0);\n  return n;\n}\n"},
        Slip{"LoopThatMayNotRun", 2,
             "int f(int n) {\n  do {\n    n /= 10;\n  } while (n != 0);\n  return n;\n}\n",
             "int f(int n) {\n  while (n != 0) {\n    n /= 10;\n  }\n  return n;\n}\n"},
        Slip{"BranchThatIsAskedForTooLate", 2,
             "int f(int n) {\n  if (n > 1) return 1;\n  else if (n > 3) return 2;\n"
             "  else return 3;\n}\n",
             "int f(int n) {\n  if (n > 3) return 2;\n  else if (n > 1) return 1;\n"
             "  else return 3;\n}\n"},
        Slip{"ValueThatGoesTheWrongWay", 3,
             "int f(int* a, int i) {\n  int s = 0;\n  s = a[i];\n  return s;\n}\n",
             "int f(int* a, int i) {\n  int s = 0;\n  a[i] = s;\n  return s;\n}\n"},
        Slip{"MissingElse", 5,
             "int f(int n) {\n  if (n > 2)\n    n = 1;\n  else if (n > 1) n = 2;\n  n = 3;\n"
             "  return n;\n}\n",
             "int f(int n) {\n  if (n > 2)\n    n = 1;\n  else if (n > 1) n = 2;\n  else n = 3;\n"
             "  return n;\n}\n"},
        Slip{"EndOfAText", 4,
             "int f(void) {\n  char s[20];\n  int i = 0;\n  while (i < 20) i++;\n  return i;\n}\n",
             "int f(void) {\n  char s[20];\n  int i = 0;\n  while (s[i] != '\\0') i++;\n"
             "  return i;\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfTheLibrary, CSlips,
    testing::Values(
        Slip{"ConversionsThatDoNotFit", 3,
             "int main(void) {\n  float x; double y; int n;\n  scanf(\"%d%f%f\", &x, &y, &n);\n"
             "  return 0;\n}\n",
             "int main(void) {\n  float x; double y; int n;\n  scanf(\"%f%lf%d\", &x, &y, &n);\n"
             "  return 0;\n}\n"},
        Slip{"ConversionWithoutAValue", 3,
             "int main(void) {\n  int a = 1;\n  printf(\"%d is odd %d\", a);\n  return 0;\n}\n",
             "int main(void) {\n  int a = 1;\n  printf(\"%d is odd \", a);\n  return 0;\n}\n"},
        Slip{"Widths", 3,
             "int main(void) {\n  float a = 1;\n  printf(\"% .2f %5.1f\", a, a);\n  return 0;\n}\n",
             "int main(void) {\n  float a = 1;\n  printf(\"%.2f %.1f\", a, a);\n  return 0;\n}\n"},
        Slip{"AbsoluteOfAReal", 2, "double f(double a, double b) {\n  return a - b;\n}\n",
             "double f(double a, double b) {\n  return fabs(a - b);\n}\n"},
        Slip{"CharacterForANumber", 2, "int f(char c) {\n  return c == 0;\n}\n",
             "int f(char c) {\n  return c == '0';\n}\n"},
        Slip{"DigitForItsCharacter", 3,
             "int f(void) {\n  char s[9]; int n = 0;\n  n = n + s[1];\n  return n;\n}\n",
             "int f(void) {\n  char s[9]; int n = 0;\n  n = n + (s[1] - '0');\n  return n;\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfTexts, CSlips,
    testing::Values(Slip{"OneText",
                         2,
                         "int main(void) {\n  printf(\"%d is Even\\n\", 4);\n  return 0;\n}\n",
                         "int main(void) {\n  printf(\"%d is even.\\n\", 4);\n  return 0;\n}\n",
                         {"4 is even."}},
                    Slip{"AllTexts",
                         2,
                         "int main(int c, char** v) {\n  if (c > 1) printf(\"Point inside\");\n"
                         "  else printf(\"Point outside\");\n  return 0;\n}\n",
                         "int main(int c, char** v) {\n  if (c > 1) printf(\"Point inside.\");\n"
                         "  else printf(\"Point outside.\");\n  return 0;\n}\n",
                         {"Point inside.", "Point outside."}},
                    Slip{"AnotherText",
                         2,
                         "int main(void) {\n  printf(\"Letter\");\n  return 0;\n}\n",
                         "int main(void) {\n  printf(\"Digit\");\n  return 0;\n}\n",
                         {"Digit"}}),
    [](const auto& slip) { return slip.param.name; });

TEST(CorrectedText, TakesWordsAndSignsFromWhatWasExpected) {
  EXPECT_EQ(c::Corrected("Revrse of %d is %d", "Reverse of 123 is 321"), "Reverse of %d is %d");
  EXPECT_EQ(c::Corrected("(%d;%d)\\n", "(3,4)"), std::nullopt);  // two conversions in a word
  EXPECT_EQ(c::Corrected("sum = %.2f\\n", "Sum: 3.50"), "Sum: %.2f\\n");
  EXPECT_EQ(c::Corrected("yes\\n", "YES"), "YES\\n");
  EXPECT_EQ(c::Corrected("%d number", "7 is a number"), "%d is a number");
}

TEST(CorrectedText, TakesWhatSomethingElsePrintedBeforeItForWhatItIs) {
  EXPECT_EQ(c::Corrected("Student has a A grade\\n", "Score? >Student has an A grade"),
            "Student has an A grade\\n");
  EXPECT_EQ(c::Corrected("Student\\n", ">Student"), ">Student\\n");
  EXPECT_EQ(c::Corrected("Score? >", "Score? >Student has an A grade"), std::nullopt);
}

TEST(CorrectedText, KeepsLettersWhereAsked) {
  EXPECT_EQ(c::Corrected("a D grade", "an A grade", c::Letters::kKept), "an D grade");
  EXPECT_EQ(c::Corrected("a D grade", "an A grade"), "an A grade");
  EXPECT_EQ(c::Corrected("a D grade", "a A grade", c::Letters::kKept), std::nullopt);
}

TEST(CorrectedText, LeavesAloneWhatFitsOrIsAboutSomethingElse) {
  EXPECT_EQ(c::Corrected("%d is even", "4 is even"), std::nullopt);
  EXPECT_EQ(c::Corrected("is the median", "3 is the median"), std::nullopt);
  EXPECT_EQ(c::Corrected("Enter a number", "7 8 9"), std::nullopt);
  EXPECT_EQ(c::Corrected("", "7"), std::nullopt);
  EXPECT_EQ(c::Corrected("%d\\n", ""), std::nullopt);
}

}  // namespace
}  // namespace inquest::languages
