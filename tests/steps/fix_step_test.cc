#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the investigator and the sandbox for one visit of fix.
class FixStep : public testing::Test {
 protected:
  FixStep() {
    brief_.step = v1::STEP_FIX;
    brief_.symptom.emplace().mutable_typical_wall_time()->set_seconds(1);
    brief_.reproduction.emplace().set_rate_lower(0.74);
    brief_.reproduction->mutable_recipe()->set_shell_command("run the test");
    brief_.active_hypothesis = "h1";
  }

  // A candidate whose digest is a letter repeated; it passes when `passes`.
  void Offer(char letter, bool passes, const std::string& hypothesis_id = "") {
    const std::string digest(64, letter);
    v1::Candidate& candidate = *submission_.add_candidates();
    candidate.set_patch_digest(digest);
    candidate.set_hypothesis_id(hypothesis_id);
    if (passes) passing_.insert(digest);
  }

  Settle Finish() {
    while (true) {
      Action action = Fix(brief_, seen_);
      if (auto* settle = std::get_if<Settle>(&action)) return std::move(*settle);
      for (const v1::Effect& effect : std::get<Want>(action).effects) Do(effect);
    }
  }

  void Do(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_ask()) {
      *observation->mutable_submission() = submission_;
    } else {
      ++runs_;
      v1::RunOutcome& run = *observation->mutable_run();
      const bool passes = passing_.contains(effect.run().patches(0).digest());
      run.set_oracle_answer(passes ? v1::ORACLE_ANSWER_CLEAN : v1::ORACLE_ANSWER_BUG_SHOWS);
      v1::PhaseOutcome& phase = *run.add_phases();
      phase.set_name("test");
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(passes ? 0 : 1);
    }
    seen_.push_back({effect.key(), 0, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  v1::Submission submission_;
  std::set<std::string> passing_;
  std::vector<Observed> seen_;
  int runs_ = 0;
};

TEST_F(FixStep, DeliversTheFirstSurvivorOfTheActiveHypothesisAndItsRivals) {
  Offer('a', false);
  Offer('b', true, "h2");
  Offer('c', true);
  Offer('d', true);

  const Settle settle = Finish();

  ASSERT_EQ(settle.settled.settlement(), v1::SETTLEMENT_DONE) << settle.settled.message();
  EXPECT_EQ(settle.settled.fix().patch_digest(), std::string(64, 'c'));
  EXPECT_EQ(settle.settled.fix().survivors_size(), 3);
}

TEST_F(FixStep, IsRefutedWhenOnlyRivalsSurvive) {
  Offer('a', false);
  Offer('b', true, "h2");

  EXPECT_EQ(Finish().settled.settlement(), v1::SETTLEMENT_REFUTED);
}

TEST_F(FixStep, LooksForRivalsOnlyAsLongAsTheTriggerAllows) {
  brief_.symptom->mutable_typical_wall_time()->set_seconds(3600);
  Offer('a', true);
  for (int i = 0; i < 100; ++i) Offer(static_cast<char>('b' + i % 20), false);

  EXPECT_EQ(Finish().settled.fix().survivors_size(), 1);
  EXPECT_LT(runs_, 30);
}

}  // namespace
}  // namespace inquest::steps
