#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "runtime/machine/state.h"

namespace inquest::tests {

// What a finished command printed, and how it ended.
struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// The real programs of the build over a home of their own: CLI, daemon, supervisors.
class RuntimeUnderTest {
 public:
  RuntimeUnderTest();
  ~RuntimeUnderTest();  // ends the daemon and removes the home

  // A file of the target.
  void Write(const std::string& path, const std::string& text);
  const std::string& target() const { return target_; }
  std::string data() const { return home_ + "/data/inquest"; }

  // Runs the CLI to its end.
  Finished Inquest(const std::vector<std::string>& arguments);
  // Starts it and gives its pid; Wait takes it to its end.
  pid_t Begin(const std::vector<std::string>& arguments);
  Finished Wait(pid_t pid);

  // The daemon that holds the store; 0: none.
  pid_t DaemonPid() const;
  // Kills it (SIGKILL) and waits until it is gone. False: there was none.
  bool KillDaemon();

  // After the daemon is gone: every investigation's state, folded from the journal; fails the test
  // when a chain is broken or a journal does not fold.
  std::map<std::string, machine::State> FoldAll();

 private:
  std::string home_;
  std::string target_;
};

}  // namespace inquest::tests
