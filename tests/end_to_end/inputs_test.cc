#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "tests/end_to_end/runtime_under_test.h"

// What the trigger takes in, cut: to be told apart from runs that pass, and to be read by people.
namespace inquest::tests {
namespace {

class TriggerInputs : public testing::Test {
 protected:
  nlohmann::json Investigate(const std::string& trigger) {
    const Finished finished =
        runtime_.Inquest({"investigate", "--source", runtime_.target(), "--test", trigger,
                          "--max-wall", "3m", "--output", "json"});
    auto result = nlohmann::json::parse(finished.out, nullptr, false);
    EXPECT_FALSE(result.is_discarded()) << finished.out << finished.err;
    return result;
  }

  RuntimeUnderTest runtime_;
};

// One line of the data fails; runs without it tell the branch that it takes from the others.
TEST_F(TriggerInputs, ThatPassAreComparedWithTheOneThatFails) {
  runtime_.Write("report.py",
                 "import sys\n"
                 "\n"
                 "\n"
                 "def rate(text):\n"
                 "    if text.endswith('%'):\n"
                 "        return float(text[:-1]) / 100\n"
                 "    if '/' in text:\n"
                 "        top, bottom = text.split('/')\n"
                 "        return float(bottom) / float(top)\n"
                 "    return float(text)\n"
                 "\n"
                 "\n"
                 "with open(sys.argv[1]) as rates:\n"
                 "    print(sum(rate(line.split('=')[1].strip()) for line in rates))\n");
  runtime_.Write("rates.txt", "a = 1.5\nb = 20%\nc = 0/4\nd = 2\n");

  const auto result = Investigate("/usr/bin/python3 report.py rates.txt");

  const Finished ledger =
      runtime_.Inquest({"hypotheses", result["investigation"].get<std::string>()});
  const std::regex compared(
      "report\\.py:9 in rate is wrong .* it ran in [2-9] of [2-9] failing "
      "and 0 of [1-9] passing tests");
  EXPECT_TRUE(std::regex_search(ledger.out, compared)) << ledger.out << ledger.err;
}

// Of the many statements of a test, those stay that the failure needs.
TEST_F(TriggerInputs, ThatAreATestsBodyAreMadeSmaller) {
  runtime_.Write("stack.py",
                 "class Stack:\n"
                 "    def __init__(self):\n"
                 "        self.items = []\n"
                 "\n"
                 "    def push(self, item):\n"
                 "        self.items.append(item)\n"
                 "\n"
                 "    def last(self, otherwise):\n"
                 "        return self.items[-1] if self.items is not None else otherwise\n");
  std::string test =
      "import unittest\n"
      "from stack import Stack\n"
      "\n"
      "\n"
      "class StackTest(unittest.TestCase):\n"
      "    def test_order(self):\n"
      "        stack = Stack()\n";
  for (int i = 0; i < 12; ++i) test += "        stack.push(" + std::to_string(i) + ")\n";
  test += "        stack.items.clear()\n        self.assertEqual(stack.last(7), 7)\n";
  runtime_.Write("test_stack.py", test);

  const auto result = Investigate("/usr/bin/python3 -m unittest -q test_stack");

  const auto& minimised = result["reproduction"]["minimised"];
  ASSERT_EQ(minimised.size(), 1U) << result.dump(2);
  EXPECT_NE(minimised[0]["what"].get<std::string>().find("test_order"), std::string::npos);
  const Finished smaller = runtime_.Inquest({"evidence", result["investigation"].get<std::string>(),
                                             minimised[0]["minimalDigest"].get<std::string>()});
  EXPECT_EQ(smaller.exit_code, 0) << smaller.err;
  EXPECT_NE(smaller.out.find("stack.last(7)"), std::string::npos) << smaller.out;
  EXPECT_EQ(smaller.out.find("stack.push("), std::string::npos) << smaller.out;
}

}  // namespace
}  // namespace inquest::tests
