#include "steps/verify/choices.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace inquest::steps {
namespace {

class Choices : public testing::Test {
 protected:
  Choices() {
    brief_.acquired.set_inputs_instrument("python-inputs");
    brief_.reproduction.emplace().mutable_recipe()->set_shell_command("run the test");
    brief_.symptom.emplace();
    brief_.fix.emplace().set_patch_digest("fix");
  }

  // Answers whatever is wanted until nothing is.
  ChoicesTried Finish() {
    while (true) {
      ChoicesTried tried = TryChoices(brief_, Results(seen_), 3);
      if (!tried.want.has_value()) return tried;
      EXPECT_FALSE(tried.want->effects.empty());
      for (const v1::Effect& effect : tried.want->effects) Answer(effect);
    }
  }

  void Answer(const v1::Effect& effect) {
    wanted_.push_back(effect.key());
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_run()) {
      const std::string& patch = effect.run().patches(0).digest();
      if (lost_ == patch) {
        observation->mutable_run()->set_problem(v1::RunOutcome::PROBLEM_LOST);
      }
      v1::PhaseOutcome& phase = *observation->mutable_run()->add_phases();
      if (unbuildable_ == patch) phase.set_name("build");
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(fails_.contains(patch) ? 1 : 0);
      observation->mutable_run()->set_oracle_answer(
          fails_.contains(patch) ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
    } else if (effect.analyse().has_make_conditions_constant()) {
      for (const bool always : {true, false}) {
        v1::ConstantCondition& one = *observation->mutable_analysis()->add_constant_conditions();
        one.set_patch_digest(always ? "always" : "never");
        one.set_condition("n < 1");
        one.set_always(always);
      }
    } else {
      for (int i = 0; i < effect.analyse().compare_answers().others_size(); ++i) {
        v1::AnswerComparison& compared = *observation->mutable_analysis()->add_comparisons();
        compared.set_inputs(20);
        compared.set_differing(differing_);
      }
    }
    seen_.push_back({effect.key(), 0, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  std::vector<Observed> seen_;
  std::vector<std::string> wanted_;
  std::set<std::string> fails_;  // patches with which the trigger fails
  std::string lost_;             // whose runs are lost
  std::string unbuildable_;      // that does not build
  int differing_ = 0;
};

TEST_F(Choices, AreNotToldByARunThatWasLost) {
  fails_ = {"always"};
  lost_ = "never";

  const ChoicesTried tried = Finish();

  EXPECT_TRUE(tried.unusable.has_value());
  EXPECT_FALSE(tried.question.has_value());
}

TEST_F(Choices, ThatCannotBeHeldAreNotCounted) {
  brief_.target.set_build_command("make");
  fails_ = {"always", "never"};
  unbuildable_ = "never";

  const ChoicesTried tried = Finish();

  EXPECT_FALSE(tried.unusable.has_value());
  EXPECT_EQ(tried.conditions, 1);
}

TEST_F(Choices, ThatMatterToTheTriggerAreTold) {
  fails_ = {"always", "never"};

  const ChoicesTried tried = Finish();

  EXPECT_FALSE(tried.question.has_value());
  EXPECT_EQ(tried.conditions, 2);
  EXPECT_EQ(wanted_.size(), 3U) << "one run each is enough of what fails";
}

TEST_F(Choices, ThatDecideNothingAnyMoreAreAQuestion) {
  fails_ = {"always"};

  const ChoicesTried tried = Finish();

  ASSERT_TRUE(tried.question.has_value());
  EXPECT_NE(tried.question->text().find("`n < 1`"), std::string::npos);
  EXPECT_NE(tried.question->text().find("is never true"), std::string::npos);
  ASSERT_EQ(tried.question->answers_size(), 1);
  EXPECT_EQ(tried.question->answers(0).patch_digest(), "fix");
}

TEST_F(Choices, ThatAnInputTellsAreTold) {
  fails_ = {"always"};
  differing_ = 1;

  EXPECT_FALSE(Finish().question.has_value());
}

TEST_F(Choices, ThatTheSuiteTellsAreTold) {
  fails_ = {"always"};
  brief_.target.set_suite_command("run all tests");
  // Nothing tells in the trigger's round; in the suite's the tree that never chooses fails.
  while (true) {
    ChoicesTried tried = TryChoices(brief_, Results(seen_), 3);
    if (!tried.want.has_value()) {
      EXPECT_FALSE(tried.question.has_value());
      return;
    }
    for (const v1::Effect& effect : tried.want->effects) {
      if (effect.key() == "inputs/suite/constant-1") fails_.insert("never");
      Answer(effect);
    }
  }
}

TEST_F(Choices, OfAPatchWithoutConditionsCostNoRun) {
  auto observation = std::make_shared<v1::Observation>();
  observation->mutable_analysis();
  seen_.push_back({"constant-conditions", 0, std::make_shared<v1::Effect>(), observation});

  const ChoicesTried tried = Finish();

  EXPECT_FALSE(tried.question.has_value());
  EXPECT_TRUE(wanted_.empty());
}

}  // namespace
}  // namespace inquest::steps
