// Which code the builtin investigator blames, and in which order.
#include "runtime/investigators/suspicion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/investigators/builtin_fixture.h"

namespace inquest::investigators {
namespace {

// A project in which nearly all that ran are imports, and the only test fails.
Files ManyImports(int modules) {
  Files files = {
      {"zeta/text.py", "LIMIT = 3\n\n\ndef shorten(text):\n    return text[:LIMIT + 1]\n"},
      {"zeta/__init__.py", "from alpha import *\nfrom .text import shorten\n"},
      {"test_text.py",
       "import unittest\nfrom zeta import shorten\n\n\nclass T(unittest.TestCase):\n"
       "    def test_shortens(self):\n        self.assertEqual(shorten('abcdef'), 'abc')\n"},
  };
  std::string all;
  for (int i = 0; i < modules; ++i) {
    const std::string name = "m" + std::to_string(i);
    std::string& text = files["alpha/" + name + ".py"];
    for (int line = 0; line < 60; ++line) text += "A" + std::to_string(line) + " = 1\n";
    all += "from . import " + name + "\n";
  }
  files["alpha/__init__.py"] = all;
  return files;
}

TEST_F(BuiltinTest, BlamesWhatTheTestRanItselfBeforeAnyImport) {
  Observe(ManyImports(100), kUnittest);

  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE);

  ASSERT_GE(submission.hypotheses_size(), 1);
  EXPECT_EQ(submission.hypotheses(0).location().path(), "zeta/text.py");
  EXPECT_EQ(submission.hypotheses(0).location().first_line(), 5);
  const auto& hypotheses = submission.hypotheses();
  const auto limit = std::find_if(hypotheses.begin(), hypotheses.end(), [](const auto& one) {
    return one.location().path() == "zeta/text.py" && one.location().first_line() == 1;
  });
  EXPECT_TRUE(limit == hypotheses.end() || limit->score() < hypotheses[0].score());
}

}  // namespace
}  // namespace inquest::investigators
