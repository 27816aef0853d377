#include "runtime/analysis/execution_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inquest::analysis {
namespace {

v1::Location Frame(const char* path, int line) {
  v1::Location frame;
  frame.set_path(path);
  frame.set_first_line(line);
  return frame;
}

// "shop/price.py:3 total", outermost first.
std::vector<std::string> Shown(const std::vector<CodeStep>& steps) {
  std::vector<std::string> shown;
  for (const CodeStep& step : steps) {
    shown.push_back(step.path + ":" + std::to_string(step.code.first_line) + " " +
                    step.code.function);
  }
  return shown;
}

using Steps = std::vector<std::string>;

constexpr char kTest[] =
    "import unittest\n"                             // 1
    "class T(unittest.TestCase):\n"                 // 2
    "    def test_total(self):\n"                   // 3
    "        order = read('2 x')\n"                 // 4
    "        self.assertEqual(total(order), 3)\n";  // 5
constexpr char kPrice[] =
    "def read(text):\n"              // 1
    "    return text.split()\n"      // 2
    "def rate(n):\n"                 // 3
    "    if n > 1:\n"                // 4
    "        return 2\n"             // 5
    "    return 1\n"                 // 6
    "def total(order):\n"            // 7
    "    factor = rate(order[0])\n"  // 8
    "    return factor * 2\n"        // 9
    "def unused(order):\n"           // 10
    "    return total(order)\n";     // 11

ExecutionInput Python() {
  ExecutionInput input;
  input.language = languages::FindLanguage("python");
  input.sources = {{"tests/test_price.py", kTest}, {"shop/price.py", kPrice}};
  input.ran = {{"tests/test_price.py", {4, 5}}, {"shop/price.py", {2, 4, 5, 8, 9}}};
  return input;
}

TEST(TraceExecution, GoesFromAnAssertionIntoWhatMadeTheValue) {
  EXPECT_EQ(Shown(TraceExecution(Python(), {Frame("tests/test_price.py", 5)})),
            (Steps{"tests/test_price.py:5 T.test_total", "shop/price.py:9 total",
                   "shop/price.py:5 rate", "shop/price.py:2 read"}));
}

TEST(TraceExecution, OfAnExceptionIsItsFrames) {
  EXPECT_EQ(
      Shown(TraceExecution(Python(), {Frame("tests/test_price.py", 5), Frame("shop/price.py", 8)})),
      (Steps{"tests/test_price.py:5 T.test_total", "shop/price.py:8 total"}));
}

TEST(TraceExecution, OfADeepRecursionKeepsBothEnds) {
  std::vector<v1::Location> frames;
  for (int i = 0; i < 500; ++i) frames.push_back(Frame("shop/price.py", i % 2 == 0 ? 8 : 11));
  frames.push_back(Frame("shop/price.py", 2));

  const auto steps = TraceExecution(Python(), frames);

  EXPECT_EQ(steps.size(), 18U);
  EXPECT_EQ(steps.back().code.first_line, 2);
}

TEST(TraceExecution, LeavesOutFramesWhoseSourceIsNotThere) {
  EXPECT_EQ(
      Shown(TraceExecution(Python(), {Frame("lib/generated.py", 1), Frame("shop/price.py", 2)})),
      (Steps{"shop/price.py:2 read"}));
}

TEST(TraceExecution, WithoutCoverageFollowsNamesThatAreUnambiguous) {
  ExecutionInput input = Python();
  input.ran.clear();
  input.sources["shop/other.py"] =
      "def rate(n):\n    return 3\n\n\nclass R:\n    def rate(self):\n        return 4\n";
  input.sources["shop/third.py"] = "def read(text):\n    return text\n";

  EXPECT_EQ(Shown(TraceExecution(input, {Frame("tests/test_price.py", 5)})),
            (Steps{"tests/test_price.py:5 T.test_total", "shop/price.py:9 total",
                   "shop/price.py:6 rate", "shop/price.py:2 read", "shop/third.py:2 read"}));
}

TEST(TraceExecution, OfJavascriptFollowsArrowFunctions) {
  ExecutionInput input;
  input.language = languages::FindLanguage("javascript");
  input.sources = {{"test/sum.test.js", "test('sum', () => {\n  assert.equal(sum([1]), 2);\n});\n"},
                   {"lib/sum.js", "const sum = (list) => {\n  return list.reduce(add, 0);\n};\n"}};

  EXPECT_EQ(Shown(TraceExecution(input, {Frame("test/sum.test.js", 2)})),
            (Steps{"test/sum.test.js:2 ", "lib/sum.js:2 sum"}));
}

TEST(TraceExecution, OfCTakesHeadersAndSourcesOfOneTree) {
  ExecutionInput input;
  input.language = languages::FindLanguage("cpp");
  input.sources = {
      {"tests/stack_test.cc", "int main() {\n  Stack s;\n  assert(s.Top() == Twice(1));\n}\n"},
      {"src/stack.cc", "int Stack::Top() {\n  return top_;\n}\n"},
      {"src/twice.h", "inline int Twice(int x) { return 2 * x; }\n"}};
  input.ran = {{"tests/stack_test.cc", {3}}, {"src/stack.cc", {2}}, {"src/twice.h", {1}}};

  EXPECT_EQ(
      Shown(TraceExecution(input, {Frame("tests/stack_test.cc", 3)})),
      (Steps{"tests/stack_test.cc:3 main", "src/stack.cc:2 Stack.Top", "src/twice.h:1 Twice"}));
}

}  // namespace
}  // namespace inquest::analysis
