#include "runtime/investigators/builtin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runtime/formats/unified_diff.h"
#include "runtime/investigators/target_code.h"
#include "tests/investigators/builtin_fixture.h"

namespace inquest::investigators {
namespace {

const Files kGcd = {
    {"gcd.py", "def gcd(a, b):\n    if b == 0:\n        return a\n    return gcd(a % b, b)\n"},
    {"test_gcd.py",
     "import unittest\nfrom gcd import gcd\nclass T(unittest.TestCase):\n"
     "    def test_zero(self):\n        self.assertEqual(gcd(3, 0), 3)\n"
     "    def test_two(self):\n        self.assertEqual(gcd(4, 2), 2)\n"},
};

TEST_F(BuiltinTest, BlamesTheLineThatOnlyTheFailingTestRanFirst) {
  Observe(kGcd, kUnittest);

  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE);

  ASSERT_GE(submission.hypotheses_size(), 1);
  const v1::Hypothesis& first = submission.hypotheses(0);
  EXPECT_EQ(first.location().path(), "gcd.py");
  EXPECT_EQ(first.location().first_line(), 4);
  EXPECT_EQ(first.location().function(), "gcd");
  EXPECT_FALSE(first.mechanism().empty());
  EXPECT_EQ(first.prediction().if_true_size(), 3);
  EXPECT_EQ(first.prediction().if_false_size(), 1);
  for (const v1::Hypothesis& hypothesis : submission.hypotheses()) {
    EXPECT_EQ(hypothesis.location().path(), "gcd.py") << "a test is never blamed";
    ExpectCitationsResolve(hypothesis);
  }
}

TEST_F(BuiltinTest, TellsThisFailureFromOthersByTheLineThatAnnouncesIt) {
  Observe(kGcd, kUnittest);

  const v1::Submission submission = Ask(v1::STEP_REPRODUCE, v1::AskWork());

  EXPECT_EQ(submission.recipe().shell_command(), kUnittest);
  EXPECT_TRUE(submission.recipe().oracle().any_failure());
  EXPECT_EQ(submission.recipe().oracle().output_contains(),
            "ERROR: test_two (test_gcd.T.test_two)");
  EXPECT_GE(submission.recipe().time_limit().seconds(), 10);
}

TEST_F(BuiltinTest, FindsTheFixOfAWrongArgumentOrder) {
  Observe(kGcd, kUnittest);
  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE);
  ASSERT_TRUE(Test(submission.hypotheses(0)));

  const v1::Submission fix = Ask(v1::STEP_FIX);

  ASSERT_FALSE(fix.candidates().empty());
  EXPECT_EQ(fix.candidates(0).patch_digest(), brief_.judgement->effective_patches(0));
  EXPECT_NE(artifacts_.ReadAll(fix.candidates(0).patch_digest())->find("+    return gcd(b, a % b)"),
            std::string::npos);
}

TEST_F(BuiltinTest, SurveysTheLikeliestChangesAndBuildsOnThoseThatPassed) {
  Observe(kGcd, kUnittest);
  const v1::Submission asked = Ask(v1::STEP_HYPOTHESIZE, v1::AskWork());
  EXPECT_TRUE(asked.hypotheses().empty());
  v1::AskWork ask;
  for (const v1::Candidate& candidate : asked.survey()) {
    const std::string diff = *artifacts_.ReadAll(candidate.patch_digest());
    if (diff.find("+    return gcd(b, a % b)") == std::string::npos) continue;
    *ask.mutable_survey()->add_passed() = candidate;
  }
  ASSERT_EQ(ask.survey().passed_size(), 1) << "of " << asked.survey_size();
  ask.mutable_survey()->set_rounds(2);
  brief_.survey = ask.survey();

  const v1::Submission claims = Ask(v1::STEP_HYPOTHESIZE, ask);
  ASSERT_FALSE(claims.hypotheses().empty());
  EXPECT_EQ(claims.hypotheses(0).location().first_line(), 4);
  ASSERT_TRUE(Test(claims.hypotheses(0)));
  const v1::Submission fix = Ask(v1::STEP_FIX);

  ASSERT_FALSE(fix.candidates().empty());
  EXPECT_EQ(fix.candidates(0).patch_digest(), ask.survey().passed(0).patch_digest());
}

TEST_F(BuiltinTest, NeverRepeatsAPlaceOrARejectedPatch) {
  Observe(kGcd, kUnittest);
  const v1::Submission first = Ask(v1::STEP_HYPOTHESIZE);
  ASSERT_TRUE(Test(first.hypotheses(0)));
  const std::string patch = brief_.judgement->effective_patches(0);

  brief_.rejected_patches.push_back(patch);
  const v1::Submission fix = Ask(v1::STEP_FIX);
  for (const v1::Candidate& candidate : fix.candidates()) {
    EXPECT_NE(candidate.patch_digest(), patch);
  }

  for (const v1::Hypothesis& hypothesis : first.hypotheses()) {
    brief_.hypotheses.push_back(hypothesis);
  }
  const v1::Submission again = Ask(v1::STEP_HYPOTHESIZE);
  EXPECT_TRUE(again.hypotheses().empty());
  EXPECT_FALSE(again.nothing_because().empty());
}

TEST_F(BuiltinTest, AnswersTheSameToTheSameBrief) {
  Observe(kGcd, kUnittest);

  EXPECT_EQ(Ask(v1::STEP_HYPOTHESIZE).SerializeAsString(),
            Ask(v1::STEP_HYPOTHESIZE).SerializeAsString());
}

TEST_F(BuiltinTest, WithoutCoverageFallsBackToFramesAndThenToNamesThatTestsCall) {
  Observe(kGcd, kUnittest);
  brief_.symptom->clear_coverage_artifacts();

  const v1::Submission by_frames = Ask(v1::STEP_HYPOTHESIZE);
  brief_.symptom->clear_readings();
  const v1::Submission by_names = Ask(v1::STEP_HYPOTHESIZE);

  ASSERT_FALSE(by_frames.hypotheses().empty());
  EXPECT_EQ(by_frames.hypotheses(0).prediction().if_true_size(), 2);
  ASSERT_FALSE(by_names.hypotheses().empty());
  EXPECT_EQ(by_names.hypotheses(0).location().path(), "gcd.py");
  ExpectCitationsResolve(by_names.hypotheses(0));
}

// A program and a script that runs it once a test, and says what came of each.
const Files kScript = {
    {"sign.py", "import sys\nn = int(sys.argv[1])\nif n < 0:\n    print(1)\nelse:\n    print(n)\n"},
    {"check.sh",
     "for n in 3 -2 4; do\n  got=$(/usr/bin/python3 -B sign.py $n); want=${n#-}\n"
     "  if [ $got = $want ]; then echo ok t$n; else echo not ok t$n; echo \"# expected: $want\"; "
     "bad=1; fi\ndone\nexit ${bad:-0}\n"},
};

TEST_F(BuiltinTest, TellsTheProcessesOfAScriptApartByTheTestsThatItReports) {
  Observe(kScript, "sh check.sh");

  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE);

  ASSERT_FALSE(submission.hypotheses().empty());
  EXPECT_EQ(submission.hypotheses(0).location().first_line(), 4);
  EXPECT_THAT(submission.hypotheses(0).mechanism(),
              testing::HasSubstr("1 of 1 failing and 0 of 2 passing"));
}

TEST_F(BuiltinTest, KnowsWhatFailingTestsExpected) {
  Observe(kScript, "sh check.sh");

  EXPECT_EQ(ExpectedTexts(brief_), std::vector<std::string>{"2"});
}

TEST_F(BuiltinTest, SaysThatItKnowsNoLanguageOfTheTree) {
  Observe({{"main.txt", "x\n"}}, "false");
  brief_.acquired.clear_language();

  EXPECT_FALSE(Ask(v1::STEP_HYPOTHESIZE).nothing_because().empty());
}

TEST_F(BuiltinTest, OffersToTakeBackTheCommitThatWroteWhatTheFailingTestRan) {
  const std::string before =
      "def first(text):\n    for word in text.split():\n        if word[0] != \"#\":\n"
      "            return word\n    return None\n";
  const std::string now = "def first(text):\n    return text.split()[0]\n";
  Observe({{"first.py", now},
           {"test_first.py",
            "import unittest\nfrom first import first\nclass T(unittest.TestCase):\n"
            "    def test_mark(self):\n        self.assertEqual(first(\"#a b\"), \"b\")\n"}},
          kUnittest);
  v1::History history;
  v1::Commit& commit = *history.add_commits();
  commit.set_subject("Simplify first");
  commit.add_paths("first.py");
  commit.set_patch_digest(
      Put(formats::FormatPatch(formats::DiffTexts("first.py", before, now))).digest());
  brief_.acquired.set_history_digest(Put(history.SerializeAsString()).digest());

  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE, v1::AskWork());

  const auto revert =
      std::find_if(submission.survey().begin(), submission.survey().end(),
                   [](const v1::Candidate& candidate) { return candidate.origin() == "revert"; });
  ASSERT_NE(revert, submission.survey().end());
  EXPECT_EQ(revert->location().path(), "first.py");
  EXPECT_TRUE(PassesWith(revert->patch_digest()));
}

TEST_F(BuiltinTest, BlamesFirstWhatTheCommitWroteThatRunsOnThePastPointAt) {
  const std::string texts[] = {"def half(n):\n    return int(n) // 2\n",
                               "def half(n):\n    n = int(n)\n    return n // 2\n",
                               "def half(n):\n    n = int(n)\n    return n // 3\n",
                               "def half(n):\n    n = int(n)\n    n = abs(n)\n    return n // 3\n"};
  const std::string test =
      "import unittest\nfrom half import half\nclass T(unittest.TestCase):\n"
      "    def test_four(self):\n        self.assertEqual(half(\"4\"), 2)\n";
  Observe({{"half.py", texts[3]}, {"test_half.py", test}}, kUnittest);
  for (int i = 0; i < 2; ++i) brief_.symptom->add_runs();
  brief_.symptom->set_failing_runs(3);
  v1::History history;
  const auto add = [&](const std::string& subject, const std::string& path,
                       const std::string& before, const std::string& now) {
    v1::Commit& commit = *history.add_commits();
    commit.set_id(std::string(40, 'a'));
    commit.set_subject(subject);
    commit.add_paths(path);
    commit.set_patch_digest(
        Put(formats::FormatPatch(formats::DiffTexts(path, before, now))).digest());
  };
  add("Drop the sign", "half.py", texts[2], texts[3]);
  add("Divide by three", "half.py", texts[1], texts[2]);
  add("Test four", "test_half.py", test.substr(0, test.find("        self")) + "        pass\n",
      test);
  add("Take texts", "half.py", texts[0], texts[1]);
  brief_.acquired.set_history_digest(Put(history.SerializeAsString()).digest());
  brief_.target.set_good_revision("v1");

  const v1::Submission past = Ask(v1::STEP_HYPOTHESIZE, v1::AskWork());

  ASSERT_TRUE(past.has_recipe());
  auto answer = std::make_shared<v1::Observation>();
  *answer->mutable_submission() = past;
  brief_.explored.push_back({"ask/0", 999, std::make_shared<v1::Effect>(), answer});
  for (int i = 0; i < past.survey_size(); ++i) {
    const v1::Candidate& candidate = past.survey(i);
    EXPECT_EQ(candidate.origin(), "past-tree");
    auto run = std::make_shared<v1::Observation>();
    const bool passes = PassesWith(candidate.patch_digest());
    run->mutable_run()->set_oracle_answer(passes ? v1::ORACLE_ANSWER_CLEAN
                                                 : v1::ORACLE_ANSWER_BUG_SHOWS);
    v1::PhaseOutcome& phase = *run->mutable_run()->add_phases();
    phase.set_ending(v1::ENDING_EXITED);
    *phase.mutable_stderr() = Put(passes ? "OK\n" : "FAILED\n");
    for (int j = 0; j < 60; ++j) {
      brief_.explored.push_back({"bisect/" + std::to_string(i) + "/" + std::to_string(j),
                                 1000 * (i + 1) + j, std::make_shared<v1::Effect>(), run});
    }
  }
  ASSERT_GE(past.survey_size(), 3);
  const v1::Submission survey = Ask(v1::STEP_HYPOTHESIZE, v1::AskWork());
  const v1::Submission claims = Ask(v1::STEP_HYPOTHESIZE);

  ASSERT_FALSE(survey.survey().empty());
  EXPECT_NE(survey.survey(0).description().find("Divide by three"), std::string::npos)
      << survey.survey(0).description();
  ASSERT_FALSE(claims.hypotheses().empty());
  const v1::Hypothesis& first = claims.hypotheses(0);
  EXPECT_EQ(first.location().first_line(), 4);
  EXPECT_NE(first.mechanism().find("\"Divide by three\" brought it"), std::string::npos)
      << first.mechanism();
  EXPECT_NE(first.mechanism().find("(runs 1000, "), std::string::npos) << first.mechanism();
  ExpectCitationsResolve(first);
}

// What the trials would say: a change that a test is helped by has a line of its patch.
void PlayTrials(const v1::Submission& submission, store::ArtifactStore& artifacts,
                const std::map<std::string, std::string>& lines_by_test,
                std::vector<steps::Observed>& explored) {
  auto effect = std::make_shared<v1::Effect>();
  *effect->mutable_run()->mutable_oracle() = submission.recipe().oracle();
  auto observation = std::make_shared<v1::Observation>();
  for (int i = 0; i < submission.survey_size(); ++i) {
    const std::string& digest = submission.survey(i).patch_digest();
    effect->mutable_run()->mutable_trial_plan()->add_trials()->add_patches()->set_digest(digest);
    v1::TrialOutcome& outcome = *observation->mutable_run()->add_trials();
    outcome.set_trial(i);
    outcome.set_result(v1::TrialOutcome::RESULT_BUG_SHOWED);
    for (const auto& [test, line] : lines_by_test) {
      const std::string& text = submission.recipe().oracle().output_contains();
      if (text.find(test) == text.npos) continue;
      const bool helps = artifacts.ReadAll(digest)->find(line) != std::string::npos;
      if (helps) outcome.set_result(v1::TrialOutcome::RESULT_FAILED_OTHERWISE);
    }
  }
  explored.push_back({"survey", 1, std::move(effect), std::move(observation)});
}

TEST_F(BuiltinTest, TriesTogetherWhatHelpsDifferentTestsOnceNoSingleChangeDid) {
  Observe({{"tally.py",
            "def count(words):\n    total = 1\n    for word in words:\n        total += 1\n"
            "    return total\n\n\ndef least(a, b):\n    return a if a > b else b\n"},
           {"test_tally.py",
            "import unittest\nfrom tally import count, least\nclass T(unittest.TestCase):\n"
            "    def test_count(self):\n        self.assertEqual(count([]), 0)\n"
            "    def test_least(self):\n        self.assertEqual(least(1, 2), 1)\n"}},
          kUnittest);
  v1::AskWork ask;
  const auto play = [&](const v1::Submission& submission) {
    PlayTrials(submission, artifacts_,
               {{"test_count", "+    total = 0"}, {"test_least", "+    return a if a < b"}},
               brief_.explored);
    ask.mutable_survey()->set_rounds(ask.survey().rounds() + 1);
    ask.mutable_survey()->set_tried(ask.survey().tried() + submission.survey_size());
  };
  v1::Submission asked;
  for (int round = 0; round < 9; ++round) {
    asked = Ask(v1::STEP_HYPOTHESIZE, ask);
    if (asked.survey().empty() || asked.survey(0).origin() == "several-places") break;
    play(asked);
  }

  ASSERT_FALSE(asked.survey().empty());
  EXPECT_EQ(asked.survey(0).origin(), "several-places");
  EXPECT_TRUE(PassesWith(asked.survey(0).patch_digest()))
      << *artifacts_.ReadAll(asked.survey(0).patch_digest());
  play(asked);
  EXPECT_TRUE(Ask(v1::STEP_HYPOTHESIZE, ask).survey().empty()) << "they are asked for once";
}

TEST_F(BuiltinTest, SolvesTheExampleThatShips) {
  Observe(ReadFolder(fs::path(INQUEST_SOURCE_DIR) / "examples/python-billing"),
          "/usr/bin/python3 -B -m unittest discover -s tests -t .");
  const v1::Submission submission = Ask(v1::STEP_HYPOTHESIZE);

  const v1::Hypothesis* cause = nullptr;
  for (const v1::Hypothesis& hypothesis : submission.hypotheses()) {
    if (!Test(hypothesis)) continue;
    cause = &hypothesis;
    break;
  }

  ASSERT_NE(cause, nullptr);
  EXPECT_EQ(cause->location().path(), "billing/discount.py");
  const v1::Submission fix = Ask(v1::STEP_FIX);
  ASSERT_FALSE(fix.candidates().empty());
  EXPECT_NE(artifacts_.ReadAll(fix.candidates(0).patch_digest())
                ->find("+        if quantity >= smallest"),
            std::string::npos)
      << *artifacts_.ReadAll(fix.candidates(0).patch_digest());
}

}  // namespace
}  // namespace inquest::investigators
