#include "runtime/machine/commands.h"

#include <gtest/gtest.h>

namespace inquest::machine {
namespace {

State Running() {
  State state;
  state.id = "abc";
  state.status = v1::STATE_RUNNING;
  state.budget.mutable_wall_time()->set_seconds(60);
  state.budget.set_runs(10);
  state.budget.set_iterations(5);
  state.budget.set_disk_bytes(1000);
  state.sequence = 7;
  return state;
}

State EndedBy(v1::EndedBy by) {
  State state = Running();
  state.status = v1::STATE_ENDED;
  state.ended.set_ended_by(by);
  return state;
}

TEST(Cancel, EndsARunningInvestigationOnce) {
  const Events events = Cancel(Running(), "uid:0");

  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].ended().ended_by(), v1::ENDED_BY_CANCELLED);
  EXPECT_TRUE(Cancel(EndedBy(v1::ENDED_BY_DONE), "uid:0").empty());
}

TEST(Resume, AfterTheBudgetRanOutNeedsARaisedBudget) {
  State state = EndedBy(v1::ENDED_BY_BUDGET);
  state.runs = 10;
  EXPECT_EQ(Resume(state, "uid:0", 0).status().reason(), "BUDGET_EXHAUSTED");

  state.budget.set_runs(20);
  const auto events = Resume(state, "uid:0", 0);

  ASSERT_TRUE(events.ok());
  EXPECT_TRUE((*events)[0].has_resumed());
}

TEST(Resume, IsRefusedAfterAnyOtherEnd) {
  EXPECT_EQ(Resume(EndedBy(v1::ENDED_BY_CANCELLED), "uid:0", 0).status().reason(),
            "INVESTIGATION_ENDED");
}

TEST(Steer, RefusesAHypothesisThatTheGateWouldRefuse) {
  v1::Steered steered;
  steered.mutable_hypothesis()->set_mechanism("it is the cache");

  EXPECT_EQ(Steer(Running(), steered).status().reason(), "LOCATION_MISSING");
}

TEST(Steer, AVetoOfTheActiveHypothesisSettlesItsStep) {
  State state = Running();
  state.brief.step = v1::STEP_TEST;
  state.visit_open = true;
  state.brief.hypotheses.emplace_back().set_id("h1");
  state.brief.active_hypothesis = "h1";
  v1::Steered steered;
  steered.set_veto("h1");

  const auto events = Steer(state, steered);

  ASSERT_TRUE(events.ok());
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[1].step_settled().settlement(), v1::SETTLEMENT_REFUTED);
}

}  // namespace
}  // namespace inquest::machine
