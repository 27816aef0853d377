// Each layer of the sandbox, left out in turn, lets some probe through. Where two layers hold the
// same thing, the other one is left out in both runs, so that the one at stake is all that holds.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "sandbox/process/remove_run.h"
#include "sandbox/process/seccomp_filter.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/control_groups.h"
#include "sandbox/supervisor/landlock.h"
#include "sandbox/supervisor/order.pb.h"
#include "tests/misbehave/bait.h"
#include "tests/misbehave/probes.h"

namespace inquest::sandbox {
namespace {

using testing::IsEmpty;

constexpr std::size_t kFileLimit = 1 << 24;
// Where a careless caller left the secret open.
constexpr int kLeakedFd = 50;

using Names = std::set<std::string>;

// Of this process alone: limits count processes by user, and what a removed layer lets a probe do
// to the processes of its user must not reach a test beside it.
unsigned OwnUid() {
  constexpr unsigned kFirst = 0x7a1e0100;
  constexpr unsigned kCount = 0x8000;
  return kFirst + static_cast<unsigned>(::getpid()) % kCount;
}

Order MakeOrder(const std::string& directory, const Probe& probe, const Bait& bait) {
  Order order;
  order.set_run_directory(directory + "/run");
  order.set_tree_directory(directory + "/tree");
  order.set_uid(::geteuid() == 0 ? OwnUid() : 0);
  order.set_bubblewrap("/usr/bin/bwrap");
  order.set_seccomp_filter(*CompileSeccompFilter());
  *order.mutable_limits() = ProbeLimits();
  (*order.mutable_environment())["PATH"] = "/usr/bin:/usr/sbin";
  for (const char* layer : {"cgroup-memory", "cgroup-pids"}) order.add_accept_missing_layers(layer);
  // A mistake in what is bound: only the run's own user stands before the folder then.
  Binding* binding = order.add_bindings();
  binding->set_source(bait.private_directory());
  binding->set_target(bait.private_directory());
  v1::Phase* phase = order.add_phases();
  phase->set_shell_command(bait.Command(probe));
  phase->mutable_time_limit()->set_seconds(ProbeSeconds(probe));
  return order;
}

// As a careless caller starts it: with its whole environment, and a descriptor left open.
void RunWeakened(const Names& without, const Order& order, const std::string& secret_file) {
  std::string layers;
  for (const std::string& layer : without) layers += layer + ",";
  const Fd input(::memfd_create("order", MFD_CLOEXEC));
  ASSERT_TRUE(WriteAll(input.get(), order.SerializeAsString()).ok());
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(input.get(), STDIN_FILENO);
    ::dup2(::open(secret_file.c_str(), O_RDONLY | O_CLOEXEC), kLeakedFd);
    ::execl(INQUEST_BINARY_DIR "/bin/weakened_run", "weakened_run", layers.c_str(), nullptr);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

// What the probe printed in a sandbox without these layers.
std::string RunWithout(const Names& without, const Probe& probe, const Bait& bait) {
  const std::string directory = "/var/tmp/inquest-layer-" + NewId();
  std::filesystem::create_directories(directory + "/tree");
  const Order order = MakeOrder(directory, probe, bait);
  if (order.uid() != 0) {
    EXPECT_EQ(::chown((directory + "/tree").c_str(), OwnUid(), OwnUid()), 0);
  }
  RunWeakened(without, order, bait.secret_file());
  const auto output = ReadFile(directory + "/run/stdout.0", kFileLimit);
  const auto outcome = ReadFile(directory + "/run/" + kOutcomeFile, kFileLimit);
  v1::RunOutcome parsed;
  EXPECT_TRUE(outcome.ok() && parsed.ParseFromString(*outcome));
  EXPECT_EQ(parsed.problem(), v1::RunOutcome::PROBLEM_UNSPECIFIED) << parsed.explanation();
  EXPECT_TRUE(RemoveRun(directory).ok());
  return output.ok() ? *output : "";
}

Names EscapesWithout(const Names& without, const Names& names) {
  std::vector<Probe> probes;
  for (const Probe& probe : Probes()) {
    if (names.count(probe.name) != 0) probes.push_back(probe);
  }
  EXPECT_EQ(probes.size(), names.size()) << "a probe of the table is missing";
  return Escapes(probes, [&](const Probe& probe, const Bait& bait) {
    return RunWithout(without, probe, bait);
  });
}

struct Removal {
  const char* layer;
  // Layers that hold the same; left out with it and without it.
  Names beside;
  // What gets through then, and only then.
  Names opens;
};

void PrintTo(const Removal& removal, std::ostream* out) { *out << removal.layer; }

// Not in the table: `userns` and `mounts`, without which there is no sandbox to start (the stock
// line of misbehave_test shows what they hold), no_new_privs, which bubblewrap sets whatever it is
// told, and the limits of nice and real-time priority, which are 0 on hosts already.
const Removal kRemovals[] = {
    {"seccomp", {}, {"netlink_socket", "personality", "keyctl", "io_uring", "add_key"}},
    {"seccomp", {"userns-lock"}, {"nested_userns", "nested_userns_root"}},
    {"userns-lock", {"seccomp"}, {"nested_userns", "nested_userns_root"}},
    {"netns", {}, {"connect_tcp", "connect_udp"}},
    {"netns", {"landlock"}, {"connect_abstract"}},
    {"landlock", {"netns"}, {"connect_abstract"}},
    {"pidns", {}, {"see_victim", "pidfd_of_victim"}},
    {"ipcns", {}, {"read_shared_memory"}},
    {"utsns", {}, {"host_name"}},
    {"cgroupns", {}, {"see_own_group"}},
    {"session", {}, {"session_of_others"}},
    {"capabilities", {}, {"capabilities"}},
    {"environment", {}, {"read_own_environment"}},
    {"descriptors", {}, {"inherited_descriptors"}},
    {"own-proc", {}, {"see_victim"}},
    {"own-dev", {}, {"see_devices"}},
    {"uid", {}, {"read_private"}},
    {"read-only-root", {"uid"}, {"write_etc", "write_root"}},
    {"cgroup-memory", {"process-watch", "rlimit-data"}, {"memory_bomb", "memory_hold"}},
    {"process-watch", {"cgroup-memory", "rlimit-data"}, {"memory_hold"}},
    {"rlimit-data", {"cgroup-memory", "process-watch"}, {"memory_bomb", "memory_hold"}},
    {"cgroup-pids", {"rlimit-nproc", "process-watch"}, {"fork_bomb"}},
    {"rlimit-nproc", {"cgroup-pids", "process-watch"}, {"fork_bomb"}},
    {"rlimit-core", {}, {"core_dump"}},
    {"rlimit-nofile", {}, {"many_descriptors"}},
    {"rlimit-fsize", {}, {"huge_file", "sparse_file"}},
    {"rlimit-cpu", {"cpu-watch"}, {"burn_cpu"}},
    {"cpu-watch", {"rlimit-cpu"}, {"burn_cpu"}},
    {"rlimit-memlock", {}, {"lock_memory"}},
    {"rlimit-msgqueue", {}, {"message_queue"}},
    {"rlimit-sigpending", {}, {"pending_signals"}},
    {"disk-watch", {}, {"fill_disk"}},
    {"output-cap", {}, {"flood_output"}},
    {"wall-limit", {}, {"outstay"}},
    {"tree-kill", {"die-with-parent"}, {"outlive_run", "outlive_by_double_fork"}},
    {"die-with-parent", {"tree-kill"}, {"outlive_run", "outlive_by_double_fork"}},
};

class LayerRemoved : public testing::TestWithParam<Removal> {};

TEST_P(LayerRemoved, LetsAProbeThrough) {
  const Removal& removal = GetParam();
  EXPECT_THAT(EscapesWithout(removal.beside, removal.opens), IsEmpty()) << "held by nothing";

  Names without = removal.beside;
  without.insert(removal.layer);
  EXPECT_EQ(EscapesWithout(without, removal.opens), removal.opens);
}

std::string NameOf(const testing::TestParamInfo<Removal>& tested) {
  std::string name = tested.param.layer;
  for (const std::string& beside : tested.param.beside) name += "_beside_" + beside;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// What this host has not got cannot be left out of it; the executor's tests say which layers it
// has.
std::vector<Removal> RemovalsHere() {
  std::set<std::string> absent;
  if (!HasLandlock()) absent.insert("landlock");
  if (::geteuid() != 0) absent.insert("uid");
  const ControlGroups groups =
      ControlGroups::Make(PlanControlGroups("layers-" + std::to_string(::getpid())), {1 << 28, 64});
  if (!groups.has_memory()) absent.insert("cgroup-memory");
  if (!groups.has_processes()) absent.insert("cgroup-pids");
  if (!groups.has_memory() && !groups.has_kill()) absent.insert("cgroupns");
  std::vector<Removal> here;
  for (const Removal& removal : kRemovals) {
    if (absent.count(removal.layer) == 0) here.push_back(removal);
  }
  return here;
}

INSTANTIATE_TEST_SUITE_P(Layers, LayerRemoved, testing::ValuesIn(RemovalsHere()), NameOf);

TEST(Layers, TheTreeDiesWithoutTheKernelsOwnGroupKill) {
  const Names names = {"outlive_run", "outlive_by_double_fork", "outlive_stopped",
                       "outlive_ignoring_signals", "outlive_holding_pipe"};
  EXPECT_THAT(EscapesWithout({"cgroup-kill"}, names), IsEmpty());
  EXPECT_THAT(EscapesWithout({"cgroup-kill", "cgroup-memory", "cgroup-pids"}, names), IsEmpty());
}

}  // namespace
}  // namespace inquest::sandbox
