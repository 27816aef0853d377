#pragma once

#include "tests/end_to_end/runtime_under_test.h"

namespace inquest::tests {

// A small Python tree whose gcd swaps its arguments, with tests that say so.
inline void WriteBuggyTarget(RuntimeUnderTest& runtime) {
  runtime.Write("numbers_kit.py",
                "def gcd(a, b):\n"
                "    if b == 0:\n"
                "        return a\n"
                "    return gcd(a % b, b)\n"
                "\n"
                "\n"
                "def lcm(a, b):\n"
                "    return a * b // gcd(a, b)\n");
  runtime.Write("test_numbers_kit.py",
                "import unittest\n"
                "from numbers_kit import gcd, lcm\n"
                "\n"
                "\n"
                "class NumbersTest(unittest.TestCase):\n"
                "    def test_zero(self):\n"
                "        self.assertEqual(gcd(7, 0), 7)\n"
                "\n"
                "    def test_common(self):\n"
                "        self.assertEqual(gcd(12, 18), 6)\n"
                "\n"
                "    def test_lcm(self):\n"
                "        self.assertEqual(lcm(4, 6), 12)\n");
}

inline std::vector<std::string> InvestigateArguments(const RuntimeUnderTest& runtime) {
  return {"investigate", "--source", runtime.target(), "--test", "/usr/bin/python3 -m unittest -q",
          "--max-wall",  "5m",       "--output",       "json"};
}

}  // namespace inquest::tests
