#include "runtime/formats/run_output.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "runtime/formats/text_lines.h"
#include "tests/formats/output_samples.h"

namespace inquest::formats {
namespace {

class PytestStyle : public testing::TestWithParam<const char*> {};

TEST_P(PytestStyle, GivesIdsKindsAndFramesOfEveryFailure) {
  const std::string bytes = Corpus(GetParam());

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  EXPECT_EQ(reading.format(), "pytest");
  EXPECT_EQ(reading.not_started_because(), "");
  ASSERT_EQ(reading.failures_size(), 4);
  const v1::Failure* wrong = Find(reading, "test_shop.py::T::test_a");
  ASSERT_NE(wrong, nullptr);
  EXPECT_EQ(wrong->kind(), "AssertionError");
  EXPECT_EQ(Frames(*wrong), std::vector<std::string>{"test_shop.py:5"});
  const v1::Failure* chained = Find(reading, "test_shop.py::T::test_b");
  ASSERT_NE(chained, nullptr);
  EXPECT_EQ(chained->kind(), "ValueError");
  EXPECT_TRUE(chained->message().starts_with("bad"));
  EXPECT_EQ(Frames(*chained),
            (std::vector<std::string>{"test_shop.py:7", "shop.py:10", "shop.py:8"}));
  ExpectCitationsResolve(reading, bytes, bytes);
}

INSTANTIATE_TEST_SUITE_P(Tracebacks, PytestStyle,
                         testing::Values("pytest_long.txt", "pytest_short.txt",
                                         "pytest_native.txt"));

TEST(Pytest, NamesFailuresFromTheSummaryWhenThereAreNoTracebacks) {
  const std::string bytes = Corpus("pytest_no_blocks.txt");

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  ASSERT_EQ(reading.failures_size(), 4);
  const v1::Failure* wrong = Find(reading, "test_shop.py::T::test_a");
  ASSERT_NE(wrong, nullptr);
  EXPECT_EQ(wrong->kind(), "AssertionError");
  EXPECT_EQ(wrong->message(), "8 != 6");
  ExpectCitationsResolve(reading, bytes, bytes);
}

TEST(Pytest, KnowsPassedAndSkippedTestsOfAVerboseRun) {
  const v1::RunReading reading = ReadOutput(Corpus("pytest_short.txt"), "", Exited(1));

  ASSERT_EQ(reading.passed_tests_size(), 1);
  EXPECT_EQ(reading.passed_tests(0), "test_shop.py::T::test_c");
  ASSERT_EQ(reading.skipped_tests_size(), 1);
  EXPECT_EQ(reading.skipped_tests(0), "test_shop.py::T::test_d");
}

TEST(Pytest, SaysWhatToDoWhenNoTestRan) {
  EXPECT_NE(ReadOutput(Corpus("pytest_usage.txt"), "", Exited(4)).not_started_because(), "");
  EXPECT_NE(ReadOutput(Corpus("pytest_usage.txt"), "", Exited(5)).not_started_because(), "");
  EXPECT_NE(ReadOutput(Corpus("pytest_missing_module.txt"), "", Exited(2))
                .not_started_because()
                .find("nosuch"),
            std::string::npos);
}

class UnittestVersion : public testing::TestWithParam<const char*> {};

TEST_P(UnittestVersion, GivesIdsKindsAndFramesOfEveryFailure) {
  const std::string bytes = Corpus(GetParam());

  const v1::RunReading reading = ReadOutput("", bytes, Exited(1));

  EXPECT_EQ(reading.format(), "unittest");
  EXPECT_EQ(reading.not_started_because(), "");
  const v1::Failure* chained = Find(reading, "test_shop.T.test_b");
  ASSERT_NE(chained, nullptr);
  EXPECT_EQ(chained->kind(), "ValueError");
  EXPECT_EQ(chained->message(), "bad\nmulti line");
  EXPECT_EQ(Frames(*chained),
            (std::vector<std::string>{"test_shop.py:7", "shop.py:10", "shop.py:8"}));
  EXPECT_EQ(chained->frames(1).function(), "boom");
  ASSERT_NE(Find(reading, "test_shop.T.test_a"), nullptr);
  EXPECT_EQ(Find(reading, "test_shop.T.test_a")->message(), "8 != 6");
  ASSERT_EQ(reading.passed_tests_size(), 1);
  EXPECT_EQ(reading.passed_tests(0), "test_shop.T.test_c");
  ASSERT_EQ(reading.skipped_tests_size(), 1);
  ExpectCitationsResolve(reading, bytes, bytes);
}

INSTANTIATE_TEST_SUITE_P(Pythons, UnittestVersion,
                         testing::Values("unittest_verbose.txt", "unittest_python38.txt"));

TEST(Unittest, SaysWhatToDoWhenTheTestCannotBeLoaded) {
  EXPECT_NE(ReadOutput("", Corpus("unittest_missing_module.txt"), Exited(1))
                .not_started_because()
                .find("nosuch"),
            std::string::npos);
  EXPECT_NE(ReadOutput("", Corpus("unittest_no_such_test.txt"), Exited(1)).not_started_because(),
            "");
}

TEST(Unittest, SaysThatNothingWasFound) {
  const std::string bytes =
      "\n----------------------------------------------------------------------\n"
      "Ran 0 tests in 0.000s\n\nNO TESTS RAN\n";

  EXPECT_NE(ReadOutput("", bytes, Exited(5)).not_started_because(), "");
}

TEST(Traceback, OfAChainEndsWithTheDeepestCause) {
  const std::string bytes = Corpus("traceback_chain.txt");

  const v1::RunReading reading = ReadOutput("", bytes, Exited(1));

  EXPECT_EQ(reading.format(), "traceback");
  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "ValueError");
  EXPECT_EQ(Frames(reading.failures(0)), (std::vector<std::string>{"shop.py:10", "shop.py:8"}));
  ExpectCitationsResolve(reading, bytes, bytes);
}

TEST(Traceback, OfABrokenFileNamesTheFile) {
  const v1::RunReading reading = ReadOutput("", Corpus("syntax_error.txt"), Exited(1));

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "SyntaxError");
  EXPECT_EQ(Frames(reading.failures(0)), std::vector<std::string>{"syn.py:1"});
}

TEST(Traceback, OfAGroupOrARecursionIsRead) {
  EXPECT_GE(ReadOutput("", Corpus("exception_group.txt"), Exited(1)).failures_size(), 1);
  const v1::RunReading deep = ReadOutput("", Corpus("recursion.txt"), Exited(1));
  ASSERT_EQ(deep.failures_size(), 1);
  EXPECT_EQ(deep.failures(0).kind(), "RecursionError");
  EXPECT_EQ(Frames(deep.failures(0)), (std::vector<std::string>{"rec.py:3", "rec.py:2"}));
}

TEST(Traceback, OfAProgramThatSucceedsIsNoFailure) {
  EXPECT_TRUE(ReadOutput("", Corpus("traceback_chain.txt"), Exited(0)).failures().empty());
}

TEST(NotStarted, SaysWhichToolOrFileIsMissing) {
  const auto why = [](const char* text, int code) {
    return ReadOutput("", text, Exited(code)).not_started_because();
  };

  EXPECT_NE(why("/usr/bin/python3: No module named pytest\n", 1).find("pytest"), std::string::npos);
  EXPECT_NE(why("sh: 1: tox: not found\n", 127).find("tox"), std::string::npos);
  EXPECT_NE(why("python3: can't open file '/workspace/x.py': [Errno 2]\n", 2), "");
  EXPECT_EQ(why("something else\n", 1), "");
}

TEST(HostileOutput, IsReadInLinearTimeAndGivesValidText) {
  std::string bytes;
  while (bytes.size() < (std::size_t{24} << 20U)) {
    bytes +=
        "Traceback (most recent call last):\n  File \"/workspace/a\xff.py\", line 1, in f\xc0\n";
    bytes += "E\x80rror: \xed\xa0\x80\n____ x ____\n==== FAILURES ====\nFAILED \xfe::x - \n";
  }
  const auto started = std::chrono::steady_clock::now();

  const v1::RunReading reading = ReadOutput(bytes, bytes, Exited(1));

  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  v1::RunReading parsed;
  EXPECT_TRUE(parsed.ParseFromString(reading.SerializeAsString()));
  EXPECT_LE(reading.failures_size(), 200);
}

class AnyFormat : public testing::TestWithParam<const char*> {};

// Repeated, real output is as hostile as any: everything that opens a block is there, often.
TEST_P(AnyFormat, IsReadInLinearTimeAndWithinLimits) {
  const std::string once = Corpus(GetParam()) + "\n";
  std::string bytes;
  while (bytes.size() < kReadBytes) bytes += once;
  const auto started = std::chrono::steady_clock::now();

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_LE(reading.failures_size(), 200);
  EXPECT_LE(reading.passed_tests_size(), 10'000);
  ExpectCitationsResolve(reading, bytes, "");
}

INSTANTIATE_TEST_SUITE_P(Corpus, AnyFormat,
                         testing::Values("pytest_long.txt", "unittest_verbose.txt",
                                         "node_cause.txt", "node_aggregate.txt", "node_assert.txt",
                                         "tap_node20.txt", "tap_mocha.txt", "spec_node20.txt",
                                         "mocha_spec.txt", "jest_verbose.txt", "vitest_err.txt",
                                         "jasmine.txt", "junit_node.txt", "gtest.txt", "catch.txt",
                                         "ctest.txt", "asan.txt", "tsan.txt", "ubsan_stack.txt",
                                         "valgrind.txt", "gdb_threads.txt", "gcc.txt", "link.txt",
                                         "make.txt"));

class AnyLine : public testing::TestWithParam<const char*> {};

// What opens a block and never closes it, over and over.
TEST_P(AnyLine, RepeatedIsReadInLinearTime) {
  std::string bytes = "TAP version 13\nTest Suites: 1\n  1 passing\n";
  while (bytes.size() < kReadBytes) bytes += GetParam();
  const auto started = std::chrono::steady_clock::now();

  const v1::RunReading reading = ReadOutput(bytes, bytes, Exited(1));

  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_LE(reading.failures_size(), 200);
}

INSTANTIATE_TEST_SUITE_P(
    Openings, AnyLine,
    testing::Values("Error: a\n", "    at f (/workspace/a.js:1:1)\n", "not ok 1 - a\n",
                    "not ok 1 - a\n  ---\n", "    # Subtest: a\n", "\xe2\x9c\x96 a (1ms)\n",
                    "  1) a\n", "FAIL a\n  \xe2\x97\x8f a\n", " FAIL  a > b\n", "1) a\n",
                    "[ RUN      ] A.b\n", "1/2 Test #1: a ..***Failed 0.0 sec\n",
                    "==1==ERROR: AddressSanitizer: a on b\n", "a.c:1:1: runtime error: b\n",
                    "    #0 0x1 in f /workspace/a.c:1\n", "==1== a\n==1==    at 0x1: f (a.c:1)\n",
                    "#0  0x1 in f () at a.c:1\n", "<testsuite name='a'>",
                    "<testcase name='a'><failure>", "\n", "}\n", "{\n",
                    "----------------------------------------------------------------------------"
                    "---\n"));

TEST(LastLines, KeepsByteRangesAndTheUnfinishedLine) {
  const auto lines = LastLines("a\r\n\nbc");

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].text, "a");
  EXPECT_EQ(lines[0].end, 3U);
  EXPECT_EQ(lines[1].text, "");
  EXPECT_EQ(lines[2].text, "bc");
  EXPECT_EQ(lines[2].begin, 4U);
}

}  // namespace
}  // namespace inquest::formats
