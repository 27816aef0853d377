#include "tests/end_to_end/runtime_under_test.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "inquest/v1/event.pb.h"
#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/store/sqlite/sqlite_store.h"

namespace inquest::tests {
namespace {

constexpr int kDaemonEndMs = 20'000;

std::string ReadBack(const std::string& path) {
  auto bytes = ReadFile(path, std::uint64_t{1} << 30U);
  return bytes.ok() ? *std::move(bytes) : "";
}

// Waits for a process that need not be our child; true when it is gone.
bool AwaitEnd(pid_t pid) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid()) return true;
  pollfd watched{process.get(), POLLIN, 0};
  return ::poll(&watched, 1, kDaemonEndMs) == 1;
}

}  // namespace

RuntimeUnderTest::RuntimeUnderTest(std::string programs)
    : programs_(programs.empty() ? INQUEST_BINARY_DIR "/bin" : std::move(programs)),
      home_("/tmp/inquest-e2e-" + NewId()) {
  target_ = home_ + "/target";
  for (const char* folder : {"/target", "/data", "/config", "/state", "/run", "/log"}) {
    CHECK(MakeDirectories(home_ + folder, 0755).ok());
  }
  // An ordinary user's runs are refused until an operator accepts what that user cannot have.
  if (::geteuid() != 0) {
    const std::string accept = "XDG_CONFIG_HOME=" + home_ +
                               "/config " INQUEST_SOURCE_DIR
                               "/scripts/accept-missing-layers cgroup-memory cgroup-pids";
    CHECK(std::system(accept.c_str()) == 0);
  }
}

RuntimeUnderTest::~RuntimeUnderTest() {
  if (const pid_t daemon = DaemonPid(); daemon > 0) {
    ::kill(daemon, SIGTERM);
    if (!AwaitEnd(daemon)) ::kill(daemon, SIGKILL);
  }
  std::error_code ignored;
  std::filesystem::remove_all(home_, ignored);
}

void RuntimeUnderTest::Write(const std::string& path, const std::string& text) {
  const std::string full = target_ + "/" + path;
  CHECK(MakeDirectories(std::filesystem::path(full).parent_path(), 0755).ok());
  CHECK(WriteFileAtomically(full, text, 0644, Durability::kNone).ok());
}

pid_t RuntimeUnderTest::Begin(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {programs_ + "/inquest"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::setenv("XDG_DATA_HOME", (home_ + "/data").c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", (home_ + "/config").c_str(), 1);
  ::setenv("XDG_STATE_HOME", (home_ + "/state").c_str(), 1);
  ::setenv("XDG_RUNTIME_DIR", (home_ + "/run").c_str(), 1);
  for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  const std::string log = home_ + "/log/" + std::to_string(::getpid());
  const int out = ::open((log + ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err = ::open((log + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

Finished RuntimeUnderTest::Wait(pid_t pid) {
  int status = 0;
  CHECK(::waitpid(pid, &status, 0) == pid);
  const std::string log = home_ + "/log/" + std::to_string(pid);
  Finished finished{-1, ReadBack(log + ".out"), ReadBack(log + ".err")};
  if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
  return finished;
}

Finished RuntimeUnderTest::Inquest(const std::vector<std::string>& arguments) {
  return Wait(Begin(arguments));
}

// The daemon locks its store's lock file: the kernel knows who does.
pid_t RuntimeUnderTest::DaemonPid() const {
  const std::string lock = data() + "/inquest.lock";
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    const auto program = std::filesystem::read_symlink(entry.path() / "exe", gone);
    if (gone || program.filename() != "inquestd") continue;
    for (const auto& fd : std::filesystem::directory_iterator(entry.path() / "fd", gone)) {
      const auto target = std::filesystem::read_symlink(fd.path(), gone);
      if (!gone && target == lock) return static_cast<pid_t>(std::stol(name));
    }
  }
  return 0;
}

bool RuntimeUnderTest::KillDaemon() {
  const pid_t daemon = DaemonPid();
  if (daemon == 0) return false;
  ::kill(daemon, SIGKILL);
  return AwaitEnd(daemon);
}

std::unique_ptr<store::SqliteStore> RuntimeUnderTest::OpenStore() {
  store::SqliteOptions options;
  options.directory = data();
  auto store = store::SqliteStore::Open(std::move(options));
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return store.ok() ? *std::move(store) : nullptr;
}

std::vector<v1::Event> RuntimeUnderTest::Read(store::Store& store, const std::string& id) {
  std::vector<v1::Event> events;
  const auto stored = store.ReadEvents(id, 0, 1'000'000);  // verifies the chain
  EXPECT_TRUE(stored.ok()) << stored.status().ToString();
  if (!stored.ok()) return events;
  for (const store::JournalEvent& event : *stored) {
    EXPECT_TRUE(events.emplace_back().ParseFromString(event.payload));
  }
  return events;
}

std::vector<v1::Event> RuntimeUnderTest::Journal(const std::string& id) {
  const auto store = OpenStore();
  return store == nullptr ? std::vector<v1::Event>() : Read(*store, id);
}

std::map<std::string, machine::State> RuntimeUnderTest::FoldAll() {
  std::map<std::string, machine::State> states;
  const auto store = OpenStore();
  if (store == nullptr) return states;
  const auto heads = store->List({});
  EXPECT_TRUE(heads.ok());
  for (const store::Head& head : *heads) {
    machine::State state;
    for (const v1::Event& event : Read(*store, head.id)) {
      auto folded = machine::Fold(std::move(state), event);
      EXPECT_TRUE(folded.ok()) << folded.status().ToString();
      if (!folded.ok()) return states;
      state = *std::move(folded);
    }
    EXPECT_EQ(state.sequence, head.last_sequence);
    states.emplace(head.id, std::move(state));
  }
  return states;
}

}  // namespace inquest::tests
