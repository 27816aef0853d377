#include "steps/verify/rivals.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace inquest::steps {
namespace {

class Rivals : public testing::Test {
 protected:
  Rivals() {
    brief_.acquired.set_inputs_instrument("python-inputs");
    brief_.reproduction.emplace().mutable_recipe()->set_shell_command("run the test");
    brief_.symptom.emplace();
    brief_.fix.emplace().set_patch_digest("fix");
    Survive("fix", false);
  }

  void Survive(const std::string& digest, bool guard) {
    v1::Candidate& survivor = *brief_.fix->add_survivors();
    survivor.set_patch_digest(digest);
    survivor.set_description("patch " + digest);
    survivor.set_symptom_guard(guard);
  }

  // Answers whatever is wanted until nothing is; comparisons get `inputs` and `differing`.
  RivalsCompared Finish(int inputs, int differing) {
    while (true) {
      RivalsCompared compared = CompareRivals(brief_, Results(seen_));
      if (!compared.want.has_value()) return compared;
      EXPECT_FALSE(compared.want->effects.empty());
      for (const v1::Effect& effect : compared.want->effects) Answer(effect, inputs, differing);
    }
  }

  void Answer(const v1::Effect& effect, int inputs, int differing) {
    wanted_.push_back(effect.key());
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_run()) {
      EXPECT_EQ(effect.run().instrument(), "python-inputs");
      observation->mutable_run();
    } else {
      for (int i = 0; i < effect.analyse().compare_answers().others_size(); ++i) {
        v1::AnswerComparison& one = *observation->mutable_analysis()->add_comparisons();
        one.set_inputs(inputs);
        one.set_differing(differing);
        if (differing > 0) one.set_input("f(1)");
      }
    }
    seen_.push_back({effect.key(), 0, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  std::vector<Observed> seen_;
  std::vector<std::string> wanted_;
};

TEST_F(Rivals, OfASoleSurvivorAreNone) {
  const RivalsCompared compared = Finish(0, 0);

  EXPECT_EQ(compared.rivals, 0);
  EXPECT_FALSE(compared.question.has_value());
  EXPECT_TRUE(wanted_.empty()) << "nothing is run for it";
}

TEST_F(Rivals, ThatAnswerTheSameLeaveTheFixVerified) {
  Survive("other", false);

  const RivalsCompared compared = Finish(40, 0);

  EXPECT_EQ(compared.rivals, 1);
  EXPECT_EQ(compared.inputs, 40);
  EXPECT_FALSE(compared.question.has_value());
}

TEST_F(Rivals, ThatDifferAreAQuestionWithTheInput) {
  Survive("other", false);
  brief_.target.set_suite_command("run all tests");

  const RivalsCompared compared = Finish(40, 1);

  ASSERT_TRUE(compared.question.has_value());
  EXPECT_EQ(compared.question->input(), "f(1)");
  ASSERT_EQ(compared.question->answers_size(), 2);
  EXPECT_EQ(compared.question->answers(1).patch_digest(), "other");
  for (const std::string& key : wanted_) {
    EXPECT_EQ(key.find("suite"), std::string::npos) << "the trigger told them apart already";
  }
}

TEST_F(Rivals, ThatCannotBeComparedAreAQuestionToo) {
  Survive("other", false);

  EXPECT_TRUE(Finish(0, 0).question.has_value());
  brief_.acquired.clear_inputs_instrument();
  EXPECT_TRUE(CompareRivals(brief_, Results({})).question.has_value());
}

TEST_F(Rivals, AreNoGuardsUnlessTheFixIsOne) {
  Survive("guard", true);
  EXPECT_EQ(Finish(0, 0).rivals, 0);

  brief_.fix->mutable_survivors(0)->set_symptom_guard(true);
  EXPECT_EQ(Finish(5, 0).rivals, 1);
}

}  // namespace
}  // namespace inquest::steps
