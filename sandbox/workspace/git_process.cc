#include "sandbox/workspace/git_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "runtime/base/fd.h"
#include "runtime/formats/printable.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kErrorBytes = 600;  // of stderr, its end
constexpr std::array<const char*, 3> kPrograms = {"/usr/local/bin/git", "/usr/bin/git", "/bin/git"};
// The operator's, of the daemon's own environment.
constexpr std::array<const char*, 9> kPassedOn = {"https_proxy", "HTTPS_PROXY",   "http_proxy",
                                                  "all_proxy",   "ALL_PROXY",     "no_proxy",
                                                  "NO_PROXY",    "SSL_CERT_FILE", "GIT_SSL_CAINFO"};

const char* FindProgram() {
  const auto found = std::find_if(kPrograms.begin(), kPrograms.end(),
                                  [](const char* path) { return ::access(path, X_OK) == 0; });
  return found == kPrograms.end() ? nullptr : *found;
}

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoStatus("make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

class FileActions {
 public:
  FileActions() { CHECK(::posix_spawn_file_actions_init(&actions_) == 0); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  // Its own process group, the signals as in a fresh process.
  Attributes() {
    CHECK(::posix_spawnattr_init(&attributes_) == 0);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    CHECK(::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                       POSIX_SPAWN_SETSIGDEF) == 0);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// A running child; killed with its group and reaped at the latest when this goes.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {
    exited_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  }
  ~Child() {
    if (pid_ > 0) (void)Reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int exited() const { return exited_.get(); }

  // What is left of the group dies too. The wait status.
  int Reap() {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
  Fd exited_;
};

Result<pid_t> Spawn(std::vector<std::string> arguments, std::vector<std::string> environment,
                    const std::string& directory, const std::string& stdin_file, int out, int err) {
  const char* program = FindProgram();
  if (program == nullptr) {
    return Status(Code::kFailedPrecondition, "GIT_MISSING",
                  "git is not installed where the daemon runs; install it (apt-get install git)");
  }
  FileActions actions;
  const char* input = stdin_file.empty() ? "/dev/null" : stdin_file.c_str();
  ::posix_spawn_file_actions_addopen(actions.get(), 0, input, O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), out, 1);
  ::posix_spawn_file_actions_adddup2(actions.get(), err, 2);
  ::posix_spawn_file_actions_addchdir_np(actions.get(), directory.c_str());
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), 3);
  Attributes attributes;
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program, actions.get(), attributes.get(),
                                  Pointers(arguments).data(), Pointers(environment).data());
  if (error != 0) return ErrnoStatus("start git", error);
  return pid;
}

// Reads both pipes until they are closed and the child has exited, the deadline or the stop comes.
class Watch {
 public:
  Watch(const GitProcess::Sink& sink, std::chrono::steady_clock::time_point deadline, int stop)
      : sink_(sink), deadline_(deadline), stop_(stop) {}

  Status Until(int exited, const Fd& out, const Fd& err) {
    std::array<pollfd, 4> fds = {
        {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {exited, POLLIN, 0}, {stop_, POLLIN, 0}}};
    while (fds[0].fd >= 0 || fds[1].fd >= 0 || fds[2].fd >= 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          deadline_ - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        return {Code::kDeadlineExceeded, "GIT_TIMED_OUT", "git took longer than it may"};
      }
      const int wait_ms = static_cast<int>(std::min<std::int64_t>(left.count(), 3'600'000));
      if (::poll(fds.data(), fds.size(), wait_ms) < 0 && errno != EINTR) {
        return ErrnoStatus("poll", errno);
      }
      if (fds[3].revents != 0) return {Code::kCancelled, "CANCELLED", "cancelled"};
      if (fds[0].revents != 0) TRY(Take(fds[0], sink_));
      if (fds[1].revents != 0) {
        TRY(Take(fds[1], [this](std::string_view bytes) { return KeepError(bytes); }));
      }
      if (fds[2].revents != 0) fds[2].fd = -1;
    }
    return Status::Ok();
  }

  const std::string& error_text() const { return error_text_; }

 private:
  static Status Take(pollfd& from, const GitProcess::Sink& sink) {
    from.revents = 0;
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(from.fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return Status::Ok();
    if (got < 0) return ErrnoStatus("read from git", errno);
    if (got == 0) {
      from.fd = -1;
      return Status::Ok();
    }
    return sink(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }

  Status KeepError(std::string_view bytes) {
    error_text_ += bytes;
    if (error_text_.size() > kErrorBytes) error_text_.erase(0, error_text_.size() - kErrorBytes);
    return Status::Ok();
  }

  const GitProcess::Sink& sink_;
  const std::chrono::steady_clock::time_point deadline_;
  const int stop_;
  std::string error_text_;
};

// What git wrote to stderr, on one line.
std::string OneLine(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at)) {
    text.replace(at, 1, "; ");
  }
  return formats::Printable(text, 2 * kErrorBytes);
}

}  // namespace

std::vector<std::string> GitProcess::FullArguments(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {"git", "--git-dir=" + options_.repository,
                                  "--no-replace-objects"};
  for (const char* setting :
       {"core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null",
        "core.askPass=/bin/false", "credential.helper=", "protocol.ext.allow=never", "gc.auto=0",
        "maintenance.auto=false", "fetch.unpackLimit=1", "http.lowSpeedLimit=1",
        "http.lowSpeedTime=60", "pack.threads=1"}) {
    all.emplace_back("-c");
    all.emplace_back(setting);
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

std::vector<std::string> GitProcess::Environment() const {
  std::vector<std::string> all = {
      "PATH=/usr/local/bin:/usr/bin:/bin",
      "LC_ALL=C",
      "HOME=" + options_.repository,
      "GIT_CONFIG_NOSYSTEM=1",
      "GIT_CONFIG_GLOBAL=/dev/null",
      "GIT_ATTR_NOSYSTEM=1",
      "GIT_TERMINAL_PROMPT=0",
      "GIT_ASKPASS=/bin/false",
      "SSH_ASKPASS=/bin/false",
      "GIT_SSH_COMMAND=ssh -o BatchMode=yes",
      "GIT_NO_LAZY_FETCH=1",
      "GIT_NO_REPLACE_OBJECTS=1",
      "GIT_OPTIONAL_LOCKS=0",
      "GIT_ALLOW_PROTOCOL=" + options_.protocol,
  };
  for (const char* name : kPassedOn) {
    if (const char* value = std::getenv(name)) all.push_back(std::string(name) + '=' + value);
  }
  return all;
}

Status GitProcess::Stream(const std::vector<std::string>& arguments, const std::string& stdin_file,
                          const Sink& sink) const {
  TRY_ASSIGN(Pipe out, MakePipe());
  TRY_ASSIGN(Pipe err, MakePipe());
  const Fd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.valid()) return ErrnoStatus("make an eventfd", errno);
  const std::stop_callback on_stop(stop_, [&] { (void)::eventfd_write(stop.get(), 1); });

  TRY_ASSIGN(const pid_t pid, Spawn(FullArguments(arguments), Environment(), options_.repository,
                                    stdin_file, out.write.get(), err.write.get()));
  Child child(pid);
  out.write.Close();
  err.write.Close();
  const rlimit file_size = {static_cast<rlim_t>(options_.file_bytes),
                            static_cast<rlim_t>(options_.file_bytes)};
  const rlimit no_core = {0, 0};
  ::prlimit(pid, RLIMIT_FSIZE, &file_size, nullptr);
  ::prlimit(pid, RLIMIT_CORE, &no_core, nullptr);

  Watch watch(sink, options_.deadline, stop.get());
  TRY(watch.Until(child.exited(), out.read, err.read));
  const int status = child.Reap();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Status::Ok();
  return {Code::kFailedPrecondition, "GIT_FAILED",
          "git " + arguments.front() + " failed: " + OneLine(watch.error_text())};
}

Result<std::string> GitProcess::Run(const std::vector<std::string>& arguments,
                                    std::size_t output_bytes_limit) const {
  std::string output;
  TRY(Stream(arguments, "", [&](std::string_view bytes) -> Status {
    output += bytes;
    if (output.size() <= output_bytes_limit) return Status::Ok();
    return {Code::kResourceExhausted, "GIT_OUTPUT_TOO_LARGE", "git prints more than it may"};
  }));
  return output;
}

}  // namespace inquest::sandbox
