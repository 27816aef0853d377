#include "reruns.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

namespace inquest::inputs {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRunLimit{500};
constexpr std::size_t kOutputLimit = 1U << 16U;
constexpr std::size_t kRecordsLimit = 1U << 19U;
constexpr rlim_t kMemoryLimit = rlim_t{1} << 29U;
constexpr rlim_t kFileLimit = rlim_t{1} << 22U;
constexpr std::uintmax_t kCopyBytes = 8U << 20U;
constexpr int kCopyFiles = 400;

int MemoryFile(const std::string& text) {
  const int file = ::memfd_create("replay", MFD_CLOEXEC);
  if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::lseek(file, 0, SEEK_SET) != 0) {
    return -1;
  }
  return file;
}

// A file for what the program records; not to be had by what it starts.
class Records {
 public:
  explicit Records(bool wanted) : file_(wanted ? ::memfd_create("records", MFD_CLOEXEC) : -1) {}
  ~Records() {
    if (file_ >= 0) ::close(file_);
  }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  // In the child: its number goes with it, by the variable's name.
  void Offer(const char* variable) const {
    if (file_ < 0) return;
    ::fcntl(file_, F_SETFD, 0);
    ::setenv(variable, std::to_string(file_).c_str(), 1);
  }

  std::string Read() const {
    std::string text;
    std::array<char, 4096> chunk;
    while (file_ >= 0 && text.size() < kRecordsLimit) {
      const ssize_t got =
          ::pread(file_, chunk.data(), chunk.size(), static_cast<off_t>(text.size()));
      if (got <= 0) break;
      text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int file_;
};

struct Ends {
  int in = -1;
  int out = -1;
  const Records& literals;
  const Records& notes;
};

[[noreturn]] void Become(const std::string& executable, const Input& input, const Wishes& wishes,
                         const Ends& ends) {
  ::setpgid(0, 0);
  const rlimit memory{kMemoryLimit, kMemoryLimit};
  const rlimit file{kFileLimit, kFileLimit};
  const rlimit core{0, 0};
  ::setrlimit(RLIMIT_AS, &memory);
  ::setrlimit(RLIMIT_FSIZE, &file);
  ::setrlimit(RLIMIT_CORE, &core);
  ::unsetenv("INQUEST_OUT");  // not to be recorded itself
  ends.literals.Offer("INQUEST_LITERALS");
  ends.notes.Offer("INQUEST_NOTES");
  if (!wishes.vary.empty()) ::setenv("INQUEST_VARY", wishes.vary.c_str(), 1);
  ::dup2(ends.in, STDIN_FILENO);
  ::dup2(ends.out, STDOUT_FILENO);
  ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& word : input.arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(executable.c_str(), words.data());
  ::_exit(127);
}

// What it prints, until it closes its output, says too much or runs out of time.
bool Drain(int from, Clock::time_point deadline, std::string* text) {
  std::array<char, 4096> chunk;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    pollfd polled{from, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) != 1) return false;
    const ssize_t got = ::read(from, chunk.data(), chunk.size());
    if (got <= 0) return got == 0;
    text->append(chunk.data(), static_cast<std::size_t>(got));
    if (text->size() > kOutputLimit) return false;
  }
}

// One that closed its output and goes on is not waited for.
bool HasEnded(pid_t pid) {
  siginfo_t info{};
  for (int i = 0; i <= 50; ++i) {
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid) {
      return true;
    }
    ::poll(nullptr, 0, 1);
  }
  return false;
}

}  // namespace

std::string Variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

Place::Place() : path_(Variable("TMPDIR", "/tmp") + "/inquest-replay.XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) return;
  made_ = true;
  std::error_code error;
  std::uintmax_t bytes = 0;
  int files = 0;
  const fs::path here = fs::current_path(error);
  for (fs::recursive_directory_iterator it(here, error), end; !error && it != end;
       it.increment(error)) {
    const fs::path relative = it->path().lexically_relative(here);
    if (relative == ".git") it.disable_recursion_pending();
    if (it->is_directory(error)) {
      fs::create_directory(path_ / relative, error);
    } else if (it->is_regular_file(error)) {
      bytes += it->file_size(error);
      if (++files > kCopyFiles || bytes > kCopyBytes) return;
      fs::copy_file(it->path(), path_ / relative, error);
    }
  }
  complete_ = !error && ::chdir(path_.c_str()) == 0;
}

Place::~Place() {
  std::error_code ignored;
  if (made_) fs::remove_all(path_, ignored);
}

std::optional<Ending> RunAgain(const std::string& executable, const Input& input,
                               const Wishes& wishes) {
  std::array<int, 2> out{-1, -1};
  const int in = MemoryFile(input.text);
  if (in < 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return std::nullopt;
  const Records literals(wishes.literals);
  const Records notes(wishes.notes);
  const pid_t pid = ::fork();
  if (pid == 0) Become(executable, input, wishes, {in, out[1], literals, notes});
  ::close(in);
  ::close(out[1]);
  Ending ending;
  const bool told =
      pid > 0 && Drain(out[0], Clock::now() + kRunLimit, &ending.output) && HasEnded(pid);
  ::close(out[0]);
  if (pid < 0) return std::nullopt;
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &ending.status, 0);
  if (!told) return std::nullopt;
  ending.literals = literals.Read();
  ending.notes = notes.Read();
  return ending;
}

}  // namespace inquest::inputs
