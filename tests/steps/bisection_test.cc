// Bisections with a sandbox that is played here: which past trees run, and what is concluded.
#include "steps/hypothesize/bisection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "steps/hypothesize/gate.h"

namespace inquest::steps {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;
using End = Halved::End;

class BisectionOfAPast : public testing::Test {
 protected:
  BisectionOfAPast() {
    v1::Symptom& symptom = brief_.symptom.emplace();
    for (int i = 0; i < 3; ++i) symptom.add_runs();
    symptom.set_failing_runs(3);
    symptom.mutable_typical_wall_time()->set_nanos(100'000'000);
    brief_.target.set_build_command("make");
    brief_.target.set_test_command("run the test");
    submission_.mutable_recipe()->mutable_oracle()->set_output_contains("FAIL: it");
    answer_ = [](const std::string&) { return v1::ORACLE_ANSWER_CLEAN; };
  }

  // A state for each word, newest first, which has a patch for each of its letters.
  void Offer(const std::vector<std::string>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      for (const char letter : states[i]) {
        v1::Candidate& candidate = *submission_.add_survey();
        candidate.set_origin(kPastTree);
        candidate.set_description("state " + std::to_string(i));
        candidate.set_patch_digest(std::to_string(i) + letter);
      }
    }
    answer_ = [](const std::string& digest) {
      return digest.back() == 'b'   ? v1::ORACLE_ANSWER_BUG_SHOWS
             : digest.back() == 's' ? v1::ORACLE_ANSWER_OTHER_FAILURE
                                    : v1::ORACLE_ANSWER_CLEAN;
    };
  }

  Bisection Finish() {
    const FindRun find = [this](const std::string& key) { return Find(seen_, key); };
    for (int turn = 0; turn < 1000; ++turn) {
      const auto want = MakeBisection(brief_, Results(seen_), submission_, survey_);
      if (!want.has_value()) return ReadBisection(brief_, submission_, find);
      EXPECT_FALSE(want->effects.empty());
      const v1::Effect& effect = want->effects.front();
      EXPECT_THAT(effect.key(), StartsWith(kBisectKey));
      EXPECT_EQ(Find(seen_, effect.key()), nullptr);
      auto observation = std::make_shared<v1::Observation>();
      v1::PhaseOutcome& phase = *observation->mutable_run()->add_phases();
      phase.set_name("test");
      phase.set_ending(v1::ENDING_EXITED);
      phase.mutable_wall_time()->set_seconds(run_seconds_);
      observation->mutable_run()->set_oracle_answer(answer_(effect.run().patches(0).digest()));
      effects_.push_back(effect);
      seen_.push_back({effect.key(), static_cast<std::int64_t>(100 + seen_.size()),
                       std::make_shared<v1::Effect>(effect), observation});
    }
    ADD_FAILURE() << "it does not end";
    return {};
  }

  Brief brief_;
  v1::Submission submission_;
  v1::Survey survey_;
  std::function<v1::OracleAnswer(const std::string& digest)> answer_;
  int run_seconds_ = 0;
  std::vector<Observed> seen_;
  std::vector<v1::Effect> effects_;
};

TEST_F(BisectionOfAPast, FindsTheStateAndNamesItsRuns) {
  Offer({"b", "b", "b", "b", "b", "g", "g", "g", "g", "g", "g", "g"});

  const Bisection bisection = Finish();

  ASSERT_EQ(bisection.halved.end, End::kFound);
  EXPECT_EQ(bisection.halved.good, 5U);
  EXPECT_EQ(bisection.halved.first_suspect, 5U);
  // Seen in 3 of 3 runs it shows in 37 % or more, so that eleven clean ones are luck in 1 of 100.
  EXPECT_THAT(bisection.states[5].clean_runs, SizeIs(11));
  EXPECT_THAT(bisection.states[4].bad_runs, SizeIs(1));
  EXPECT_THAT(effects_, SizeIs(testing::Lt(17U)));
  EXPECT_EQ(static_cast<std::size_t>(survey_.effect_ids_size()), effects_.size());
}

TEST_F(BisectionOfAPast, RunsThePatchedTreeWithItsBuildAndTheOracle) {
  Offer({"g"});

  Finish();

  const v1::RunSpec& run = effects_.front().run();
  ASSERT_EQ(run.phases_size(), 2);
  EXPECT_EQ(run.phases(0).shell_command(), "make");
  EXPECT_EQ(run.phases(1).shell_command(), "run the test");
  EXPECT_EQ(run.oracle().output_contains(), "FAIL: it");
  EXPECT_EQ(run.patches(0).digest(), "0g");
}

TEST_F(BisectionOfAPast, WhereTodaysTestsFailOtherwiseTheOtherWayToMakeTheStateCounts) {
  Offer({"b", "b", "sb", "sg", "sg", "ss", "sg"});

  const Bisection bisection = Finish();

  ASSERT_EQ(bisection.halved.end, End::kFound);
  EXPECT_EQ(bisection.halved.good, 3U);
  EXPECT_EQ(bisection.halved.first_suspect, 3U);
}

TEST_F(BisectionOfAPast, AFlakyBugTakesEveryCleanStateForGoodOnlyWhenItIsSure) {
  brief_.symptom->set_failing_runs(2);
  Offer({"b", "b", "b", "g", "g", "g"});
  int run = 0;
  answer_ = [&](const std::string& digest) {
    const bool shows = digest.back() == 'b' && ++run % 3 == 0;
    return shows ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN;
  };

  const Bisection bisection = Finish();

  ASSERT_EQ(bisection.halved.end, End::kFound);
  EXPECT_EQ(bisection.halved.good, 3U);
  for (const PastState& state : bisection.states) {
    if (state.bad_runs.empty() && !state.clean_runs.empty()) {
      EXPECT_THAT(state.clean_runs, SizeIs(32));  // 2 of 3: 14 % or more
    }
  }
}

TEST_F(BisectionOfAPast, DoesNothingForABugThatIsTooRare) {
  for (int i = 0; i < 27; ++i) brief_.symptom->add_runs();
  brief_.symptom->set_failing_runs(1);
  Offer({"b", "g"});

  EXPECT_EQ(Finish().halved.end, End::kUnclear);
  EXPECT_THAT(effects_, IsEmpty());
}

TEST_F(BisectionOfAPast, EndsWithoutAClaimWhenItsTimeIsSpent) {
  brief_.wall_limit_seconds = 100;
  run_seconds_ = 10;
  Offer({"b", "b", "b", "g", "g", "g"});

  const Bisection bisection = Finish();

  EXPECT_TRUE(bisection.spent);
  EXPECT_NE(bisection.halved.end, End::kFound);
  EXPECT_THAT(effects_, SizeIs(Le(4U)));
}

TEST_F(BisectionOfAPast, SaysThatTheBugShowsAtTheGoodRevision) {
  Offer({"g", "g", "b"});

  EXPECT_EQ(Finish().halved.end, End::kShowsAtGood);
  EXPECT_THAT(effects_, SizeIs(1));
}

TEST_F(BisectionOfAPast, IsOfPastTreesAloneAndSaysHowTheBugShows) {
  Offer({"b", "g"});
  EXPECT_THAT(HypothesizeGate(brief_, submission_), IsEmpty());

  v1::Submission silent = submission_;
  silent.clear_recipe();
  EXPECT_THAT(HypothesizeGate(brief_, silent), SizeIs(1));
  submission_.mutable_survey(1)->set_origin("comparison");
  EXPECT_THAT(HypothesizeGate(brief_, submission_), SizeIs(1));
}

TEST_F(BisectionOfAPast, IsItByItsOrigin) {
  EXPECT_FALSE(IsBisection(submission_));
  submission_.add_survey()->set_origin("comparison");
  EXPECT_FALSE(IsBisection(submission_));
  submission_.mutable_survey(0)->set_origin(kPastTree);
  EXPECT_TRUE(IsBisection(submission_));
}

}  // namespace
}  // namespace inquest::steps
