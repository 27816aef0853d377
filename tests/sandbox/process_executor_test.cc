#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "runtime/base/file.h"
#include "sandbox/supervisor/claim.h"
#include "tests/sandbox/await_path.h"
#include "tests/sandbox/process_harness.h"

namespace inquest::sandbox {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// A group that this user may not even look for is none of ours.
bool IsThere(const std::string& group) {
  std::error_code hidden;
  return std::filesystem::exists(group, hidden);
}

const v1::PhaseOutcome& Only(const v1::RunOutcome& outcome) {
  EXPECT_EQ(outcome.problem(), v1::RunOutcome::PROBLEM_UNSPECIFIED) << outcome.explanation();
  CHECK(outcome.phases_size() == 1);
  return outcome.phases(0);
}

TEST(ProcessExecutor, ACommandsOutputExitAndFilesComeBack) {
  ProcessHarness harness;
  harness.AddFile("src/hello.txt", "hello\n");

  const auto outcome =
      harness.Run("cat src/hello.txt; echo bad >&2; printf data > \"$INQUEST_OUT/result\"; exit 3");

  const v1::PhaseOutcome& phase = Only(outcome);
  EXPECT_EQ(phase.ending(), v1::ENDING_EXITED);
  EXPECT_EQ(phase.exit_code(), 3);
  EXPECT_EQ(harness.Text(phase.stdout()), "hello\n");
  EXPECT_EQ(harness.Text(phase.stderr()), "bad\n");
  ASSERT_EQ(outcome.collected_size(), 1);
  EXPECT_EQ(outcome.collected(0).path(), "result");
  EXPECT_EQ(harness.Text(outcome.collected(0).artifact()), "data");
  EXPECT_EQ(outcome.environment_digest().size(), 64U);
  EXPECT_THAT(outcome.layers(), Contains("seccomp"));
  if (::geteuid() == 0) {
    EXPECT_THAT(outcome.missing_layers(), IsEmpty());
  }
}

TEST(ProcessExecutor, PhasesShareTheWorkspaceAndStopAtTheFirstThatFails) {
  ProcessHarness harness;
  v1::RunSpec spec = harness.Spec("echo built > artefact");
  for (const auto& [name, command] : {std::pair("two", "cat artefact; false"), {"three", "true"}}) {
    v1::Phase* phase = spec.add_phases();
    phase->set_name(name);
    phase->set_shell_command(command);
    phase->mutable_time_limit()->set_seconds(20);
  }

  const auto outcome = harness.Run(spec);

  ASSERT_EQ(outcome.phases_size(), 2) << outcome.DebugString();
  EXPECT_EQ(harness.Text(outcome.phases(1).stdout()), "built\n");
  EXPECT_EQ(outcome.phases(1).exit_code(), 1);
}

TEST(ProcessExecutor, ARunNeverWritesToTheTreeThatTheNextRunSees) {
  ProcessHarness harness;
  harness.AddFile("a", "old\n");

  Only(harness.Run("echo new > a; rm -f b; mkdir c"));

  const auto second = harness.Run("cat a; ls");
  EXPECT_EQ(harness.Text(Only(second).stdout()), "old\na\n");
}

TEST(ProcessExecutor, PatchesAreAppliedForwardsAndBackwards) {
  ProcessHarness harness;
  harness.AddFile("f", "one\n");
  v1::RunSpec spec = harness.Spec("cat f new");
  spec.add_patches()->set_digest(
      harness.Put("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\n+two\n"
                  "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+made\n"));

  EXPECT_EQ(harness.Text(Only(harness.Run(spec)).stdout()), "two\nmade\n");

  spec.add_patches()->set_digest(spec.patches(0).digest());
  spec.mutable_patches(1)->set_reversed(true);
  spec.mutable_phases(0)->set_shell_command("cat f; ls");
  EXPECT_EQ(harness.Text(Only(harness.Run(spec)).stdout()), "one\nf\n");
}

TEST(ProcessExecutor, APatchThatDoesNotApplyIsAnOutcome) {
  ProcessHarness harness;
  harness.AddFile("f", "one\n");
  v1::RunSpec spec = harness.Spec("true");
  spec.add_patches()->set_digest(harness.Put("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-three\n+two\n"));

  EXPECT_EQ(harness.Run(spec).problem(), v1::RunOutcome::PROBLEM_PATCH_REJECTED);
}

TEST(ProcessExecutor, AMissingToolIsNamedWithWhereItWasLookedFor) {
  ProcessHarness harness;

  const auto outcome = harness.Run("LC_ALL=C no-such-tool-here --version");

  EXPECT_EQ(outcome.problem(), v1::RunOutcome::PROBLEM_TOOL_MISSING);
  EXPECT_THAT(outcome.explanation(), HasSubstr("no-such-tool-here"));
  EXPECT_THAT(outcome.explanation(), HasSubstr("/usr/bin"));
}

TEST(ProcessExecutor, TheEndOfAPhaseIsToldByHowItCame) {
  ProcessHarness harness;

  const auto signalled = Only(harness.Run("kill -SEGV $$"));
  EXPECT_EQ(signalled.ending(), v1::ENDING_SIGNALED);
  EXPECT_EQ(signalled.signal(), SIGSEGV);

  const auto late = Only(harness.Run(harness.Spec("sleep 1000 & sleep 1000", 1)));
  EXPECT_EQ(late.ending(), v1::ENDING_TIMED_OUT);
  EXPECT_LT(late.wall_time().seconds(), 3);

  v1::RunSpec greedy = harness.Spec("exec tail /dev/zero");
  greedy.mutable_limits()->set_memory_bytes(64 << 20);
  const auto outcome = harness.Run(greedy);
  const auto starved = Only(outcome);
  const auto& layers = outcome.layers();
  if (std::find(layers.begin(), layers.end(), "cgroup-memory") != layers.end()) {
    EXPECT_EQ(starved.ending(), v1::ENDING_LIMIT);
    EXPECT_EQ(starved.limit(), "memory");
  } else {
    // Without a group it is refused the memory, and ends by itself.
    EXPECT_NE(starved.exit_code(), 0);
  }
}

TEST(ProcessExecutor, OutputIsCappedWithItsTrueLength) {
  ProcessHarness harness;
  v1::RunSpec spec = harness.Spec("head -c 300000000 /dev/zero");
  spec.mutable_limits()->set_output_bytes(1000);

  const auto phase = Only(harness.Run(spec));

  EXPECT_EQ(phase.ending(), v1::ENDING_EXITED);
  EXPECT_EQ(phase.stdout().size_bytes(), 1000);
  EXPECT_EQ(phase.stdout_bytes_total(), 300'000'000);
  EXPECT_EQ(phase.limit(), "output");
}

TEST(ProcessExecutor, ADiskFillerIsStopped) {
  ProcessHarness harness;
  v1::RunSpec spec = harness.Spec("while :; do head -c 4000000 /dev/zero >> f; done");
  spec.mutable_limits()->set_disk_bytes(50'000'000);

  const auto phase = Only(harness.Run(spec));

  EXPECT_EQ(phase.ending(), v1::ENDING_LIMIT);
  EXPECT_EQ(phase.limit(), "disk");
}

TEST(ProcessExecutor, ACancelledRunIsDeadWithinTwoSeconds) {
  ProcessHarness harness;
  const RunKey key{"inv", 900, 1};
  auto running = harness.Start(key, harness.Spec("trap '' TERM; while :; do :; done"));

  harness.executor().Cancel(key);

  ASSERT_EQ(running.wait_for(std::chrono::seconds(2)), std::future_status::ready);
  EXPECT_EQ(running.get()->problem(), v1::RunOutcome::PROBLEM_CANCELLED);
}

TEST(ProcessExecutor, ARunThatOutlivesTheDaemonIsFoundAgainAndNotStartedTwice) {
  ProcessHarness harness;
  const RunKey key{"inv", 901, 1};
  const auto spec = harness.Spec("echo started; sleep 1; echo ended");
  harness.Start(key, spec);
  AwaitPath(harness.options().runs_directory + "/inv.901.1");

  harness.Restart();
  const auto outcome = harness.Start(key, spec).get();

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(harness.Text(Only(*outcome).stdout()), "started\nended\n");
  // A finished key answers from what it left.
  const auto again = harness.Start(key, spec).get();
  EXPECT_EQ(again->SerializeAsString(), outcome->SerializeAsString());
}

TEST(ProcessExecutor, ADeadSupervisorsRunIsLostAndItsProcessesAreGone) {
  ProcessHarness harness;
  const RunKey key{"inv", 902, 1};
  auto running = harness.Start(key, harness.Spec("setsid sleep 987654 & sleep 987654"));
  const std::string directory = harness.options().runs_directory + "/inv.902.1";
  AwaitPath(directory);
  AwaitPath(directory + "/stdout.0");

  const auto claim = ReadClaim(directory);
  ASSERT_TRUE(claim.ok());
  ::kill(claim->pid(), SIGKILL);

  EXPECT_EQ(running.get()->problem(), v1::RunOutcome::PROBLEM_LOST);
  for (const std::string& group : claim->control_groups()) {
    EXPECT_FALSE(IsThere(group)) << group;
  }
}

TEST(ProcessExecutor, APermitForAnotherEffectIsRefused) {
  ProcessHarness harness;
  const auto spec = harness.Spec("true");
  v1::Effect effect;
  effect.set_id(1);
  *effect.mutable_run() = spec;
  const auto decision = policies::Evaluate(harness.policy(), "inv", effect);
  std::string reason;

  harness.executor().Start(
      std::get<policies::Permit>(decision), {"inv", 2, 1}, spec,
      [&](const Result<v1::RunOutcome>& outcome) { reason = outcome.status().reason(); });

  EXPECT_EQ(reason, "PERMIT_MISMATCH");
}

TEST(ProcessExecutor, ForgottenRunsLeaveNothingOnDisk) {
  ProcessHarness harness;
  const RunKey key{"inv", 903, 1};
  ASSERT_TRUE(harness.Start(key, harness.Spec("mkdir -p a/b; chmod 000 a; mkfifo p; ln -s / l"))
                  .get()
                  .ok());

  harness.executor().Forget(key);

  AwaitNoPath(harness.options().runs_directory + "/inv.903.1");
}

TEST(ProcessExecutor, RunsThatNobodyWaitsForAreEndedAtTheNextStart) {
  ProcessHarness harness;
  const std::string runs = harness.options().runs_directory;
  const auto spec = harness.Spec("trap '' TERM; sleep 987654");
  std::vector<std::future<Result<v1::RunOutcome>>> running;
  for (const std::int64_t effect : {910, 911}) {
    running.push_back(harness.Start({"inv", effect, 1}, spec));
    const std::string directory = runs + "/inv." + std::to_string(effect) + ".1";
    AwaitPath(directory);
    AwaitPath(directory + "/stdout.0");
  }
  const auto unwanted = ReadClaim(runs + "/inv.910.1");
  const auto wanted = ReadClaim(runs + "/inv.911.1");
  ASSERT_TRUE(unwanted.ok() && wanted.ok());
  // What a supervisor leaves that is killed while it claims.
  std::filesystem::create_directories(runs + "/inv.911.1.claim-1");
  harness.Restart();

  harness.executor().EndUnwanted([](const RunKey& key) { return key.effect_id == 911; });

  for (const char* name : {"/inv.910.1", "/inv.911.1.claim-1"}) {
    AwaitNoPath(runs + name);
  }
  EXPECT_FALSE(OpenClaimant(*unwanted).valid());
  for (const std::string& group : unwanted->control_groups()) {
    EXPECT_FALSE(IsThere(group)) << group;
  }
  EXPECT_TRUE(OpenClaimant(*wanted).valid());
  auto again = harness.Start({"inv", 911, 1}, spec);
  harness.executor().Cancel({"inv", 911, 1});
  EXPECT_EQ(again.get()->problem(), v1::RunOutcome::PROBLEM_CANCELLED);
}

TEST(ProcessExecutor, RealToolchainsWorkInside) {
  const char* path = std::getenv("PATH");
  ProcessHarness harness(path == nullptr ? "/usr/bin" : path);

  const auto outcome = harness.Run(
      "python3 -c 'import ssl, sqlite3; print(1)' && echo 'int main(){return 0;}' > t.c && "
      "gcc t.c -o t && ./t && git init -q r && echo done");

  EXPECT_EQ(harness.Text(Only(outcome).stdout()), "1\ndone\n")
      << harness.Text(outcome.phases(0).stderr());
}

}  // namespace
}  // namespace inquest::sandbox
