#include "runtime/cli/command.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/base/fd.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kOutputBytesMax = std::size_t{1} << 20;
constexpr int kSignalExit = 128;

class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::string ReadAll(int fd) {
  std::string output;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return output;
    const std::size_t room = kOutputBytesMax - output.size();
    output.append(buffer.data(), std::min(room, static_cast<std::size_t>(size)));
  }
}

}  // namespace

Result<CommandOutcome> RunCommand(const std::vector<std::string>& words,
                                  const std::string& directory) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoStatus("make a pipe", errno);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  Actions actions;
  ::posix_spawn_file_actions_addchdir_np(actions.get(), directory.c_str());
  ::posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), writer.get(), 1);
  ::posix_spawn_file_actions_adddup2(actions.get(), writer.get(), 2);
  std::vector<std::string> copies = words;
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv[0], actions.get(), nullptr, argv.data(), environ);
  if (error != 0) {
    return Status(Code::kUnavailable, "COMMAND_MISSING",
                  "cannot start " + words[0] + " in " + directory + ": " +
                      ErrnoStatus(words[0], error).message());
  }
  writer.Close();
  CommandOutcome outcome;
  outcome.output = ReadAll(reader.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalExit + WTERMSIG(status);
  return outcome;
}

}  // namespace inquest::cli
