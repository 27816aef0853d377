#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace inquest::tidy {
namespace {

std::string Repeat(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(CheckFileLength, FindsOneLineTooMany) {
  EXPECT_TRUE(CheckFileLength(Repeat(kFileLinesMax, "x\n")).empty());
  EXPECT_FALSE(CheckFileLength(Repeat(kFileLinesMax + 1, "x\n")).empty());
}

TEST(CheckLineLength, FindsOneColumnTooMany) {
  EXPECT_TRUE(CheckLineLength(Repeat(kColumnsMax, "x")).empty());
  EXPECT_FALSE(CheckLineLength(Repeat(kColumnsMax + 1, "x")).empty());
  EXPECT_TRUE(CheckLineLength(Repeat(kColumnsMax, "ü")).empty());
}

TEST(CheckFunctionLength, FindsALongFunction) {
  const auto function = [](int lines) {
    return "namespace a {\n\nint F() {\n" + Repeat(lines - 2, "  x();\n") + "}\n\n}\n";
  };

  EXPECT_TRUE(CheckFunctionLength(function(kFunctionLinesMax)).empty());
  const std::vector<Finding> findings = CheckFunctionLength(function(kFunctionLinesMax + 1));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].line, 3);
}

TEST(CheckFunctionLength, FindsALongMethodInAClass) {
  const std::string text =
      "class A {\n public:\n  void F() {\n" + Repeat(80, "    x();\n") + "  }\n};\n";

  EXPECT_EQ(CheckFunctionLength(text).size(), 1U);
}

TEST(CheckFunctionLength, FindsALongFunctionWithABrokenSignature) {
  const std::string text =
      "Result<int> F(int a,\n              int b) {\n" + Repeat(80, "  x();\n") + "}\n";

  EXPECT_EQ(CheckFunctionLength(text).size(), 1U);
}

TEST(CheckFunctionLength, LeavesTypesAndTablesAlone) {
  EXPECT_TRUE(CheckFunctionLength("struct A {\n" + Repeat(80, "  int x;\n") + "};\n").empty());
  EXPECT_TRUE(
      CheckFunctionLength("const Row kRows[] = {\n" + Repeat(80, "  {1, 2},\n") + "};\n").empty());
}

TEST(CheckWords, FindsWhatMustNotBeThere) {
  const std::string todo = std::string("// TO") + "DO: later\n";
  const std::string nap = std::string("sleep") + "_for(1s);\n";
  const std::string home = std::string("path = \"/ho") + "me/ada/x\"\n";

  EXPECT_EQ(CheckWords("runtime/a.cc", todo).size(), 1U);
  EXPECT_EQ(CheckWords("runtime/a.cc", std::string("// TO") + "DO(#12): later\n").size(), 0U);
  EXPECT_EQ(CheckWords("tests/a.cc", nap).size(), 1U);
  EXPECT_EQ(CheckWords("runtime/a.cc", home).size(), 1U);
  EXPECT_EQ(CheckWords("tests/a.cc", home).size(), 0U);
}

TEST(CheckTitle, FindsNoneTwoAndLateOnes) {
  EXPECT_TRUE(CheckTitle("# A\n\ntext\n\n```sh\n# comment\n```\n").empty());
  EXPECT_FALSE(CheckTitle("text\n").empty());
  EXPECT_FALSE(CheckTitle("# A\n# B\n").empty());
  EXPECT_FALSE(CheckTitle("\n# A\n").empty());
}

TEST(CheckPragmaOnce, FindsItsAbsence) {
  EXPECT_TRUE(CheckPragmaOnce("#pragma once\n").empty());
  EXPECT_FALSE(CheckPragmaOnce("#ifndef A_H\n").empty());
}

TEST(CheckLabels, FindsATestProgramWithoutOne) {
  EXPECT_TRUE(CheckLabels("inquest_test(a LABEL unit SOURCES a.cc)\n").empty());
  EXPECT_EQ(CheckLabels("\ninquest_test(a SOURCES a.cc)\n").size(), 1U);
  EXPECT_EQ(CheckLabels("inquest_test(a LABEL units SOURCES a.cc)\n").size(), 1U);
}

}  // namespace
}  // namespace inquest::tidy
