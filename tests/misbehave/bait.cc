#include "tests/misbehave/bait.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/base/check.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"

namespace inquest::sandbox {
namespace {

constexpr std::size_t kFileLimit = 1 << 24;
constexpr std::size_t kSharedBytes = 4096;

Fd Listen(int type, int* port) {
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

Fd ListenUnix(const std::string& name) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(fd.get(), 8) == 0);
  return fd;
}

bool Touched(const Fd& fd) {
  pollfd polled{fd.get(), POLLIN, 0};
  if (::poll(&polled, 1, 0) != 1) return false;
  const Fd accepted(::accept(fd.get(), nullptr, nullptr));
  char byte = 0;
  if (!accepted.valid()) static_cast<void>(!::recv(fd.get(), &byte, 1, 0));
  return true;
}

// A segment of System V shared memory that everybody may read, with the text in it.
int Share(int key, const std::string& text) {
  const int id = ::shmget(key, kSharedBytes, IPC_CREAT | 0666);
  CHECK(id >= 0);
  void* const memory = ::shmat(id, nullptr, 0);
  std::memcpy(memory, text.c_str(), text.size() + 1);
  ::shmdt(memory);
  return id;
}

std::string HostName() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  return name;
}

}  // namespace

Bait::Bait() : directory_("/var/tmp/inquest-bait-" + NewId()), token_(NewId()) {
  for (const char* name : {"/outside", "/private"}) {
    std::filesystem::create_directories(directory_ + name);
  }
  std::filesystem::permissions(directory_ + "/outside", std::filesystem::perms::all);
  std::filesystem::permissions(private_directory(), std::filesystem::perms::owner_all);
  std::ofstream(secret_file()) << token_;
  std::ofstream(private_directory() + "/key") << token_;
  mark_ = std::to_string(::getpid()) + "77";
  tcp_ = Listen(SOCK_STREAM, &port_);
  udp_ = Listen(SOCK_DGRAM, &udp_port_);
  abstract_ = ListenUnix(std::string(1, '\0') + token_);
  unix_ = ListenUnix(directory_ + "/outside.sock");
  shared_key_ = 0x1a2b0000 + (::getpid() & 0xffff);
  shared_ = Share(shared_key_, token_);
  ::setenv("INQUEST_PROBE_SECRET", token_.c_str(), 1);
  StartVictim();
}

Bait::~Bait() {
  ::kill(victim_, SIGKILL);
  ::waitpid(victim_, nullptr, 0);
  ::shmctl(shared_, IPC_RMID, nullptr);
  std::filesystem::remove_all(directory_);
}

std::string Bait::Command(const Probe& probe) const {
  std::string text = WithPrelude(probe.command);
  const std::pair<std::string, std::string> words[] = {{"{SECRET}", secret_file()},
                                                       {"{PRIVATE}", private_directory()},
                                                       {"{OUTSIDE}", directory_ + "/outside"},
                                                       {"{PORT}", std::to_string(port_)},
                                                       {"{UDP}", std::to_string(udp_port_)},
                                                       {"{SHARED}", std::to_string(shared_key_)},
                                                       {"{ABSTRACT}", token_},
                                                       {"{HOST}", HostName()},
                                                       {"{VICTIM}", std::to_string(victim_)},
                                                       {"{MARK}", mark_}};
  for (const auto& [word, value] : words) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

bool Bait::Taken(const std::string& output) {
  bool taken = output.find(token_) != std::string::npos ||
               output.find("ESCAPED") != std::string::npos ||
               static_cast<std::int64_t>(output.size()) > 2 * ProbeLimits().output_bytes();
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

void Bait::StartVictim() {
  victim_ = ::fork();
  if (victim_ != 0) return;
  ::execl("/bin/sleep", "sleep", "100000", nullptr);
  ::_exit(1);
}

// Processes of the probe that are still there; ended here, so that each probe starts clean.
bool Bait::KillMarked() const {
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

v1::RunLimits ProbeLimits() {
  v1::RunLimits limits;
  limits.set_memory_bytes(256 << 20);
  limits.set_output_bytes(1 << 20);
  limits.set_file_bytes(8 << 20);
  limits.set_disk_bytes(48 << 20);
  limits.set_processes(64);
  limits.mutable_cpu_time()->set_seconds(1);
  return limits;
}

int ProbeSeconds(const Probe& probe) {
  constexpr int kSeconds = 20;
  return std::string_view(probe.name) == "outstay" ? 1 : kSeconds;
}

}  // namespace inquest::sandbox
