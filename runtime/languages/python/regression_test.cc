#include "runtime/languages/python/regression_test.h"

namespace inquest::languages::python {
namespace {

constexpr const char* kHead = R"(# This command failed before it was fixed; it must not again.
import os
import subprocess
import unittest

)";

constexpr const char* kRun = R"(
    def test_trigger_does_not_fail(self):
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        done = subprocess.run(
            ["sh", "-c", TRIGGER],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out = done.stdout.decode(errors="replace")
        err = done.stderr.decode(errors="replace")
)";

constexpr const char* kCompare = R"(
        def lines(text):
            return [line.rstrip() for line in text.rstrip().splitlines()]

        self.assertEqual(lines(out), lines(EXPECTED), AGAIN)
)";

constexpr const char* kTail = R"(

if __name__ == "__main__":
    unittest.main()
)";

}  // namespace

RegressionTest WriteRegressionTest(const RecordedFailure& failure) {
  std::string text = kHead;
  text += "AGAIN = " + DoubleQuoted(kBugShowsAgain) + "\n";
  text += "TRIGGER = " + DoubleQuoted(TriggerWithin(failure)) + "\n";
  if (!failure.text.empty()) text += "FAILURE = " + DoubleQuoted(failure.text) + "\n";
  if (failure.compares_output) text += "EXPECTED = " + DoubleQuoted(failure.expected) + "\n";
  text += "\n\nclass RegressionTest(unittest.TestCase):";
  text += kRun;
  text += "        self.assertEqual(done.returncode, 0, AGAIN + \"\\n\" + out + err)\n";
  if (!failure.text.empty()) text += "        self.assertNotIn(FAILURE, out + err, AGAIN)\n";
  if (failure.compares_output) text += kCompare;
  text += kTail;
  const std::string path = "tests/test_regression_" + failure.name + ".py";
  return {path, std::move(text), InterpreterOf(failure.trigger, "python3") + " " + path};
}

}  // namespace inquest::languages::python
