#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <random>
#include <string>

#include "runtime/base/fd.h"
#include "tests/end_to_end/buggy_target.h"

namespace inquest::tests {
namespace {

// Waits until the process ends or the time is over; true when it has ended.
bool EndsWithin(pid_t pid, int milliseconds) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd watched{process.get(), POLLIN, 0};
  return !process.valid() || ::poll(&watched, 1, milliseconds) == 1;
}

// kill -9 of the daemon, again and again, at random moments of one investigation: the next start
// takes it up, the outcome is the same, the journal's chain is whole and folds.
TEST(Crash, KillingTheDaemonAtRandomTimesLosesNothingAndChangesNothing) {
  constexpr int kKills = 12;
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  RuntimeUnderTest runtime;
  WriteBuggyTarget(runtime);

  int kills = 0;
  auto arguments = InvestigateArguments(runtime);
  arguments.emplace_back("--detach");
  ASSERT_EQ(runtime.Inquest(arguments).exit_code, 0);
  for (int i = 0; i < kKills; ++i) {
    // `watch` starts a daemon when none runs, and ends with the investigation.
    const pid_t watch = runtime.Begin({"watch", "@last"});
    const int moment_ms = std::uniform_int_distribution<>(20, 900)(random);
    const bool ended = EndsWithin(watch, moment_ms);
    if (!ended && runtime.KillDaemon()) ++kills;
    if (!ended) ::kill(watch, SIGKILL);
    if (runtime.Wait(watch).exit_code == 0) break;  // verified before it was killed again
  }
  const Finished last = runtime.Inquest({"watch", "@last"});

  EXPECT_GT(kills, 3);
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  runtime.KillDaemon();
  const auto states = runtime.FoldAll();
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states.begin()->second.ended.outcome(), v1::OUTCOME_VERIFIED_FIX);
  EXPECT_TRUE(states.begin()->second.in_flight.empty());
}

}  // namespace
}  // namespace inquest::tests
