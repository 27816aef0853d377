#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <string>

// Processes of the guest: started, waited for with a limit, and ended with all that they started.
namespace inquest::sandbox::guest {

std::int64_t NowUs();

// Descendants whose parents die become children of this process; SIGCHLD and SIGIO are waited for,
// not handled. Once, at the start.
void BecomeReaper();

struct Ended {
  bool timed_out = false;
  bool stopped = false;  // at the first failure that it told of
  int status = 0;        // as waitpid gives it
  std::int64_t wall_us = 0;
  bool Clean() const { return !timed_out && status == 0; }
};

// `sh -c command`, in a session of its own, with both streams in files. When it is over, everything
// that it left running is killed. `failure_says`, if not null: it is over, too, once it says on
// stdout, in a line with that text, that a test failed (failure_lines.h).
Ended RunShell(const std::string& command, const std::string& stdout_path,
               const std::string& stderr_path, std::int64_t limit_us,
               const std::string* failure_says = nullptr);

// Whether one of its threads has started a process that is not reaped yet.
bool HasChildren(pid_t process);

// Kills and reaps all children and theirs, but those of `keep`; these as well where they would not
// end otherwise.
void KillChildren(std::initializer_list<pid_t> keep);

}  // namespace inquest::sandbox::guest
