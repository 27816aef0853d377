// Trials of Python's tests that are loaded once, and whether they tell what a fresh run would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sandbox/trial_batch.h"

namespace inquest::sandbox {
namespace {

using testing::Each;

// Passes only where the test was not loaded again for each trial.
constexpr char kCountingTest[] =
    "import pathlib\nimport threading\nimport unittest\nfrom calc import add\n\n"
    "threading.Event().wait(0.4)\n"
    "with open('loads.txt', 'a') as log:\n    log.write('x')\n\n\n"
    "class Sums(unittest.TestCase):\n    def test_adds(self):\n"
    "        self.assertEqual(add(2, 2), 4)\n"
    "        self.assertLess(len(pathlib.Path('loads.txt').read_text()), 8)\n\n\n"
    "if __name__ == '__main__':\n    unittest.main()\n";

TEST_F(TrialBatch, LoadsPythonsTestsOnce) {
  harness_.AddFile("test_calc.py", kCountingTest);
  Subject("calc.py", "# sums\n\n\ndef add(a, b):\n    return a - b\n\n\nname = 'calc'\n");
  for (int i = 0; i < 15; ++i) {
    Try("# sums\n\n\ndef add(a, b):\n    return b - a - " + std::to_string(i) +
        "\n\n\nname = 'calc'\n");
  }
  Try("# sums\n\n\ndef add(a, b):\n    if a is None:\n        return b\n    return a + b\n\n\n"
      "name = 'calc'\n");

  std::vector<v1::TrialOutcome::Result> expected(15, kBugShowed);
  expected.push_back(kPassed);
  EXPECT_EQ(Run("/usr/bin/python3 -m pytest -q test_calc.py"), expected);
  EXPECT_EQ(Run("python3 -m unittest test_calc"), expected);
  EXPECT_EQ(Run("python3 test_calc.py"), expected);
}

// What was made of the functions before a test began is made of them as they are in the trial.
TEST_F(TrialBatch, LoadedTestsSeeEveryChangeAsAFreshRunDoes) {
  harness_.AddFile("test_shop.py",
                   "import unittest\nimport shop\n\n\nclass Shop(unittest.TestCase):\n"
                   "    def test_total(self):\n"
                   "        self.assertEqual(shop.Order([2, 3]).total(), 50)\n"
                   "        self.assertEqual(shop.TABLE['rate'](5), 50)\n"
                   "        self.assertEqual(shop.START, 10)\n"
                   "        self.assertEqual(shop.kept(5), 50)\n"
                   "        self.assertEqual(shop.scaled(5), 50)\n");
  const auto shop = [](const std::string& rate, const std::string& factor, const std::string& body,
                       const std::string& start) {
    return "import functools\n\n\ndef rate(n, factor=" + factor + "):\n    return " + rate +
           "\n\n\ndef first():\n    return " + start +
           "\n\n\ndef scaling(by):\n    def scale(n):\n        return rate(n) * by\n"
           "    return scale\n\n\n@functools.lru_cache(maxsize=None)\ndef kept(n):\n"
           "    return rate(n)\n\n\nclass Order:\n    def __init__(self, items):\n"
           "        self.items = items\n\n    def total(self):\n        return " +
           body + "\n\n\nTABLE = {'rate': rate}\nSTART = first()\nscaled = scaling(1)\n";
  };
  const std::string right = "rate(sum(self.items))";
  Subject("shop.py", shop("n * 1", "1", right, "10"));
  Try(shop("n * 10", "1", right, "10"));       // the function that all others use
  Try(shop("n * factor", "10", right, "10"));  // a default: made when it was loaded
  Try(shop("n * 10", "1", right, "5 + 5"));    // two functions, one of them called already
  Try(shop("n * 10", "1", right, "11"));       // and wrong
  Try(shop("n * 10", "1", "rate(len(self.items))", "10"));
  Try(shop("n * 10", "1", "sum(\n            rate(one) for one in self.items)", "10"));
  Try(shop("(lambda m: m * 10)(n)", "1", right, "10"));
  Try(shop("n *", "1", right, "10"));  // no program
  Try(shop("n * missing", "1", right, "10"));

  const std::vector<v1::TrialOutcome::Result> expected = {
      kPassed, kPassed, kPassed, kBugShowed, kBugShowed, kPassed, kPassed, kBugShowed, kBugShowed};
  EXPECT_EQ(Run("python3 -m unittest -q test_shop"), expected);
  EXPECT_EQ(Run("/usr/bin/python3 -m pytest -q"), expected);
}

// A file that is open since before the tests is read from where the last run left it: such tests
// are not kept loaded.
TEST_F(TrialBatch, TestsThatHoldAFileOpenBeginAtTheBeginning) {
  harness_.AddFile("numbers.txt", "4\n");
  harness_.AddFile("test_calc.py",
                   "import unittest\nfrom calc import add\n\nFILE = open('numbers.txt')\n\n\n"
                   "class Sums(unittest.TestCase):\n    def test_adds(self):\n"
                   "        self.assertEqual(add(2, 2), int(FILE.read()))\n");
  Subject("calc.py", "def add(a, b):\n    return a - b\n");
  for (int i = 0; i < 4; ++i)
    Try("def add(a, b):\n    return a + b + 0 * " + std::to_string(i) + "\n");

  EXPECT_THAT(Run("python3 -m unittest -q test_calc"), Each(kPassed));
}

}  // namespace
}  // namespace inquest::sandbox
