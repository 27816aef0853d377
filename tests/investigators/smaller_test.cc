// The builtin investigator makes inputs smaller. The runs are played: a predicate says of a changed
// tree whether the bug shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/formats/run_output.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/investigators/builtin.h"
#include "runtime/investigators/failure_text.h"
#include "runtime/investigators/trigger_inputs.h"
#include "runtime/store/memory.h"
#include "tests/investigators/target_files.h"

namespace inquest::investigators {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string Lines(int count, const std::map<int, std::string>& special) {
  std::string text;
  for (int i = 1; i <= count; ++i) {
    const auto it = special.find(i);
    text += (it == special.end() ? "plain " + std::to_string(i) : it->second) + "\n";
  }
  return text;
}

constexpr const char* kTraceback =
    "Traceback (most recent call last):\n"
    "  File \"/workspace/report.py\", line 4, in <module>\n    main()\n"
    "  File \"/workspace/readings/rates.py\", line 17, in rates\n    return 1 / x\n"
    "ZeroDivisionError: division by zero\n";

v1::RunReading ReadingOf(const std::string& output) {
  v1::PhaseOutcome phase;
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(1);
  phase.mutable_stdout()->set_digest("out");
  return formats::ReadOutput(output, "", phase);
}

std::string PatternOf(const std::string& failing, std::vector<std::string> clean = {}) {
  return FailurePattern(ReadingOf(failing), {.failing = {failing}, .clean = std::move(clean)});
}

bool Matches(const std::string& pattern, const std::string& output) {
  return RE2::PartialMatch(output, "(?m)" + pattern);
}

class OfferSmaller : public testing::Test {
 protected:
  void Observe(Files files, const std::string& command, const std::string& output) {
    files_ = std::move(files);
    brief_.step = v1::STEP_REPRODUCE;
    brief_.target.set_test_command(command);
    brief_.acquired.set_tree_digest(PutTree(files_, artifacts_));
    brief_.acquired.set_language("python");
    v1::RunOfEffect& run = *brief_.symptom.emplace().add_runs();
    run.set_effect_id(7);
    v1::PhaseOutcome& phase = *run.mutable_outcome()->add_phases();
    phase.set_ending(v1::ENDING_EXITED);
    phase.set_exit_code(1);
    phase.mutable_stdout()->set_digest(Put(output));
    *brief_.symptom->add_readings() = ReadingOf(output);
    brief_.symptom->mutable_readings(0)->set_effect_id(7);
  }

  std::string Put(const std::string& bytes) {
    return artifacts_.Put(bytes, "text/plain")->digest();
  }

  v1::Submission Ask(const v1::Survey& survey) {
    v1::AskWork ask;
    *ask.mutable_survey() = survey;
    auto submission = builtin_.Answer(brief_, ask, std::stop_token());
    EXPECT_TRUE(submission.ok()) << submission.status().ToString();
    return submission.ok() ? *submission : v1::Submission();
  }

  Files Changed(const std::string& patch_digest) {
    const auto patch = formats::ParsePatch(*artifacts_.ReadAll(patch_digest));
    EXPECT_TRUE(patch.ok()) << patch.status().ToString();
    Files files = files_;
    const auto changed = formats::ApplyPatch(
        *patch, [&](const std::string& path) -> Result<std::optional<std::string>> {
          const auto file = files.find(path);
          if (file == files.end()) return std::optional<std::string>();
          return std::optional(file->second);
        });
    EXPECT_TRUE(changed.ok()) << changed.status().ToString();
    for (const formats::PatchedFile& file : *changed) files[file.path] = *file.text;
    return files;
  }

  // The files with which the bug shows in the end.
  Files Minimise(const std::function<bool(const Files&)>& shows) {
    v1::Survey survey;
    Files smallest = files_;
    double cost = 1e9;
    for (int round = 0; round < 200; ++round) {
      last_ = Ask(survey);
      if (last_.survey().empty()) return smallest;
      survey.set_rounds(survey.rounds() + 1);
      for (const v1::Candidate& change : last_.survey()) {
        Files files = Changed(change.patch_digest());
        if (!shows(files)) continue;
        *survey.add_passed() = change;
        commands_[change.description()] = last_.recipe().shell_command();
        if (change.cost() >= cost) continue;
        cost = change.cost();
        smallest = std::move(files);
      }
    }
    ADD_FAILURE() << "it does not end";
    return smallest;
  }

  store::MemoryStore artifacts_;
  Builtin builtin_{artifacts_};
  steps::Brief brief_;
  Files files_;
  v1::Submission last_;
  std::map<std::string, std::string> commands_;  // by what was made smaller
};

TEST_F(OfferSmaller, LeavesTheTwoLinesOfALongFileAndOfThoseWhatMatters) {
  Observe(
      {{"report.py", "main()\n"}, {"station.txt", Lines(300, {{40, "x=0 y=1"}, {250, "x=0 y=2"}})}},
      "python3 report.py station.txt", kTraceback);

  const Files smallest = Minimise([](const Files& files) {
    const std::string& text = files.at("station.txt");
    const auto first = text.find("x=0");
    return first != text.npos && text.find("x=0", first + 1) != text.npos;
  });

  EXPECT_EQ(smallest.at("station.txt"), "x=0x=0");
  EXPECT_EQ(smallest.at("report.py"), "main()\n");
}

TEST_F(OfferSmaller, AsksForTheSameFailureAtTheSamePlace) {
  Observe({{"report.py", "main()\n"}, {"station.txt", Lines(300, {})}},
          "python3 report.py station.txt", kTraceback);

  const v1::Recipe recipe = Ask({}).recipe();

  EXPECT_FALSE(recipe.oracle().any_failure());
  EXPECT_TRUE(Matches(recipe.oracle().output_matches(), kTraceback));
  EXPECT_EQ(recipe.shell_command(), "python3 report.py station.txt");
}

TEST_F(OfferSmaller, LeavesTheStatementsOfATestThatTheFailureNeeds) {
  std::string body;
  for (int i = 0; i < 12; ++i) body += "        value" + std::to_string(i) + " = " + "1\n";
  const std::string test = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n" +
                           body + "        rates(value7)\n    def test_b(self):\n        pass\n";
  Observe({{"tests/test_rates.py", test}}, "python3 -m unittest",
          "======================================================================\n"
          "ERROR: test_a (tests.test_rates.T.test_a)\n"
          "----------------------------------------------------------------------\n"
          "Traceback (most recent call last):\n"
          "  File \"/workspace/tests/test_rates.py\", line 16, in test_a\n    rates(value7)\n"
          "  File \"/workspace/readings/rates.py\", line 17, in rates\n    return 1 / x\n"
          "ZeroDivisionError: division by zero\n\n"
          "----------------------------------------------------------------------\n"
          "Ran 2 tests in 0.001s\n\nFAILED (errors=1)\n");

  const Files smallest = Minimise([](const Files& files) {
    const std::string& text = files.at("tests/test_rates.py");
    return text.find("value7 = ") != text.npos && text.find("rates(value7)") != text.npos;
  });

  EXPECT_EQ(smallest.at("tests/test_rates.py"),
            "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n"
            "        value7 = 1\n        rates(value7)\n    def test_b(self):\n        pass\n");
}

TEST_F(OfferSmaller, LeavesTheArgumentsThatTheFailureNeeds) {
  Observe({{"report.py", "main()\n"}}, "python3 report.py --a 1 --b 2 --zero --c 3 --d 4 --e 5",
          kTraceback);

  const Files smallest = Minimise([](const Files& files) {
    const auto trigger = files.find(kTriggerFile);
    return trigger != files.end() && trigger->second.find(" report.py") != std::string::npos &&
           trigger->second.find(" --zero") != std::string::npos;
  });

  EXPECT_EQ(smallest.at(kTriggerFile), "python3 report.py --zero\n");
  EXPECT_THAT(commands_["the arguments of the trigger"], HasSubstr(kTriggerFile));
}

TEST_F(OfferSmaller, HasNothingForAShortFile) {
  Observe({{"report.py", "main()\n"}, {"station.txt", Lines(12, {})}},
          "python3 report.py station.txt", kTraceback);

  EXPECT_THAT(Ask({}).survey(), IsEmpty());
}

TEST_F(OfferSmaller, HasNothingWhereTheOracleIsOfThisInputOnly) {
  Observe({{"report.py", "main()\n"}, {"station.txt", Lines(300, {})}},
          "python3 report.py station.txt", kTraceback);
  brief_.target.mutable_oracle()->set_expected_stdout_digest(Put("42\n"));

  EXPECT_FALSE(Ask({}).nothing_because().empty());
}

TEST(FailurePattern, IsTheKindBesideItsPlaceInTheTarget) {
  const std::string pattern = PatternOf(kTraceback);

  EXPECT_TRUE(Matches(pattern, kTraceback));
  EXPECT_FALSE(Matches(pattern,
                       "  File \"/workspace/readings/rates.py\", line 170, in rates\n"
                       "ZeroDivisionError: division by zero\n"));
  EXPECT_FALSE(Matches(pattern,
                       "  File \"/workspace/readings/rates.py\", line 17, in rates\n"
                       "TypeError: bad operand\n"));
}

TEST(FailurePattern, IsWhatAFailingTestSaysToTheLetter) {
  const std::string output =
      "======================================================================\n"
      "FAIL: test_a (tests.test_x.T.test_a)\n"
      "----------------------------------------------------------------------\n"
      "Traceback (most recent call last):\n"
      "  File \"/workspace/tests/test_x.py\", line 9, in test_a\n"
      "    self.assertEqual(total(), 18)\n"
      "AssertionError: 17 != 18\n\n"
      "----------------------------------------------------------------------\n"
      "Ran 1 test in 0.001s\n\nFAILED (failures=1)\n";
  const std::string pattern = PatternOf(output);

  ASSERT_NE(pattern, "");
  EXPECT_TRUE(Matches(pattern, output));
  EXPECT_FALSE(Matches(pattern, "AssertionError: 0 != 18\n"));
}

TEST(FailurePattern, IsNothingThatACleanRunPrintsToo) {
  EXPECT_EQ(PatternOf(kTraceback, {kTraceback}), "");
}

TEST(TriggerInputs, CutsWordsAndCharactersOfOneOrMoreBytes) {
  EXPECT_EQ(Cut("ab, c\n", Grain::kWords).size(), 5U);
  EXPECT_EQ(Cut("aé€", Grain::kCharacters).size(), 3U);
  EXPECT_EQ(Cut("a\nb", Grain::kLines).size(), 2U);
  EXPECT_THAT(Cut("", Grain::kLines), IsEmpty());
}

TEST(TriggerInputs, KeepsWhatIsNoPiece) {
  EXPECT_EQ(Assemble("head a b tail", {{5, 7}, {7, 9}}, {1}), "head b tail");
}

TEST(TriggerInputs, HasNoWordsOfACommandThatIsMoreThanWords) {
  EXPECT_EQ(WordsOfCommand("a  b c").size(), 3U);
  EXPECT_THAT(WordsOfCommand("a 'b c'"), IsEmpty());
  EXPECT_THAT(WordsOfCommand("a | b"), IsEmpty());
}

}  // namespace
}  // namespace inquest::investigators
