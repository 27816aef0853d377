#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sandbox/guest/trials/process.h"

namespace inquest::sandbox::guest {

// The words of a command that a shell would only split: no substitutions, patterns, pipes. Nothing:
// it takes a shell.
std::optional<std::vector<std::string>> PlainWords(const std::string& command);

// An interpreter that was started once and serves each run from there, as most of a short run's
// time is its start: Python forks a child, Node.js starts a worker thread.
class Zygote {
 public:
  // How far it goes before it serves: to where nothing of the workspace has been read, or, for
  // Python's tests, to where all that they import is loaded and the first test would begin.
  enum class Stage { kWarm, kLoaded };
  // Nothing: the command starts nothing that could be kept so, or not in that time.
  static std::optional<Zygote> Start(const std::string& command, Stage stage,
                                     std::int64_t limit_us);

  Zygote(Zygote&& other) noexcept;
  Zygote& operator=(Zygote&&) = delete;
  ~Zygote();

  pid_t pid() const { return pid_; }
  // A run had to be ended, and the zygote with it: start another one.
  bool spent() const { return spent_; }
  // It is as it was, but cannot serve the last run: with those changes, it is to begin earlier.
  bool declined() const { return declined_; }
  // As RunShell. `first`: a test runner may end at its first failure. `changed`: the files that are
  // not as they were when it was started, by their absolute paths; only for one that is loaded.
  // Nothing: it declined, or the zygote is no more.
  std::optional<Ended> Run(const std::string& stdout_path, const std::string& stderr_path,
                           bool first, std::int64_t limit_us,
                           const std::vector<std::string>& changed = {});

 private:
  Zygote(pid_t pid, int to, int from) : pid_(pid), to_(to), from_(from) {}
  // A line that it says, or nothing when the time is over or it is gone.
  std::optional<std::string> Hear(std::int64_t deadline_us);

  pid_t pid_ = 0;
  int to_ = -1;
  int from_ = -1;
  std::string heard_;
  bool spent_ = false;
  bool declined_ = false;
};

}  // namespace inquest::sandbox::guest
