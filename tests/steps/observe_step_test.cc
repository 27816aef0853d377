#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "steps/steps.h"

namespace inquest::steps {
namespace {

// Plays the sandbox and the readers for one visit of observe whose trigger fails.
class ObserveStep : public testing::Test {
 protected:
  ObserveStep() {
    brief_.step = v1::STEP_OBSERVE;
    brief_.acquired.set_tree_digest(std::string(64, 'a'));
    brief_.acquired.set_sanitizer_instrument("c-sanitize");
    brief_.target.set_test_command("./test");
    brief_.target.set_build_command("make");
  }

  v1::Symptom Finish() {
    while (true) {
      Action action = Observe(brief_, seen_);
      if (const auto* settle = std::get_if<Settle>(&action)) {
        EXPECT_EQ(settle->settled.settlement(), v1::SETTLEMENT_DONE) << settle->settled.message();
        return settle->settled.symptom();
      }
      for (const v1::Effect& effect : std::get<Want>(action).effects) Do(effect);
    }
  }

  void Do(const v1::Effect& effect) {
    auto observation = std::make_shared<v1::Observation>();
    if (effect.has_analyse()) {
      for (const v1::RunOfEffect& run : effect.analyse().read_runs().runs()) {
        v1::RunReading& reading = *observation->mutable_analysis()->add_readings();
        reading.set_effect_id(run.effect_id());
        if (names_a_frame_) reading.add_failures()->add_frames()->set_path("a.py");
      }
      if (effect.analyse().has_trace_path()) {
        traced_ = effect.analyse().trace_path();
        observation->mutable_analysis()->add_path()->mutable_location()->set_path("a.py");
      }
    } else {
      const bool sanitized = effect.run().instrument() == "c-sanitize";
      v1::PhaseOutcome& phase = *observation->mutable_run()->add_phases();
      phase.set_name(sanitized && !builds_under_sanitizer_ ? "build" : "test");
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(sanitized && passes_under_sanitizer_ ? 0 : 1);
      if (sanitized) sanitizer_effect_ = next_effect_;
      if (effect.run().instrument() == "c-coverage") {
        v1::CollectedFile& file = *observation->mutable_run()->add_collected();
        file.set_path("coverage.jsonl");
        file.mutable_artifact()->set_digest("recorded");
      }
    }
    seen_.push_back(
        {effect.key(), next_effect_++, std::make_shared<v1::Effect>(effect), observation});
  }

  Brief brief_;
  std::vector<Observed> seen_;
  std::int64_t next_effect_ = 1;
  std::int64_t sanitizer_effect_ = 0;
  bool builds_under_sanitizer_ = true;
  bool passes_under_sanitizer_ = false;
  bool names_a_frame_ = false;
  v1::TracePath traced_;
};

TEST_F(ObserveStep, PutsWhatASanitizerFoundAfterTheTriggersOwnReadings) {
  const v1::Symptom symptom = Finish();

  ASSERT_EQ(symptom.readings_size(), 4);
  EXPECT_EQ(symptom.readings(3).effect_id(), sanitizer_effect_);
  EXPECT_EQ(symptom.runs_size(), 3);
  EXPECT_EQ(symptom.failing_runs(), 3);
}

TEST_F(ObserveStep, DoesWithoutASanitizerThatFindsNothing) {
  passes_under_sanitizer_ = true;

  EXPECT_EQ(Finish().readings_size(), 3);
}

TEST_F(ObserveStep, DoesWithoutASanitizerUnderWhichTheTargetDoesNotBuild) {
  builds_under_sanitizer_ = false;

  EXPECT_EQ(Finish().readings_size(), 3);
  EXPECT_NE(sanitizer_effect_, 0);
}

TEST_F(ObserveStep, DeliversThePathToAFailureThatNamesAPlace) {
  brief_.acquired.set_language("c");
  brief_.acquired.set_coverage_instrument("c-coverage");
  names_a_frame_ = true;

  const v1::Symptom symptom = Finish();

  ASSERT_EQ(symptom.path_size(), 1);
  EXPECT_EQ(symptom.path(0).location().path(), "a.py");
  EXPECT_EQ(traced_.language(), "c");
  EXPECT_EQ(traced_.tree_digest(), brief_.acquired.tree_digest());
  // The trigger's three readings and the sanitizer's.
  EXPECT_EQ(traced_.readings_size(), 4);
  EXPECT_EQ(traced_.coverage_digest(), "recorded");
}

TEST_F(ObserveStep, TracesNoPathWhereNoFailureNamesAPlace) {
  brief_.acquired.set_language("c");

  EXPECT_EQ(Finish().path_size(), 0);
  EXPECT_TRUE(traced_.tree_digest().empty());
}

}  // namespace
}  // namespace inquest::steps
