#include "runtime/analysis/spectra.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace inquest::analysis {
namespace {

constexpr const char* kRecords =
    R"({"p":1,"files":{"0":"a.py"},"test":"","outcome":"running","lines":{"0":"1"}}
{"p":1,"test":"t.bad","outcome":"running","lines":{"0":"2-3"}}
{"p":1,"test":"t.bad","outcome":"failed","lines":{"0":"5"}}
{"p":1,"test":"t.good","outcome":"passed","lines":{"0":"2,4"}}
{"p":1,"test":"t.other","outcome":"skipped","lines":{}}
{"p":1,"test":"","outcome":"ended","lines":{}}
)";

TEST(ReadCoverage, JoinsTheRecordsOfATestAndSharesWhatRanOutside) {
  const Coverage coverage = ReadCoverage(kRecords);

  ASSERT_EQ(coverage.tests.size(), 3U);
  EXPECT_EQ(coverage.tests[0].test, "t.bad");
  EXPECT_EQ(coverage.tests[0].outcome, TestOutcome::kFailed);
  EXPECT_EQ(coverage.tests[0].lines.at("a.py"), (std::vector<int>{2, 3, 5}));
  EXPECT_EQ(coverage.tests[1].lines.at("a.py"), (std::vector<int>{2, 4}));
  EXPECT_TRUE(Ran(coverage.tests[1], "a.py", 1, 1));
  EXPECT_FALSE(RanItself(coverage.tests[1], "a.py", 1, 1));
  EXPECT_FALSE(Ran(coverage.tests[1], "a.py", 3, 3));
  const std::string bytes(kRecords);
  EXPECT_EQ(bytes.substr(coverage.tests[1].record_begin, 22), "{\"p\":1,\"test\":\"t.good\"");
}

TEST(ReadCoverage, OfAProgramThatATestStartedIsThatOfTheTest) {
  const Coverage coverage = ReadCoverage(
      R"({"p":2,"files":{"0":"tool.py"},"test":"","outcome":"ended","lines":{"0":"7"}}
{"p":1,"files":{"0":"t.py"},"test":"t.a","outcome":"failed","lines":{"0":"2"}}
)");

  ASSERT_EQ(coverage.tests.size(), 1U);
  EXPECT_TRUE(Ran(coverage.tests[0], "tool.py", 7, 7));
}

TEST(ReadCoverage, SkipsWhatMakesNoSense) {
  const Coverage coverage = ReadCoverage(
      "{}\n[1]\nnot json\n{\"p\":\"x\",\"test\":1,\"outcome\":[],\"lines\":3}\n"
      "{\"p\":1,\"files\":{\"0\":7},\"test\":\"t\",\"outcome\":\"passed\",\"lines\":{\"0\":\"1\"}}"
      "\n"
      "{\"p\":2,\"files\":{\"0\":\"a\"},\"test\":\"u\",\"outcome\":\"failed\","
      "\"lines\":{\"0\":\"9-1,x,99999999999\"}}\n{\"p\":3,\"test\":\"cut");

  ASSERT_EQ(coverage.tests.size(), 2U);
  EXPECT_TRUE(coverage.tests[0].lines.empty());
  EXPECT_TRUE(coverage.tests[1].lines.at("a").empty());
}

TEST(ReadCoverage, SurvivesNestingAndSize) {
  EXPECT_TRUE(ReadCoverage(std::string(1 << 20, '[') + "\n").tests.empty());
  EXPECT_TRUE(ReadCoverage(std::string(8 << 20, 'x') + "\n").tests.empty());
}

TEST(FailingPartRan, LooksAtFailingTestsOnlyWhenThereAreAny) {
  const Coverage coverage = ReadCoverage(kRecords);

  EXPECT_TRUE(FailingPartRan(coverage, "a.py", 3, 3));
  EXPECT_FALSE(FailingPartRan(coverage, "a.py", 4, 4));
  EXPECT_FALSE(FailingPartRan(coverage, "b.py", 3, 3));
}

TEST(Spectra, TellsWhatAFailingTestRanItselfFromImports) {
  Spectra spectra;
  spectra.Add(ReadCoverage(
      R"({"p":1,"files":{"0":"a.py"},"test":"","outcome":"running","lines":{"0":"1-9"}}
{"p":1,"files":{"1":"z.py"},"test":"","outcome":"running","lines":{"1":"1-3"}}
{"p":1,"test":"t.bad","outcome":"failed","lines":{"1":"5"}}
)"));

  EXPECT_EQ(spectra.At("a.py", 2, 2).failed_ran, 1);
  EXPECT_FALSE(spectra.FailingRanItself("a.py", 2, 2));
  EXPECT_FALSE(spectra.FailingRanItself("z.py", 1, 3));
  EXPECT_TRUE(spectra.FailingRanItself("z.py", 4, 6));
  EXPECT_EQ(spectra.SuspectFiles(), (std::vector<std::string>{"z.py", "a.py"}));
}

TEST(Ochiai, FollowsItsFormula) {
  EXPECT_DOUBLE_EQ(Ochiai({.failed_ran = 1, .passed_ran = 0, .failed_not = 0, .passed_not = 9}), 1);
  EXPECT_DOUBLE_EQ(Ochiai({.failed_ran = 2, .passed_ran = 2, .failed_not = 0, .passed_not = 0}),
                   2 / std::sqrt(8.0));
  EXPECT_EQ(Ochiai({.failed_ran = 0, .passed_ran = 5, .failed_not = 1, .passed_not = 0}), 0);
}

TEST(DStar, RanksAsItsFormulaWithinOne) {
  // 2^2 / (2 + 0) = 2 -> 2/3.
  EXPECT_DOUBLE_EQ(DStar({.failed_ran = 2, .passed_ran = 2, .failed_not = 0, .passed_not = 0}),
                   2.0 / 3);
  EXPECT_DOUBLE_EQ(DStar({.failed_ran = 1, .passed_ran = 0, .failed_not = 0, .passed_not = 0}), 1);
}

TEST(Spectra, CountsEachTestOnceAndOtherFailuresOfTheSuiteNotAtAll) {
  Spectra spectra;
  spectra.Add(ReadCoverage(kRecords));
  spectra.Add(ReadCoverage(
      R"({"p":9,"files":{"0":"a.py"},"test":"t.bad","outcome":"failed","lines":{"0":"3"}}
{"p":9,"test":"t.good","outcome":"passed","lines":{"0":"2"}}
{"p":9,"test":"t.unrelated","outcome":"failed","lines":{"0":"2"}}
{"p":9,"test":"t.more","outcome":"passed","lines":{"0":"2"}}
)"));

  const Counts counts = spectra.At("a.py", 2, 2);
  EXPECT_EQ(counts.failed_ran, 1);
  EXPECT_EQ(counts.passed_ran, 2);
  EXPECT_EQ(counts.failed_not, 0);
  EXPECT_EQ(spectra.At("a.py", 3, 3).passed_ran, 0);
}

TEST(Spectra, OfAProgramWithoutTestsTakesTheProcessAsFailed) {
  Spectra spectra;
  spectra.Add(
      ReadCoverage(R"({"p":1,"files":{"0":"a.py"},"test":"","outcome":"ended","lines":{"0":"1-3"}})"
                   "\n"));

  EXPECT_TRUE(spectra.HasFailing());
  EXPECT_EQ(spectra.SuspectFiles(), std::vector<std::string>{"a.py"});
}

}  // namespace
}  // namespace inquest::analysis
