#include "runtime/investigators/past_trees.h"

#include <gtest/gtest.h>

namespace inquest::investigators {
namespace {

constexpr char kToday[] =
    "import now\n\ndef test_old():\n    1\n\ndef test_new():\n    2\n    3\n\ndef test_end():\n    "
    "4\n";

TEST(KeepLines, TakesThePastTextButTheLinesOfTheRange) {
  const char past[] = "import then\n\ndef test_old():\n    1\n\ndef test_end():\n    4\n";

  EXPECT_EQ(KeepLines(kToday, past, {{"t", 5, 8}}),
            "import then\n\ndef test_old():\n    1\n\ndef test_new():\n    2\n    3\n\n"
            "def test_end():\n    4\n");
}

TEST(KeepLines, KeepsWhatWasWrittenDifferentlyThen) {
  const char past[] = "import then\n\ndef test_new():\n    7\n\ndef test_end():\n    0\n";

  const std::string kept = KeepLines(kToday, past, {{"t", 5, 8}});

  EXPECT_EQ(kept.find("    7\n"), std::string::npos) << kept;
  EXPECT_NE(kept.find("def test_new():\n    2\n    3\n"), std::string::npos) << kept;
  EXPECT_NE(kept.find("import then\n"), std::string::npos) << kept;
  EXPECT_EQ(kept.find("    4\n"), std::string::npos) << kept;
}

TEST(KeepLines, WithoutARangeIsThePast) {
  for (const std::string past : {"", "a\n", "import now\n", kToday}) {
    EXPECT_EQ(KeepLines(kToday, past, {}), past);
  }
}

}  // namespace
}  // namespace inquest::investigators
