#include "runtime/report/words.h"

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

TEST(Words, AreTheOnesOfTheContract) {
  EXPECT_EQ(OutcomeWord(v1::OUTCOME_VERIFIED_FIX), "VERIFIED_FIX");
  EXPECT_EQ(OutcomeWord(v1::OUTCOME_UNSPECIFIED), "NOTHING");
  EXPECT_EQ(EndedByWord(v1::ENDED_BY_BUDGET), "budget");
  EXPECT_EQ(EndedByWord(v1::ENDED_BY_UNSPECIFIED), "");
  EXPECT_EQ(StepWord(v1::STEP_HYPOTHESIZE), "hypothesize");
  EXPECT_EQ(StateWord(v1::STATE_STORAGE_UNAVAILABLE), "storage unavailable");
  EXPECT_EQ(SettlementWord(v1::SETTLEMENT_NEEDS_DATA), "needs data");
  EXPECT_EQ(StatusWord(v1::HYPOTHESIS_STATUS_REFUTED), "refuted");
}

TEST(Words, OfAnUnknownValueSaySo) { EXPECT_EQ(StepWord(static_cast<v1::Step>(99)), "unknown"); }

TEST(DescribeEvent, SaysWhatRuns) {
  v1::Event event;
  v1::Effect& effect = *event.mutable_effect_scheduled()->mutable_effect();
  effect.set_key("trigger/0");
  effect.mutable_run()->add_phases()->set_shell_command("make");
  effect.mutable_run()->add_phases()->set_shell_command("pytest -q");

  EXPECT_EQ(DescribeEvent(event), "run trigger/0: pytest -q");
}

TEST(DescribeEvent, SaysHowARunEnded) {
  v1::Event event;
  event.mutable_effect_completed()->set_effect_id(7);
  v1::PhaseOutcome& phase =
      *event.mutable_effect_completed()->mutable_observation()->mutable_run()->add_phases();
  phase.set_name("test");
  phase.set_ending(v1::ENDING_TIMED_OUT);

  EXPECT_EQ(DescribeEvent(event), "effect 7: test ran out of time");
}

TEST(DescribeEvent, IsHarmlessOnATerminal) {
  v1::Event event;
  event.mutable_steered()->set_note("\x1b[2J\nforged line");

  EXPECT_EQ(DescribeEvent(event), "a person noted: \\x1b[2J forged line");
}

TEST(DescribeEvent, HasWordsForEveryKind) {
  const google::protobuf::OneofDescriptor* kinds = v1::Event::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    v1::Event event;
    event.GetReflection()->MutableMessage(&event, kinds->field(i));

    EXPECT_EQ(DescribeEvent(event).find("does not know"), std::string::npos)
        << kinds->field(i)->name();
  }
}

}  // namespace
}  // namespace inquest::report
