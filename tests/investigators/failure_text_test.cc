#include "runtime/investigators/failure_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/base/file.h"
#include "runtime/formats/run_output.h"

namespace inquest::investigators {
namespace {

// Of runs that printed this and exited 1.
std::string TextOf(const std::vector<std::string>& failing, std::vector<std::string> clean = {}) {
  v1::PhaseOutcome phase;
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(1);
  phase.mutable_stdout()->set_digest("out");
  const v1::RunReading reading = formats::ReadOutput(failing[0], "", phase);
  return FailureText(reading, {.failing = failing, .clean = std::move(clean)});
}

std::string TextOfCorpus(const std::string& name) {
  auto bytes = ReadFile(std::string(INQUEST_SOURCE_DIR) + "/tests/formats/corpus/" + name, 1 << 20);
  EXPECT_TRUE(bytes.ok()) << name;
  return bytes.ok() ? TextOf({*bytes}) : "";
}

struct Report {
  const char* file;
  const char* text;
};

class FailureTextOf : public testing::TestWithParam<Report> {};

TEST_P(FailureTextOf, SaysThatSomethingFailed) {
  EXPECT_EQ(TextOfCorpus(GetParam().file), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Reports, FailureTextOf,
    testing::Values(
        Report{"pytest_short.txt", "FAILED test_shop.py::T::test_a"},
        Report{"pytest_long.txt", "FAILED test_shop.py::T::test_a"},
        Report{"unittest_verbose.txt", "ERROR: test_b (test_shop.T.test_b)"},
        Report{"unittest_python38.txt", "ERROR: test_b (test_shop.T)"},
        Report{"gtest.txt", "FAILED  ] Shop.Adds"}, Report{"ctest.txt", "FAILED  ] Shop.Adds"},
        Report{"catch.txt", "REQUIRE( 1 + 1 == 3 )"}, Report{"jest.txt", "● shop › adds"},
        Report{"mocha_spec.txt",
               "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:"},
        Report{"spec_node20.txt", "✖ adds"},
        Report{"tap_node20.txt", "Expected values to be strictly equal:"},
        Report{"tap_tape_out.txt", "Error: should be deeply equivalent"},
        Report{"vitest_err.txt", "FAIL  vt/shop.test.mjs > shop > adds"},
        Report{"jasmine.txt", "Expected 7 to be 6."},
        Report{"asan.txt", "ERROR: AddressSanitizer: heap-use-after-free on address"},
        Report{"ubsan.txt", "runtime error: signed integer overflow:"},
        Report{"lsan.txt", "Direct leak of 40 byte(s) in 1 object(s) allocated from:"},
        Report{"valgrind.txt", "Invalid read of size 4"},
        Report{"node_assert.txt",
               "AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:"},
        Report{"traceback_chain.txt", "ValueError: bad"},
        Report{"tsan.txt", "WARNING: ThreadSanitizer: data race"},
        Report{"gcc.txt", "error: ‘b’ was not declared in this scope"}),
    [](const auto& report) {
      std::string name = report.param.file;
      return name.substr(0, name.find('.'));
    });

TEST(FailureText, IsNeverATestsNameThatAPassingVerboseRunPrintsToo) {
  const std::string failing = "test_a (test_x.T) ... FAIL\n\n" + std::string(70, '=') +
                              "\nFAIL: test_a (test_x.T)\n" + std::string(70, '-') +
                              "\nTraceback (most recent call last):\n"
                              "  File \"/workspace/test_x.py\", line 5, in test_a\n"
                              "    self.assertEqual(1, 2)\nAssertionError: 1 != 2\n\n" +
                              std::string(70, '-') +
                              "\nRan 1 test in 0.001s\n\nFAILED (failures=1)\n";

  EXPECT_EQ(TextOf({failing}), "FAIL: test_a (test_x.T)");
}

TEST(FailureText, LeavesOutTimesAddressesAndProcessIds) {
  EXPECT_EQ(TextOf({"✖ adds (1.875795ms)\n  AssertionError: no\nℹ tests 1\n"}), "✖ adds");
  EXPECT_EQ(TextOf({"Traceback (most recent call last):\n  File \"/workspace/a.py\", line 3, in f\n"
                    "    g()\nRuntimeError: lost worker 48213 of 0x7f1234 after 1.52 s\n"}),
            "RuntimeError: lost worker");
}

std::string TracebackOf(const std::string& error) {
  return "Traceback (most recent call last):\n  File \"/workspace/a.py\", line 3, in f\n    g()\n" +
         error + "\n";
}

TEST(FailureText, IsWhatAllFailingRunsHaveInCommon) {
  EXPECT_EQ(TextOf({TracebackOf("KeyError: 'left'"), TracebackOf("KeyError: 'right'")}),
            "KeyError");
}

TEST(FailureText, IsNothingThatACleanRunPrintedToo) {
  const std::string logged = TracebackOf("KeyError: 'left'");

  EXPECT_EQ(TextOf({logged}, {"retried\n" + logged}), "");
}

TEST(FailureText, IsEmptyWhenRunsFailInDifferentWays) {
  EXPECT_EQ(TextOf({TracebackOf("KeyError: 'x'"), TracebackOf("IndexError: 3")}), "");
  EXPECT_EQ(TextOf({"boom\n"}), "");
}

TEST(FailureText, IsAResultsNumberOnlyWhereNothingElseIsSaid) {
  EXPECT_EQ(TextOf({"TAP version 13\nok 1 - starts\nnot ok 2 - stops\n1..2\n"}),
            "not ok 2 - stops");
}

}  // namespace
}  // namespace inquest::investigators
