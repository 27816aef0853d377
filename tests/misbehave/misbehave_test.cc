#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "sandbox/process/launch.h"
#include "sandbox/process/seccomp_filter.h"
#include "sandbox/supervisor/claim.h"
#include "tests/misbehave/probes.h"
#include "tests/sandbox/process_harness.h"

namespace inquest::sandbox {
namespace {

using testing::IsEmpty;
using testing::IsSupersetOf;

constexpr std::size_t kFileLimit = 1 << 24;

// What the probes go for, on the host: a secret, listeners, a victim, a folder that is writable.
class Bait {
 public:
  Bait() : directory_("/var/tmp/inquest-bait-" + NewId()), token_(NewId()) {
    std::filesystem::create_directories(directory_ + "/outside");
    std::filesystem::permissions(directory_ + "/outside", std::filesystem::perms::all);
    std::ofstream(directory_ + "/secret") << token_;
    mark_ = std::to_string(::getpid()) + "77";
    tcp_ = Listen(SOCK_STREAM, &port_);
    udp_ = Listen(SOCK_DGRAM, &udp_port_);
    abstract_ = ListenUnix(std::string(1, '\0') + token_);
    unix_ = ListenUnix(directory_ + "/outside.sock");
    ::setenv("INQUEST_PROBE_SECRET", token_.c_str(), 1);
    StartVictim();
  }
  ~Bait() {
    ::kill(victim_, SIGKILL);
    ::waitpid(victim_, nullptr, 0);
    std::filesystem::remove_all(directory_);
  }

  std::string Command(const Probe& probe) const {
    std::string text = WithPrelude(probe.command);
    const std::pair<std::string, std::string> words[] = {{"{SECRET}", directory_ + "/secret"},
                                                         {"{OUTSIDE}", directory_ + "/outside"},
                                                         {"{PORT}", std::to_string(port_)},
                                                         {"{UDP}", std::to_string(udp_port_)},
                                                         {"{ABSTRACT}", token_},
                                                         {"{VICTIM}", std::to_string(victim_)},
                                                         {"{MARK}", mark_}};
    for (const auto& [word, value] : words) {
      for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, word.size(), value);
      }
    }
    return text;
  }

  // Whether the probe that printed `output` got anywhere; makes the bait fresh again.
  bool Taken(const std::string& output) {
    bool taken =
        output.find(token_) != std::string::npos || output.find("ESCAPED") != std::string::npos;
    for (const Fd* fd : {&tcp_, &udp_, &abstract_, &unix_}) taken |= Touched(*fd);
    for (const auto& entry : std::filesystem::directory_iterator(directory_ + "/outside")) {
      taken = true;
      std::filesystem::remove(entry.path());
    }
    if (::waitpid(victim_, nullptr, WNOHANG) == victim_) {
      taken = true;
      StartVictim();
    }
    return KillMarked() || taken;
  }

 private:
  static Fd Listen(int type, int* port) {
    Fd fd(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    if (type == SOCK_STREAM) CHECK(::listen(fd.get(), 8) == 0);
    CHECK(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    *port = ntohs(address.sin_port);
    return fd;
  }
  static Fd ListenUnix(const std::string& name) {
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(::listen(fd.get(), 8) == 0);
    return fd;
  }
  static bool Touched(const Fd& fd) {
    pollfd polled{fd.get(), POLLIN, 0};
    if (::poll(&polled, 1, 0) != 1) return false;
    const Fd accepted(::accept(fd.get(), nullptr, nullptr));
    char byte = 0;
    if (!accepted.valid()) static_cast<void>(!::recv(fd.get(), &byte, 1, 0));
    return true;
  }
  void StartVictim() {
    victim_ = ::fork();
    if (victim_ != 0) return;
    ::execl("/bin/sleep", "sleep", "100000", nullptr);
    ::_exit(1);
  }
  // Processes of the probe that are still there; ended here, so that each probe starts clean.
  bool KillMarked() const {
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string pid = entry.path().filename().string();
      if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
      const auto line = ReadFile(entry.path().string() + "/cmdline", kFileLimit);
      const std::string sleeper = std::string("sleep") + '\0' + "1" + mark_ + '\0';
      if (!line.ok() || line->find(sleeper) == std::string::npos) continue;
      found = true;
      ::kill(std::stoi(pid), SIGKILL);
    }
    return found;
  }

  const std::string directory_, token_;
  std::string mark_;
  int port_ = 0, udp_port_ = 0;
  Fd tcp_, udp_, abstract_, unix_;
  pid_t victim_ = 0;
};

// The names of the probes that got somewhere when `run` ran them (it returns what they printed).
template <typename RunCommand>
std::set<std::string> Escapes(const RunCommand& run) {
  Bait bait;
  std::set<std::string> escaped;
  for (const Probe& probe : Probes()) {
    const std::string output = run(bait.Command(probe));
    if (bait.Taken(output)) escaped.insert(probe.name);
  }
  return escaped;
}

TEST(Misbehave, NoProbeGetsAnywhereInTheSandbox) {
  ProcessHarness harness;

  const auto escaped = Escapes([&](const std::string& command) {
    const auto outcome = harness.Run(command);
    EXPECT_EQ(outcome.phases_size(), 1) << outcome.explanation();
    return outcome.phases().empty() ? "" : harness.Text(outcome.phases(0).stdout());
  });

  EXPECT_THAT(escaped, IsEmpty());
}

TEST(Misbehave, TheUsualBubblewrapLineLetsSomeThrough) {
  const auto escaped = Escapes([](const std::string& command) {
    const std::string file = "/var/tmp/inquest-stock-" + NewId();
    std::ofstream(file) << command;
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

  EXPECT_THAT(escaped, IsSupersetOf({"read_secret", "read_own_environment", "ptrace_victim",
                                     "connect_unix_path", "nested_userns", "outlive_run"}));
}

struct Removal {
  const char* layer;
  std::vector<std::string> opens;
};

class WithoutLayer : public testing::TestWithParam<Removal> {};

// An order straight to the supervisor: no executor leaves a layer out.
std::string RunWithout(const std::string& layer, const std::string& command) {
  const std::string directory = "/var/tmp/inquest-layer-" + NewId();
  std::filesystem::create_directories(directory + "/tree");
  constexpr unsigned kUid = 0x7a1e0100;
  static_cast<void>(!::chown((directory + "/tree").c_str(), kUid, kUid));
  Order order;
  order.set_run_directory(directory + "/run");
  order.set_tree_directory(directory + "/tree");
  order.set_uid(::geteuid() == 0 ? kUid : 0);
  order.set_bubblewrap("/usr/bin/bwrap");
  order.set_seccomp_filter(*CompileSeccompFilter());
  *order.mutable_limits() = SettleLimits({}, {});
  (*order.mutable_environment())["PATH"] = "/usr/bin:/usr/sbin";
  order.add_without_layers(layer);
  v1::Phase* phase = order.add_phases();
  phase->set_shell_command(command);
  phase->mutable_time_limit()->set_seconds(10);
  auto launched = LaunchSupervisor(INQUEST_BINARY_DIR "/bin/inquest-run", order);
  CHECK(launched.ok());
  pollfd polled{launched->process.get(), POLLIN, 0};
  ::poll(&polled, 1, -1);
  ReapChild(launched->process);
  const auto output = ReadFile(directory + "/run/stdout.0", kFileLimit);
  std::filesystem::remove_all(directory);
  return output.ok() ? *output : "";
}

TEST_P(WithoutLayer, SomeProbeGetsThrough) {
  const auto escaped =
      Escapes([](const std::string& command) { return RunWithout(GetParam().layer, command); });
  EXPECT_THAT(escaped, IsSupersetOf(GetParam().opens));
}

INSTANTIATE_TEST_SUITE_P(
    Layers, WithoutLayer,
    testing::Values(Removal{"seccomp", {"netlink_socket", "personality", "keyctl", "io_uring"}},
                    Removal{"netns", {"connect_tcp", "connect_udp", "connect_abstract"}},
                    Removal{"pidns", {"see_victim", "pidfd_of_victim"}}),
    [](const auto& tested) { return std::string(tested.param.layer); });

}  // namespace
}  // namespace inquest::sandbox
