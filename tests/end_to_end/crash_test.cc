// kill -9 at random times: of the daemon, of supervisors, of the CLI.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>

#include <array>
#include <random>
#include <set>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "tests/end_to_end/buggy_target.h"
#include "tests/end_to_end/crash_scene.h"
#include "tests/end_to_end/start_log.h"

namespace inquest::tests {
namespace {

class Crash : public testing::Test {
 protected:
  Crash() : seed_(std::random_device()()), random_(seed_) {
    RecordProperty("seed", std::to_string(seed_));
  }
  int Between(int low, int high) { return std::uniform_int_distribution<>(low, high)(random_); }

  // A random moment of the investigation: some events on, and a little later. False: it has ended.
  bool AwaitAMoment(CrashScene& scene, pid_t meanwhile) {
    const std::int64_t now = scene.witness().LastSequence();
    return scene.witness().AwaitSequence(now + Between(1, 14)) &&
           !EndsWithin(meanwhile, Between(0, 60));
  }

  const std::uint64_t seed_;
  std::mt19937_64 random_;
};

TEST_F(Crash, KillingTheDaemonAtRandomTimesLosesNothingAndChangesNothing) {
  CrashScene scene(CrashScene::RecordedPrograms());
  ASSERT_TRUE(scene.Open());
  // It starts a daemon whenever none is there, and ends with the investigation.
  const pid_t watch = scene.runtime().Begin({"watch", "@last"});
  int kills = 0;
  while (AwaitAMoment(scene, watch)) {
    if (scene.runtime().KillDaemon()) ++kills;
  }

  const Finished watched = scene.runtime().Wait(watch);

  EXPECT_GT(kills, 3);
  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  scene.ExpectUndisturbedResult();
}

TEST_F(Crash, KillingTheCommandLineAtRandomTimesLeavesTheInvestigationGoing) {
  CrashScene scene(CrashScene::RecordedPrograms());
  ASSERT_TRUE(scene.Open());
  int kills = 0;
  bool going = true;
  while (going) {
    const pid_t watch = scene.runtime().Begin({"watch", "@last"});
    going = AwaitAMoment(scene, watch);
    if (::kill(watch, SIGKILL) == 0 && going) ++kills;
    scene.runtime().Wait(watch);
  }

  const Finished watched = scene.runtime().Inquest({"watch", "@last"});

  EXPECT_GT(kills, 3);
  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  EXPECT_NE(watched.out.find("VERIFIED_FIX"), std::string::npos) << watched.out;
  scene.ExpectUndisturbedResult();
}

// Wakes up when a supervisor claims its run, and when a command starts.
class Runs {
 public:
  explicit Runs(const std::string& data) {
    CHECK(WriteFileAtomically(data + "/" + kStartLogFile, "", 0600, Durability::kNone).ok());
    CHECK(::inotify_add_watch(inotify_.get(), (data + "/runs").c_str(), IN_MOVED_TO) >= 0);
    CHECK(::inotify_add_watch(inotify_.get(), (data + "/" + kStartLogFile).c_str(), IN_MODIFY) >=
          0);
  }

  // False: `process` ended first.
  bool Await(pid_t process) const {
    const Fd ending(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    std::array<pollfd, 2> polled{{{inotify_.get(), POLLIN, 0}, {ending.get(), POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) < 0) {
    }
    std::array<char, 4096> drained;
    const bool news = polled[0].revents != 0;
    return polled[1].revents == 0 && news &&
           ::read(inotify_.get(), drained.data(), drained.size()) > 0;
  }

 private:
  const Fd inotify_{::inotify_init1(IN_CLOEXEC)};
};

TEST_F(Crash, KillingSupervisorsAtRandomTimesRepeatsTheirRunsVisibly) {
  constexpr std::size_t kKills = 8;
  CrashScene scene(CrashScene::RecordedPrograms());
  const std::string data = scene.runtime().data();
  ASSERT_EQ(scene.runtime().Inquest({"list"}).exit_code, 0);  // a daemon, and its folders
  const Runs runs(data);
  ASSERT_TRUE(scene.Open());
  const pid_t watch = scene.runtime().Begin({"watch", "@last"});
  std::set<std::string> killed;
  std::set<std::string> spared;
  while (runs.Await(watch)) {
    if (killed.size() >= kKills || Between(0, 3) != 0) continue;
    const auto hit = scene.KillASupervisor(random_, spared);
    if (!hit.has_value()) continue;
    killed.insert(*hit);
    // Thrice lost is given up, so no effect is hit twice.
    spared.insert(hit->substr(0, hit->rfind('.')) + ".1");
    spared.insert(hit->substr(0, hit->rfind('.')) + ".2");
  }

  const Finished watched = scene.runtime().Wait(watch);

  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  scene.ExpectUndisturbedResult();
  // One that was hit after it had left its outcome lost nothing.
  EXPECT_GE(scene.retried(), 3);
  EXPECT_LE(scene.retried(), static_cast<int>(killed.size()));
}

}  // namespace
}  // namespace inquest::tests
