#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/file.h"
#include "tests/misbehave/bait.h"
#include "tests/misbehave/probes.h"
#include "tests/sandbox/process_harness.h"

namespace inquest::sandbox {
namespace {

using testing::Ge;
using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::IsSupersetOf;
using testing::SizeIs;

constexpr std::size_t kFileLimit = 1 << 24;

TEST(Misbehave, ThereAreEnoughProbes) { EXPECT_THAT(Probes(), SizeIs(Ge(60))); }

// The names of those that get through.
auto EscapesOfTheSandbox(bool debugger) {
  ProcessHarness harness;
  harness.policy().mutable_sandbox()->set_debugger(true);
  return Escapes(Probes(), [&](const Probe& probe, const Bait& bait) {
    v1::RunSpec spec = harness.Spec(bait.Command(probe), ProbeSeconds(probe));
    *spec.mutable_limits() = ProbeLimits();
    spec.set_debugger(debugger);
    const auto outcome = harness.Run(spec);
    EXPECT_EQ(outcome.phases_size(), 1) << probe.name << ": " << outcome.explanation();
    if (outcome.phases().empty()) return std::string();
    // What the host collects is as good as printed.
    std::string output = harness.Text(outcome.phases(0).stdout());
    for (const v1::CollectedFile& file : outcome.collected()) {
      output += harness.Text(file.artifact());
    }
    return output;
  });
}

TEST(Misbehave, NoProbeGetsAnywhereInTheSandbox) {
  EXPECT_THAT(EscapesOfTheSandbox(/*debugger=*/false), IsEmpty());
}

TEST(Misbehave, ADebuggerReachesNothingButItsOwnRun) {
  // These do, inside of their own pid namespace, what a debugger is there for. The parent is the
  // namespace's first process; the next test says that there is nothing to gain by it.
  EXPECT_THAT(EscapesOfTheSandbox(/*debugger=*/true),
              IsSubsetOf({"ptrace_child", "ptrace_parent", "personality"}));
}

TEST(Misbehave, TheFirstProcessOfADebuggersRunIsConfinedAsTheOthersAre) {
  ProcessHarness harness;
  harness.policy().mutable_sandbox()->set_debugger(true);
  v1::RunSpec spec = harness.Spec(
      "for p in 1 self; do grep -E 'Seccomp|Cap|NoNewPrivs|Uid' /proc/$p/status >$p; done; "
      "for p in 1 self; do (cd /proc/$p/ns && readlink *) >>$p; done; "
      "grep -q 'Seccomp:.2' 1 && cmp 1 self");
  spec.set_debugger(true);

  const auto outcome = harness.Run(spec);

  ASSERT_EQ(outcome.phases_size(), 1) << outcome.explanation();
  EXPECT_EQ(outcome.phases(0).exit_code(), 0) << harness.Text(outcome.phases(0).stdout());
}

TEST(Misbehave, TheUsualBubblewrapLineLetsSomeThrough) {
  const auto escaped = Escapes(Probes(), [](const Probe& probe, const Bait& bait) {
    const std::string file = "/var/tmp/inquest-stock-" + NewId();
    std::ofstream(file) << bait.Command(probe);
    // To a file: a process that outlives its probe would hold a pipe open.
    const std::string line =
        "timeout 5 bwrap --ro-bind / / --dev /dev --proc /proc --unshare-net sh " + file + " >" +
        file + ".out 2>/dev/null </dev/null";
    static_cast<void>(std::system(line.c_str()));
    const auto read = ReadFile(file + ".out", kFileLimit);
    const std::string output = read.ok() ? *read : "";
    std::filesystem::remove(file + ".out");
    std::filesystem::remove(file);
    return output;
  });

  EXPECT_THAT(escaped,
              IsSupersetOf({"read_secret", "read_own_environment", "ptrace_victim",
                            "connect_unix_path", "nested_userns", "outlive_run", "fork_bomb",
                            "memory_bomb", "read_shared_memory", "flood_output"}));
}

}  // namespace
}  // namespace inquest::sandbox
