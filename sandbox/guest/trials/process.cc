#include "sandbox/guest/trials/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <vector>

#include "sandbox/guest/trials/failure_lines.h"

namespace inquest::sandbox::guest {
namespace {

constexpr rlim_t kOutputBytes = rlim_t{64} << 20U;
constexpr int kKillRounds = 200;
constexpr int kNotStarted = 127;

std::vector<pid_t> Children(pid_t process) {
  std::vector<pid_t> children;
  std::error_code error;
  const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
  // A thread may end meanwhile.
  for (std::filesystem::directory_iterator task(tasks, error), end; !error && task != end;
       task.increment(error)) {
    std::ifstream list(task->path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

[[noreturn]] void Become(const std::string& command, const std::string& stdout_path,
                         const std::string& stderr_path) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit output{kOutputBytes, kOutputBytes};
  ::setrlimit(RLIMIT_FSIZE, &output);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = ::open(stdout_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int err = ::open(stderr_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  for (const int fd : {in, out, err}) {
    if (fd > 2) ::close(fd);
  }
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(kNotStarted);
}

// Waits until `pid` ends, the time is over, or the lines (nullptr: none) tell of a failure. True:
// it ended, and was reaped.
bool AwaitChild(pid_t pid, std::int64_t deadline_us, FailureLines* lines, int* status) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigaddset(&child, SIGIO);
  while (true) {
    const pid_t ended = ::waitpid(pid, status, WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) return true;
    if (lines != nullptr && lines->Found()) return false;
    const std::int64_t left = deadline_us - NowUs();
    if (left <= 0) return false;
    const timespec wait{left / 1'000'000, left % 1'000'000 * 1000};
    ::sigtimedwait(&child, nullptr, &wait);
  }
}

}  // namespace

std::int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void BecomeReaper() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigaddset(&child, SIGIO);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
}

bool HasChildren(pid_t process) { return !Children(process).empty(); }

void KillChildren(std::initializer_list<pid_t> keep) {
  const auto kept = [&](pid_t process) {
    return std::find(keep.begin(), keep.end(), process) != keep.end();
  };
  for (int round = 0; round < kKillRounds; ++round) {
    bool any = false;
    for (const pid_t child : Children(::getpid())) {
      if (kept(child)) continue;
      any = true;
      // A group dies at once, so that its members cannot start new ones meanwhile.
      const pid_t group = ::getpgid(child);
      if (group > 1 && group != ::getpgrp() && !kept(group)) ::kill(-group, SIGKILL);
      ::kill(child, SIGKILL);
      while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    }
    if (!any) return;
  }
  // They start new ones faster than they end: all at once, then.
  ::kill(-1, SIGKILL);
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) continue;
}

Ended RunShell(const std::string& command, const std::string& stdout_path,
               const std::string& stderr_path, std::int64_t limit_us,
               const std::string* failure_says) {
  Ended ended;
  const std::int64_t started = NowUs();
  std::optional<FailureLines> lines;
  if (failure_says != nullptr) lines.emplace(stdout_path, *failure_says);
  const pid_t pid = ::fork();
  if (pid == 0) Become(command, stdout_path, stderr_path);
  if (pid < 0) {
    ended.status = kNotStarted << 8;
    return ended;
  }
  if (!AwaitChild(pid, started + limit_us, lines.has_value() ? &*lines : nullptr, &ended.status)) {
    ended.timed_out = NowUs() >= started + limit_us;
    ended.stopped = !ended.timed_out;
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, &ended.status, 0) < 0 && errno == EINTR) continue;
  }
  ended.wall_us = NowUs() - started;
  return ended;
}

}  // namespace inquest::sandbox::guest
