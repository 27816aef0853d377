#include <gtest/gtest.h>

#include "tests/end_to_end/runtime_under_test.h"

// Bugs that no failing test shows: it takes too long, or memory is lost. And a fix that would take
// something away.
namespace inquest::tests {
namespace {

Finished Investigate(RuntimeUnderTest& runtime, const std::string& test,
                     const std::vector<std::string>& more) {
  std::vector<std::string> words = {"investigate", "--source", runtime.target(), "--test", test,
                                    "--output",    "json"};
  words.insert(words.end(), more.begin(), more.end());
  return runtime.Inquest(words);
}

// Every value is computed again and again, as the second half of the condition always holds.
TEST(Complaint, ThatItTakesTooLongEndsWithAFixThatIsMeasured) {
  RuntimeUnderTest runtime;
  runtime.Write("grid.py",
                "def paths(rows, columns, known):\n"
                "    if rows == 0 or columns == 0:\n"
                "        return 1\n"
                "    if (rows, columns) not in known or rows > 0:\n"
                "        up = paths(rows - 1, columns, known)\n"
                "        known[rows, columns] = up + paths(rows, columns - 1, known)\n"
                "    return known[rows, columns]\n");
  runtime.Write("test_grid.py",
                "import unittest\n"
                "from grid import paths\n"
                "\n"
                "\n"
                "class GridTest(unittest.TestCase):\n"
                "    def test_small(self):\n"
                "        self.assertEqual(paths(2, 3, {}), 10)\n"
                "\n"
                "    def test_square(self):\n"
                "        self.assertEqual(paths(12, 12, {}), 2704156)\n");

  const Finished finished = Investigate(runtime, "/usr/bin/python3 -m unittest -q",
                                        {"--slower-than", "500ms", "--max-wall", "2m"});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.out.find("\"outcome\": \"VERIFIED_FIX\""), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("\"measured_change\""), std::string::npos) << finished.out;
}

// Nothing is let go once more than a few were read. Several changes let go; which is meant may stay
// a question.
TEST(Complaint, ThatItNeedsTooMuchMemoryIsReproducedAndItsCauseFound) {
  RuntimeUnderTest runtime;
  runtime.Write("window.py",
                "def read(count, most):\n"
                "    held = []\n"
                "    for number in range(count):\n"
                "        held.append(b'x' * 500000 + bytes([number % 256]))\n"
                "        if len(held) > most and number < most:\n"
                "            held.pop(0)\n"
                "    return held[-1][-1]\n");
  runtime.Write("test_window.py",
                "import unittest\n"
                "from window import read\n"
                "\n"
                "\n"
                "class WindowTest(unittest.TestCase):\n"
                "    def test_last(self):\n"
                "        self.assertEqual(read(400, 10), 143)\n");

  const Finished finished = Investigate(runtime, "/usr/bin/python3 -m unittest -q",
                                        {"--memory-above", "100M", "--max-wall", "3m"});

  const bool found = finished.out.find("VERIFIED_FIX") != std::string::npos ||
                     finished.out.find("ROOT_CAUSE_SUPPORTED") != std::string::npos;
  EXPECT_TRUE(found) << finished.out << finished.err;
  EXPECT_NE(finished.out.find("window.py"), std::string::npos) << finished.out;
}

// Where commas and blanks stand in one text, blanks are to go first. `< 1` makes the failing test
// pass, and nothing is ever split at commas any more.
TEST(Complaint, IsNotSettledByACodeThatNeverRunsAnyMore) {
  RuntimeUnderTest runtime;
  runtime.Write("parts.js",
                "function parts(text) {\n"
                "  const byComma = text.split(',');\n"
                "  if (byComma.length > 1) {\n"
                "    return byComma;\n"
                "  }\n"
                "  const byBlank = text.split(' ');\n"
                "  if (byBlank.length > 1) {\n"
                "    return byBlank;\n"
                "  }\n"
                "  return [text];\n"
                "}\n"
                "module.exports = { parts };\n");
  runtime.Write("parts.test.js",
                "const test = require('node:test');\n"
                "const assert = require('node:assert');\n"
                "const { parts } = require('./parts.js');\n"
                "test('both', () => {\n"
                "  assert.deepStrictEqual(parts('a,b,c,d e,f'), ['a,b,c,d', 'e,f']);\n"
                "});\n"
                "test('none', () => {\n"
                "  assert.deepStrictEqual(parts('x'), ['x']);\n"
                "});\n");

  const Finished finished = Investigate(runtime, "node --test parts.test.js", {"--max-wall", "3m"});

  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_EQ(finished.out.find("VERIFIED_FIX"), std::string::npos) << finished.out;
}

// `max(number)` makes both tests pass, and so does what is meant: a slip further, and told apart by
// numbers that fall.
TEST(Complaint, IsNotSettledWhereOneSlipFurtherWouldDoAsWell) {
  RuntimeUnderTest runtime;
  runtime.Write("highs.js",
                "function highs(numbers) {\n"
                "  let high;\n"
                "  const all = [];\n"
                "  for (const number of numbers) {\n"
                "    if (high === undefined) {\n"
                "      high = number;\n"
                "    } else {\n"
                "      high = Math.max(numbers);\n"
                "    }\n"
                "    all.push(high);\n"
                "  }\n"
                "  return all;\n"
                "}\n"
                "module.exports = { highs };\n");
  runtime.Write(
      "highs.test.js",
      "const test = require('node:test');\n"
      "const assert = require('node:assert');\n"
      "const { highs } = require('./highs.js');\n"
      "test('none', () => assert.deepStrictEqual(highs([]), []));\n"
      "test('rising', () => assert.deepStrictEqual(highs([1, 2, 3, 4]), [1, 2, 3, 4]));\n");

  const Finished finished = Investigate(runtime, "node --test highs.test.js", {"--max-wall", "3m"});

  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_NE(finished.out.find("\"ended_reason\": \"FIX_AMBIGUOUS\""), std::string::npos)
      << finished.out;
}

class Leak : public testing::Test {
 protected:
  Finished Look(const std::vector<std::string>& more) {
    runtime_.Write("names.c",
                   "#include <stdlib.h>\n"
                   "#include <string.h>\n"
                   "\n"
                   "static int length_of_copy(const char* name) {\n"
                   "  char* copy = malloc(strlen(name) + 1);\n"
                   "  strcpy(copy, name);\n"
                   "  int length = (int)strlen(copy);\n"
                   "  return length;\n"
                   "}\n"
                   "\n"
                   "int main(void) {\n"
                   "  return length_of_copy(\"abc\") == 3 ? 0 : 1;\n"
                   "}\n");
    std::vector<std::string> words = {"--build",      "gcc -g -fsanitize=address -o names names.c",
                                      "--max-wall",   "2m",
                                      "--fails-when", "detected memory leaks"};
    words.insert(words.end(), more.begin(), more.end());
    return Investigate(runtime_, "./names", words);
  }

  RuntimeUnderTest runtime_;
};

TEST_F(Leak, IsReproducedWhereTheProgramMayBeTraced) {
  const Finished finished = Look({"--debugger"});

  EXPECT_NE(finished.out.find("length_of_copy"), std::string::npos) << finished.out << finished.err;
  EXPECT_EQ(finished.out.find("TRIGGER_DOES_NOT_FAIL"), std::string::npos) << finished.out;
}

TEST_F(Leak, IsNotSeenOtherwise) {
  const Finished finished = Look({});

  EXPECT_NE(finished.out.find("TRIGGER_DOES_NOT_FAIL"), std::string::npos) << finished.out;
}

}  // namespace
}  // namespace inquest::tests
