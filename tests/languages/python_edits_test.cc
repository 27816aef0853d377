#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

constexpr std::size_t kMany = 500;

const Language& Python() { return *FindLanguage("python"); }

std::vector<Edit> EditsOf(const std::string& text, int first, int last) {
  auto edits = Python().Edits(text, {first, last}, kMany);
  EXPECT_TRUE(edits.ok()) << edits.status().ToString();
  return edits.ok() ? *edits : std::vector<Edit>{};
}

bool Offers(const std::string& text, int line, const std::string& wanted) {
  const auto edits = EditsOf(text, line, line);
  return std::any_of(edits.begin(), edits.end(),
                     [&](const Edit& edit) { return edit.text == wanted; });
}

// One slip each: what stands in line 2 or 3, and what should.
struct Slip {
  const char* name;
  int line;
  const char* wrong;
  const char* right;
};

class PythonTemplates : public testing::TestWithParam<Slip> {};

TEST_P(PythonTemplates, OfferTheRightText) {
  EXPECT_TRUE(Offers(GetParam().wrong, GetParam().line, GetParam().right));
}

INSTANTIATE_TEST_SUITE_P(
    Slips, PythonTemplates,
    testing::Values(
        Slip{"Boundary", 2, "def f(a, b):\n    if a < b:\n        return a\n",
             "def f(a, b):\n    if a <= b:\n        return a\n"},
        Slip{"Arithmetic", 2, "def f(a, b):\n    return a + b\n",
             "def f(a, b):\n    return a - b\n"},
        Slip{"Augmented", 2, "def f(a, b):\n    a += b\n", "def f(a, b):\n    a -= b\n"},
        Slip{"SwappedArguments", 2, "def gcd(a, b):\n    return gcd(a % b, b)\n",
             "def gcd(a, b):\n    return gcd(b, a % b)\n"},
        Slip{"SwappedOperands", 2, "def f(a, b):\n    return a - b\n",
             "def f(a, b):\n    return b - a\n"},
        Slip{"OffByOneRange", 2, "def f(n):\n    for i in range(n):\n        g(i)\n",
             "def f(n):\n    for i in range(n + 1):\n        g(i)\n"},
        Slip{"OffByOneSlice", 2, "def f(x, n):\n    return x[:n]\n",
             "def f(x, n):\n    return x[:n - 1]\n"},
        Slip{"SuperfluousOne", 2, "def f(n):\n    return n + 1\n", "def f(n):\n    return n\n"},
        Slip{"Accumulator", 2, "def f(xs):\n    total = 1\n    return total\n",
             "def f(xs):\n    total = 0\n    return total\n"},
        Slip{"WrongVariable", 3, "def f(a, b):\n    c = a\n    return a * b\n",
             "def f(a, b):\n    c = a\n    return c * b\n"},
        Slip{"WrongAttribute", 4,
             "class A:\n    def f(self):\n        self.low = 1\n        return self.high\n",
             "class A:\n    def f(self):\n        self.low = 1\n        return self.low\n"},
        Slip{"BooleanOperator", 2, "def f(a, b):\n    return a and b\n",
             "def f(a, b):\n    return a or b\n"},
        Slip{"Negation", 2, "def f(a):\n    if a:\n        return 1\n",
             "def f(a):\n    if not (a):\n        return 1\n"},
        Slip{"Twin", 2, "def f(a):\n    return any(a)\n", "def f(a):\n    return all(a)\n"},
        Slip{"LoopCondition", 2, "def f(q):\n    while True:\n        q.pop()\n",
             "def f(q):\n    while q:\n        q.pop()\n"},
        Slip{"MissingReturn", 2, "def f(q):\n    g(q)\n", "def f(q):\n    return g(q)\n"},
        Slip{"OutOfBlock", 4, "def f(q):\n    for x in q:\n        g(x)\n        return x\n",
             "def f(q):\n    for x in q:\n        g(x)\n    return x\n"},
        Slip{"IntoBlock", 4, "def f(q):\n    for x in q:\n        g(x)\n    h(x)\n",
             "def f(q):\n    for x in q:\n        g(x)\n        h(x)\n"},
        Slip{"Deletion", 3, "def f(q):\n    g(q)\n    h(q)\n", "def f(q):\n    g(q)\n"},
        Slip{"Guard", 2, "def f(q):\n    return q.x\n",
             "def f(q):\n    if q is None:\n        return None\n    return q.x\n"}),
    [](const auto& slip) { return slip.param.name; });

TEST(PythonEdits, AreDifferentProgramsWithoutSyntaxErrorsAndGuardsComeLast) {
  const std::string text =
      "def f(items, low, high):\n    total = items[low:high - 1][0] + len(items) * (low if high > "
      "2 and "
      "low else 3)\n    return total\n";

  const auto edits = EditsOf(text, 2, 2);

  EXPECT_GT(edits.size(), 20U);
  std::set<std::string> texts;
  bool guards = false;
  for (const Edit& edit : edits) {
    EXPECT_TRUE(texts.insert(edit.text).second) << edit.description;
    EXPECT_NE(edit.text, text);
    EXPECT_FALSE(guards && !edit.symptom_guard) << "after a guard: " << edit.description;
    guards = guards || edit.symptom_guard;
  }
  EXPECT_TRUE(guards);
}

TEST(PythonEdits, OfAConditionLeaveItsBodyAlone) {
  const std::string text = "def f(a):\n    if a > 0:\n        return a + 1\n    return 0\n";

  for (const Edit& edit : EditsOf(text, 2, 2)) {
    EXPECT_NE(edit.text.find("        return a + 1\n    return 0\n"), std::string::npos)
        << edit.description;
  }
}

TEST(PythonEdits, AreTheSameEveryTimeAndKeepToTheLimit) {
  const std::string text = "def f(a, b):\n    return a + b * 2 < 3\n";

  const auto once = EditsOf(text, 2, 2);
  const auto again = Python().Edits(text, {2, 2}, 3);

  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((*again)[i].text, once[i].text);
}

TEST(PythonStatements, AreSimpleOnesAndHeadsWithTheirFunction) {
  const std::string text =
      "class A:\n    \"\"\"doc\"\"\"\n    def f(self, x):\n        if (x and\n                "
      "self):\n"
      "            y = g(\n                x)\n        return y\n\nz = 1\n";

  const auto statements = Python().Statements(text);

  ASSERT_TRUE(statements.ok());
  ASSERT_EQ(statements->size(), 4U);
  EXPECT_EQ((*statements)[0].first_line, 4);
  EXPECT_EQ((*statements)[0].last_line, 5);
  EXPECT_EQ((*statements)[0].function, "A.f");
  EXPECT_EQ((*statements)[0].subject, "the condition");
  EXPECT_EQ((*statements)[1].first_line, 6);
  EXPECT_EQ((*statements)[1].last_line, 7);
  EXPECT_EQ((*statements)[2].first_line, 8);
  EXPECT_EQ((*statements)[3].function, "");
}

TEST(PythonSource, ThatIsHostileIsRefusedOrSurvived) {
  EXPECT_EQ(Python().Statements(std::string(2 << 20, 'x')).status().reason(), "SOURCE_TOO_LARGE");
  EXPECT_EQ(Python().Statements(std::string("a\0b", 3)).status().reason(), "SOURCE_NOT_TEXT");
  EXPECT_TRUE(Python().Statements("\xff\xfe def (((").ok());
  const std::string deep = "x = " + std::string(20000, '(') + "1" + std::string(20000, ')') + "\n";
  EXPECT_TRUE(Python().Statements(deep).ok());
  EXPECT_TRUE(Python().Edits(deep, {1, 1}, 10).ok());
}

TEST(Python, KnowsItsFilesAndTests) {
  EXPECT_TRUE(Python().IsSource("a/b.py"));
  EXPECT_FALSE(Python().IsSource("a/b.pyc"));
  for (const char* test : {"test_a.py", "x/a_test.py", "tests/helper.py", "conftest.py"}) {
    EXPECT_TRUE(Python().IsTest(test)) << test;
  }
  EXPECT_FALSE(Python().IsTest("contest.py"));
  EXPECT_EQ(DetectLanguage(std::vector<std::string>{"a.py", "b.txt"}), &Python());
  EXPECT_EQ(DetectLanguage(std::vector<std::string>{"b.txt"}), nullptr);
}

}  // namespace
}  // namespace inquest::languages
