// Each hunk of a patch is needed, or the patch is refused: what runs without one of them tell.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

class VerifyHunks : public testing::Test {
 protected:
  VerifyHunks() {
    brief_.reproduction.emplace();
    brief_.reproduction->set_failures(5);
    brief_.reproduction->set_runs(5);
    brief_.reproduction->set_rate_lower(1);
    brief_.reproduction->mutable_recipe()->set_shell_command("./trigger");
    brief_.target.set_build_command("make");
    brief_.fix.emplace().set_patch_digest("patch");
    brief_.candidates_entered_verify = 1;
  }

  // Why the patch of two hunks is refused; nothing: both are found to be needed.
  std::optional<std::string> Refused() {
    std::vector<Observed> so_far;
    while (true) {
      const Action action = Verify(brief_, so_far);
      const Want* want = std::get_if<Want>(&action);
      if (want == nullptr) return std::get<Settle>(action).settled.reason();
      for (const v1::Effect& effect : want->effects) {
        const auto observation = Answer(effect);
        if (observation == nullptr) return std::nullopt;
        so_far.push_back({effect.key(), 1, std::make_shared<v1::Effect>(effect), observation});
      }
    }
  }

  v1::RunOutcome without_second_;

 private:
  std::shared_ptr<v1::Observation> Answer(const v1::Effect& effect) const {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.key() == "split") {
      observation->mutable_analysis()->add_without_hunk("second alone");
      observation->mutable_analysis()->add_without_hunk("first alone");
      return observation;
    }
    if (!effect.has_run()) return nullptr;
    const auto& patches = effect.run().patches();
    const bool fixed = patches.size() == 1 && patches[0].digest() == "patch";
    *observation->mutable_run() =
        fixed ? Ran(v1::ORACLE_ANSWER_CLEAN) : Ran(v1::ORACLE_ANSWER_BUG_SHOWS);
    if (patches.size() == 1 && patches[0].digest() == "first alone") {
      *observation->mutable_run() = without_second_;
    }
    return observation;
  }

 protected:
  static v1::RunOutcome Ran(v1::OracleAnswer answer, const std::string& phase = "test") {
    v1::RunOutcome run;
    run.set_oracle_answer(answer);
    v1::PhaseOutcome& last = *run.add_phases();
    last.set_name(phase);
    last.set_ending(v1::ENDING_EXITED);
    last.set_exit_code(answer == v1::ORACLE_ANSWER_CLEAN ? 0 : 1);
    return run;
  }

 private:
  Brief brief_;
};

TEST_F(VerifyHunks, AreNeededWhereTheBugShowsWithoutThem) {
  without_second_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS);
  EXPECT_EQ(Refused(), std::nullopt);
}

TEST_F(VerifyHunks, AreNotNeededWhereItDoesNot) {
  without_second_ = Ran(v1::ORACLE_ANSWER_CLEAN);
  EXPECT_EQ(Refused(), "HUNK_NOT_NEEDED");
}

TEST_F(VerifyHunks, AreNeededWhereTheTargetDoesNotBuildWithoutThem) {
  without_second_ = Ran(v1::ORACLE_ANSWER_BUG_SHOWS, "build");
  EXPECT_EQ(Refused(), std::nullopt);
}

TEST_F(VerifyHunks, AreNotProvenNeededByARunThatWasLost) {
  without_second_.set_problem(v1::RunOutcome::PROBLEM_LOST);
  EXPECT_EQ(Refused(), "RUN_LOST");
}

}  // namespace
}  // namespace inquest::steps
