#include "runtime/analysis/answers.h"

#include <gtest/gtest.h>

#include <string>

namespace inquest::analysis {
namespace {

std::string Function(const std::string& name, const std::string& code, bool at_import = false) {
  return R"({"function":")" + name + R"(","code":")" + code + R"(","import":)" +
         (at_import ? "true" : "false") + "}\n";
}

std::string Input(const std::string& input, const std::string& answer, bool own = false,
                  const std::string& ran = "a.py:f") {
  return R"({"input":")" + input + R"(","answer":")" + answer + R"(","own":)" +
         (own ? "true" : "false") + R"(,"ran":[")" + ran + "\"]}\n";
}

Answers Read(const std::string& jsonl) {
  Answers answers;
  answers.Add(jsonl);
  return answers;
}

TEST(CompareAnswers, FindsTheInputThatTellsTwoTreesApart) {
  const std::string same = Function("a.py:f", "1") + Input("f(1)", "1");
  const Answers first = Read(same + Input("f(22)", "22") + Input("f(3)", "3"));
  const Answers other =
      Read(Function("a.py:f", "2") + Input("f(1)", "1") + Input("f(22)", "0") + Input("f(3)", "0"));

  const AnswerDifference difference = CompareAnswers(first, first, other);

  EXPECT_EQ(difference.inputs, 3U);
  EXPECT_EQ(difference.differing, 2U);
  EXPECT_EQ(difference.input, "f(3)") << "the shortest";
  EXPECT_EQ(difference.first_answer, "3");
  EXPECT_EQ(difference.other_answer, "0");
}

TEST(CompareAnswers, PrefersAnInputOfTheTestsThemselves) {
  const Answers first =
      Read(Function("a.py:f", "1") + Input("f(1)", "1") + Input("f(1000)", "1", true));
  const Answers other =
      Read(Function("a.py:f", "2") + Input("f(1)", "2") + Input("f(1000)", "2", true));

  EXPECT_EQ(CompareAnswers(first, first, other).input, "f(1000)");
}

TEST(CompareAnswers, LeavesOutWhatRanNoCodeInWhichTheTreesDiffer) {
  const std::string clock = Function("a.py:now", "same");
  const Answers first =
      Read(Function("a.py:f", "1") + clock + Input("now()", "10:00", true, "a.py:now"));
  const Answers other =
      Read(Function("a.py:f", "2") + clock + Input("now()", "10:01", true, "a.py:now"));

  EXPECT_EQ(CompareAnswers(first, first, other).inputs, 0U);
}

TEST(CompareAnswers, CountsEveryInputWhenCodeThatRunsAtImportDiffers) {
  const Answers first =
      Read(Function("a.py:", "1", true) + Function("a.py:f", "same") + Input("f(1)", "1"));
  const Answers other =
      Read(Function("a.py:", "2", true) + Function("a.py:f", "same") + Input("f(1)", "2"));

  EXPECT_EQ(CompareAnswers(first, first, other).differing, 1U);
}

// As of a test program that only knows the names of its own tests.
// They are what both were made to answer alike.
TEST(CompareAnswers, CountsNothingWhereOnlyTheTestsOwnInputsReachTheChange) {
  const std::string own = Input("f(1)", "1", true) + Input("f(2)", "2", true);
  const std::string elsewhere = Input("g(1)", "7", false, "a.py:g");
  const Answers first = Read(Function("a.py:f", "1") + own + elsewhere);
  const Answers other = Read(Function("a.py:f", "2") + own + elsewhere);

  EXPECT_EQ(CompareAnswers(first, first, other).inputs, 0U);
}

TEST(CompareAnswers, CountsNothingWhereAllInputsThatNoTestHasAreAnsweredAlike) {
  const std::string own = Input("f(1)", "1", true) + Input("f(2)", "2", true);
  const std::string alike = own + Input("f(3)", "nothing") + Input("f(4)", "nothing");
  const Answers first = Read(Function("a.c:", "1", true) + alike);
  EXPECT_EQ(CompareAnswers(first, first, Read(Function("a.c:", "2", true) + alike)).inputs, 0U);

  const std::string told = alike + Input("f(5)", "five");
  const Answers more = Read(Function("a.c:", "1", true) + told);
  EXPECT_EQ(CompareAnswers(more, more, Read(Function("a.c:", "2", true) + told)).inputs, 5U);

  const Answers reached = Read(Function("a.py:f", "1") + alike);
  EXPECT_EQ(CompareAnswers(reached, reached, Read(Function("a.py:f", "2") + alike)).inputs, 4U);
}

TEST(CompareAnswers, LeavesOutWhatTheFirstTreeDoesNotRepeat) {
  const Answers first = Read(Function("a.py:f", "1") + Input("f(1)", "0.123"));
  const Answers again = Read(Function("a.py:f", "1") + Input("f(1)", "0.456"));
  const Answers other = Read(Function("a.py:f", "2") + Input("f(1)", "0.789"));

  EXPECT_EQ(CompareAnswers(first, again, other).inputs, 0U);
}

TEST(Answers, OfOneInputThatDisagreeAreDropped) {
  EXPECT_TRUE(
      Read(Input("f(1)", "1") + Input("f(1)", "2") + Input("f(1)", "1")).by_input().empty());
}

TEST(Answers, SkipWhatMakesNoSense) {
  const std::string cut = "{\"input\":\"f(2)\",\"answer\":\"cut";
  const Answers answers =
      Read("{}\n[1]\nnot json\n{\"input\":3,\"answer\":[]}\n{\"function\":{}}\n" +
           std::string(100'000, '[') + "\n" + Input("f(1)", "1") + cut);

  EXPECT_EQ(answers.by_input().size(), 1U);
  EXPECT_TRUE(answers.functions().empty());
}

}  // namespace
}  // namespace inquest::analysis
