// Reproduce makes inputs smaller: investigator and sandbox are played.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Change i of round r makes the input 1000 - 100 r - i bytes long.
std::string Change(int round, int i) {
  const std::string name = std::to_string(round) + std::to_string(i);
  return std::string(64 - name.size(), 'c') + name;
}

class MakeSmaller : public testing::Test {
 protected:
  MakeSmaller() {
    brief_.step = v1::STEP_REPRODUCE;
    brief_.target.set_test_command("./run data.txt");
    brief_.symptom.emplace().mutable_typical_wall_time()->set_nanos(50'000'000);
    brief_.wall_limit_seconds = 600;
  }

  v1::StepSettled Finish() {
    for (int turn = 0; turn < 1000; ++turn) {
      const Action action = Reproduce(brief_, seen_);
      if (const Settle* settle = std::get_if<Settle>(&action)) return settle->settled;
      for (const v1::Effect& effect : std::get<Want>(action).effects) {
        if (!started_.insert(effect.key()).second) continue;
        auto observation = std::make_shared<v1::Observation>();
        Do(effect, *observation);
        seen_.push_back({effect.key(), static_cast<std::int64_t>(started_.size()),
                         std::make_shared<v1::Effect>(effect), observation});
      }
    }
    ADD_FAILURE() << "it does not settle";
    return {};
  }

  void Do(const v1::Effect& effect, v1::Observation& observation) {
    if (effect.has_ask()) return Answer(effect.ask(), observation);
    v1::RunOutcome& outcome = *observation.mutable_run();
    outcome.mutable_setup_time()->set_nanos(setup_nanos_);
    for (const v1::Phase& phase : effect.run().phases()) {
      outcome.add_phases()->set_name(phase.name());
      outcome.mutable_phases()->rbegin()->set_ending(v1::ENDING_EXITED);
      outcome.mutable_phases()->rbegin()->mutable_wall_time()->set_seconds(run_seconds_);
    }
    if (effect.run().has_trial_plan()) {
      const auto& trials = effect.run().trial_plan().trials();
      for (int i = 0; i < trials.size(); ++i) {
        v1::TrialOutcome& trial = *outcome.add_trials();
        trial.set_trial(i);
        trial.set_runs(1);
        trial.set_result(shows_.contains(trials[i].patches(0).digest())
                             ? v1::TrialOutcome::RESULT_BUG_SHOWED
                             : other_);
      }
      return;
    }
    const bool changed = !effect.run().patches().empty();
    const bool shows = changed ? shows_alone_(effect) : runs_++ % shows_one_in_ == 0;
    outcome.set_oracle_answer(shows ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
    v1::CollectedFile& kept = *outcome.add_collected();
    kept.set_path("inputs/0");
    kept.mutable_artifact()->set_digest(changed ? effect.run().patches(0).digest() : "before");
    kept.mutable_artifact()->set_size_bytes(changed ? 12 : 1000);
  }

  void Answer(const v1::AskWork& ask, v1::Observation& observation) {
    if (ask.has_survey() && ask_fails_) {
      observation.mutable_failure()->set_reason("INVESTIGATOR_AWAY");
      return;
    }
    v1::Submission& submission = *observation.mutable_submission();
    submission.mutable_recipe()->set_shell_command(ask.has_survey() ? "./run smaller" : "./run");
    submission.mutable_recipe()->mutable_oracle()->set_output_contains("the failure");
    submission.mutable_recipe()->mutable_time_limit()->set_seconds(10);
    if (!ask.has_survey()) return;
    surveys_.push_back(ask.survey());
    if (ask.survey().rounds() >= rounds_) return;
    for (int i = 0; i < 10; ++i) {
      v1::Candidate& change = *submission.add_survey();
      change.set_patch_digest(Change(ask.survey().rounds(), i));
      change.set_description("the data");
      change.mutable_location()->set_path("data.txt");
      change.set_cost(1000 - 100 * ask.survey().rounds() - i);
    }
  }

  Brief brief_;
  int rounds_ = 2;
  int shows_one_in_ = 1;
  int runs_ = 0;
  int setup_nanos_ = 100'000'000;
  int run_seconds_ = 0;
  bool ask_fails_ = false;
  v1::TrialOutcome::Result other_ = v1::TrialOutcome::RESULT_FAILED_OTHERWISE;
  std::set<std::string> shows_ = {Change(0, 3), Change(1, 2), Change(1, 5)};
  std::function<bool(const v1::Effect&)> shows_alone_ = [](const v1::Effect&) { return true; };
  std::vector<v1::Survey> surveys_;
  std::set<std::string> started_;
  std::vector<Observed> seen_;
};

TEST_F(MakeSmaller, RecordsTheSmallestInputThatShowsTheBugByItself) {
  const v1::StepSettled settled = Finish();

  EXPECT_EQ(settled.settlement(), v1::SETTLEMENT_DONE);
  ASSERT_THAT(settled.reproduction().minimised(), SizeIs(1));
  const v1::Minimised& input = settled.reproduction().minimised(0);
  EXPECT_EQ(input.what(), "the data");
  EXPECT_EQ(input.original_digest(), "before");
  EXPECT_EQ(input.original_bytes(), 1000);
  EXPECT_EQ(input.minimal_digest(), Change(1, 5));
  EXPECT_EQ(input.minimal_bytes(), 12);
  EXPECT_EQ(input.runs(), 24);
  EXPECT_EQ(settled.reproduction().recipe().shell_command(), "./run");
}

TEST_F(MakeSmaller, TellsTheInvestigatorOnlyWhatFailedAsTheBugDoes) {
  Finish();

  ASSERT_THAT(surveys_, SizeIs(3));
  EXPECT_THAT(surveys_[1].passed(), SizeIs(1));
  EXPECT_EQ(surveys_[2].passed_size(), 3);
  EXPECT_EQ(surveys_[2].tried(), 20);
}

TEST_F(MakeSmaller, RecordsNothingThatDoesNotShowItUnderTheReproductionsOwnOracle) {
  shows_alone_ = [](const v1::Effect& effect) {
    return effect.key().find("own") == std::string::npos;
  };

  EXPECT_THAT(Finish().reproduction().minimised(), IsEmpty());
}

TEST_F(MakeSmaller, RecordsNothingWhereEveryChangeFailsOtherwise) {
  shows_.clear();

  const v1::StepSettled settled = Finish();

  EXPECT_EQ(settled.settlement(), v1::SETTLEMENT_DONE);
  EXPECT_THAT(settled.reproduction().minimised(), IsEmpty());
}

TEST_F(MakeSmaller, AFailingInvestigatorLeavesTheReproductionAsItStands) {
  ask_fails_ = true;

  const v1::StepSettled settled = Finish();

  EXPECT_EQ(settled.settlement(), v1::SETTLEMENT_DONE);
  EXPECT_EQ(settled.reproduction().runs(), 10);
}

TEST_F(MakeSmaller, IsNotTriedWhereTheBudgetIsShort) {
  brief_.wall_limit_seconds = 45;
  Finish();
  EXPECT_THAT(surveys_, IsEmpty());
}

TEST_F(MakeSmaller, IsNotTriedWhereARunTakesLongByNow) {
  run_seconds_ = 4;
  Finish();
  EXPECT_THAT(surveys_, IsEmpty());
}

TEST_F(MakeSmaller, EndsWithWhatItHasWhenItsTimeIsOver) {
  rounds_ = 50;
  setup_nanos_ = 900'000'000;
  brief_.wall_limit_seconds = 100;

  const v1::StepSettled settled = Finish();

  EXPECT_LT(surveys_.size(), 15U);
  EXPECT_THAT(settled.reproduction().minimised(), SizeIs(1));
}

TEST_F(MakeSmaller, RepeatsAChangeOfAFlakyBugUntilItHadItsChance) {
  shows_one_in_ = 3;

  Finish();

  const auto batch = std::find_if(seen_.begin(), seen_.end(), [](const Observed& one) {
    return one.effect->run().has_trial_plan();
  });
  ASSERT_NE(batch, seen_.end());
  EXPECT_GE(batch->effect->run().trial_plan().runs(), 10);
}

}  // namespace
}  // namespace inquest::steps
