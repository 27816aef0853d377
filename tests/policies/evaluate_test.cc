#include <gtest/gtest.h>

#include "policies/budget.h"
#include "policies/load.h"
#include "policies/permit.h"
#include "runtime/base/file.h"

namespace inquest::policies {
namespace {

v1::Policy Scratch() {
  const auto yaml = ReadFile(INQUEST_SOURCE_DIR "/policies/scratch.yaml", 1 << 20);
  CHECK(yaml.ok());
  const auto policy = LoadPolicy("scratch.yaml", *yaml);
  CHECK(policy.ok());
  return *policy;
}

v1::Effect RunFor(std::int64_t seconds) {
  v1::Effect effect;
  effect.set_id(3);
  auto* phase = effect.mutable_run()->add_phases();
  phase->set_name("test");
  phase->set_shell_command("true");
  phase->mutable_time_limit()->set_seconds(seconds);
  return effect;
}

std::string RuleThatRefused(const v1::Policy& policy, const v1::Effect& effect) {
  const auto decision = Evaluate(policy, "abc", effect);
  const Denial* denial = std::get_if<Denial>(&decision);
  return denial == nullptr ? "" : denial->rule;
}

TEST(Evaluate, PermitsARunWithinTheLimits) {
  const v1::Effect effect = RunFor(60);

  const auto decision = Evaluate(Scratch(), "abc", effect);

  const Permit* permit = std::get_if<Permit>(&decision);
  ASSERT_NE(permit, nullptr);
  EXPECT_EQ(permit->policy(), "scratch");
  EXPECT_EQ(permit->investigation(), "abc");
  EXPECT_TRUE(permit->Covers(effect));
}

TEST(Evaluate, APermitCoversACopyWithTheSameEnvironmentInAnotherOrder) {
  v1::Effect effect = RunFor(60);
  v1::Effect copy = RunFor(60);
  for (int i = 0; i < 40; ++i) {
    (*effect.mutable_run()->mutable_environment())["NAME" + std::to_string(i)] = "x";
    (*copy.mutable_run()->mutable_environment())["NAME" + std::to_string(39 - i)] = "x";
  }

  const auto decision = Evaluate(Scratch(), "abc", effect);

  EXPECT_TRUE(std::get<Permit>(decision).Covers(copy));
}

TEST(Evaluate, APermitDoesNotCoverAnEffectThatWasChangedAfterwards) {
  v1::Effect effect = RunFor(60);
  const auto decision = Evaluate(Scratch(), "abc", effect);

  effect.mutable_run()->mutable_phases(0)->set_shell_command("rm -rf /");

  EXPECT_FALSE(std::get<Permit>(decision).Covers(effect));
}

TEST(Evaluate, DeniesWhatThePolicyDoesNotAllow) {
  EXPECT_EQ(RuleThatRefused(Scratch(), RunFor(601)), "sandbox.time_limit");
  EXPECT_EQ(RuleThatRefused(Scratch(), RunFor(0)), "sandbox.time_limit");
  EXPECT_EQ(RuleThatRefused(Scratch(), v1::Effect()), "default");
  EXPECT_EQ(RuleThatRefused(v1::Policy(), RunFor(1)), "sandbox.allowed");

  v1::Effect debugger = RunFor(1);
  debugger.mutable_run()->set_debugger(true);
  v1::Policy no_debugger = Scratch();
  no_debugger.mutable_sandbox()->set_debugger(false);
  EXPECT_EQ(RuleThatRefused(Scratch(), debugger), "");
  EXPECT_EQ(RuleThatRefused(no_debugger, debugger), "sandbox.debugger");

  v1::Effect ask;
  ask.mutable_ask()->set_investigator("llm:other");
  EXPECT_EQ(RuleThatRefused(Scratch(), ask), "investigators.allowed");

  v1::Policy no_git = Scratch();
  no_git.mutable_sources()->set_git(false);
  v1::Effect acquire;
  acquire.mutable_acquire()->mutable_target()->mutable_git()->set_url("https://example.org/x");
  EXPECT_EQ(RuleThatRefused(no_git, acquire), "sources.git");
}

TEST(GrantBudget, TakesTheDefaultAndNeverExceedsTheMaximum) {
  v1::Budget asked;
  asked.set_runs(1'000'000);

  const v1::Budget granted = GrantBudget(Scratch(), asked);

  EXPECT_EQ(granted.runs(), 100'000);
  EXPECT_EQ(granted.iterations(), 300);
  EXPECT_EQ(granted.wall_time().seconds(), 1800);
}

}  // namespace
}  // namespace inquest::policies
