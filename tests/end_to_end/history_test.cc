// Bugs whose past tells more than their present, and those that one change does not mend.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/end_to_end/buggy_target.h"

namespace inquest::tests {
namespace {

nlohmann::json Investigate(RuntimeUnderTest& runtime, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"investigate", "--source", runtime.target(), "--max-wall",
                                       "10m", "--output", "json"});
  const Finished finished = runtime.Inquest(arguments);
  auto result = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_FALSE(result.is_discarded()) << finished.out << finished.err;
  return result;
}

int Shell(const std::string& command) {
  return std::system(command.c_str());  // NOLINT(bugprone-command-processor,cert-env33-c)
}

TEST(Bisection, OfTheExampleNamesTheCommitThatBroughtTheBugFirst) {
  RuntimeUnderTest runtime;
  ASSERT_EQ(Shell("rm -rf " + runtime.target() +
                  " && python3 " INQUEST_SOURCE_DIR "/examples/python-history/build_history.py " +
                  runtime.target()),
            0);

  Investigate(runtime, {"--good", "v1", "--test",
                        "/usr/bin/python3 -m unittest tests.test_worklog.DurationTest"});
  runtime.KillDaemon();

  const auto states = runtime.FoldAll();
  ASSERT_EQ(states.size(), 1U);
  const machine::State& state = states.begin()->second;
  ASSERT_FALSE(state.brief.hypotheses.empty());
  const v1::Hypothesis& first = state.brief.hypotheses.front();
  EXPECT_EQ(first.location().path(), "worklog/duration.py");
  EXPECT_NE(first.mechanism().find("\"Parse durations with a regular expression\" brought it"),
            std::string::npos)
      << first.mechanism();
  for (const v1::Hypothesis& other : state.brief.hypotheses) {
    EXPECT_GE(first.score(), other.score());
  }
  int runs = 0;
  for (const steps::Observed& run : state.brief.explored) {
    runs += run.key.starts_with("bisect/") ? 1 : 0;
  }
  EXPECT_GE(runs, 10);
  EXPECT_LE(runs, 30);
}

TEST(SeveralPlaces, AFixOfTwoIsFoundWhereOneIsNotEnough) {
  RuntimeUnderTest runtime;
  runtime.Write("tally.py",
                "def count_long(words, length):\n"
                "    total = 1\n"
                "    for word in words:\n"
                "        if len(word) > length:\n"
                "            total += 1\n"
                "    return total\n"
                "\n"
                "\n"
                "def shortest(words):\n"
                "    best = words[0]\n"
                "    for word in words:\n"
                "        if len(word) > len(best):\n"
                "            best = word\n"
                "    return best\n");
  runtime.Write("test_tally.py",
                "import unittest\n"
                "from tally import count_long, shortest\n"
                "\n"
                "\n"
                "class TallyTest(unittest.TestCase):\n"
                "    def test_none(self):\n"
                "        self.assertEqual(count_long([], 3), 0)\n"
                "\n"
                "    def test_some(self):\n"
                "        self.assertEqual(count_long(['a', 'abcd', 'abcde', 'ab'], 2), 2)\n"
                "\n"
                "    def test_shortest(self):\n"
                "        self.assertEqual(shortest(['abc', 'ab', 'abcd', 'a', 'abc']), 'a')\n"
                "\n"
                "    def test_only(self):\n"
                "        self.assertEqual(shortest(['abc']), 'abc')\n");

  const auto result = Investigate(runtime, {"--test", "/usr/bin/python3 -m unittest -q"});

  ASSERT_TRUE(result["patch"].is_string()) << result.dump(2);
  const std::string patch = result["patch"];
  EXPECT_NE(patch.find("+    total = 0\n"), std::string::npos) << patch;
  EXPECT_NE(patch.find("-        if len(word) > len(best):\n"), std::string::npos) << patch;
}

}  // namespace
}  // namespace inquest::tests
