#include "steps/hypothesize/contrasts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace inquest::steps {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Contrasts : public testing::Test {
 protected:
  Contrasts() {
    brief_.target.set_test_command("run it");
    brief_.acquired.set_coverage_instrument("python-coverage");
    brief_.symptom.emplace().mutable_typical_wall_time()->set_nanos(1'000'000);
  }

  void Change(double bytes, bool shows_bug) {
    v1::Candidate& input = *submission_.add_survey();
    input.set_origin(kChangedInput);
    input.set_patch_digest("input-" + std::to_string(submission_.survey_size() - 1));
    input.set_cost(bytes);
    shows_bug_.push_back(shows_bug);
  }

  // The keys of the covered runs that were wanted.
  std::vector<std::string> Finish() {
    std::vector<std::string> covered;
    v1::Survey survey;
    while (true) {
      const auto want = MakeContrasts(brief_, Results(seen_), submission_, survey);
      if (!want.has_value()) break;
      EXPECT_FALSE(want->effects.empty());
      for (const v1::Effect& effect : want->effects) {
        if (effect.key().starts_with(kContrastKey)) covered.push_back(effect.key());
        Answer(effect);
      }
    }
    EXPECT_GT(survey.effect_ids_size(), 0);
    EXPECT_EQ(survey.rounds(), 0) << "it is no survey of changes";
    return covered;
  }

 private:
  void Answer(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    v1::RunOutcome& run = *observation->mutable_run();
    for (int i = 0; i < effect.run().trial_plan().trials_size(); ++i) {
      const std::string& patch = effect.run().trial_plan().trials(i).patches(0).digest();
      v1::TrialOutcome& trial = *run.add_trials();
      trial.set_trial(i);
      trial.set_result(shows_bug_[std::stoul(patch.substr(patch.find('-') + 1))]
                           ? v1::TrialOutcome::RESULT_BUG_SHOWED
                           : v1::TrialOutcome::RESULT_PASSED);
    }
    if (effect.key().starts_with(kContrastKey)) {
      EXPECT_EQ(effect.run().instrument(), "python-coverage");
      EXPECT_TRUE(effect.run().has_oracle());
    }
    seen_.push_back({effect.key(), 1, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  v1::Submission submission_;
  std::vector<bool> shows_bug_;
  std::vector<Observed> seen_;
};

TEST_F(Contrasts, CoverTheLargestThatAreCleanAndTheSmallestThatFail) {
  for (const double bytes : {90, 80, 70, 60, 50, 40}) Change(bytes, false);
  for (const double bytes : {95, 30, 20, 10}) Change(bytes, true);

  EXPECT_THAT(Finish(), UnorderedElementsAre("contrast/0", "contrast/1", "contrast/2", "contrast/3",
                                             "contrast/9", "contrast/8"));
}

TEST_F(Contrasts, CoverNothingWhereNoInputIsClean) {
  for (const double bytes : {95, 30, 20, 10}) Change(bytes, true);

  EXPECT_THAT(Finish(), IsEmpty());
}

}  // namespace
}  // namespace inquest::steps
