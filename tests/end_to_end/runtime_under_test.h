#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "runtime/machine/state.h"
#include "runtime/store/sqlite/sqlite_store.h"

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
  // `programs`: the folder with inquest, inquestd and inquest-run; empty: the build's own.
  explicit RuntimeUnderTest(std::string programs = "");
  ~RuntimeUnderTest();  // ends the daemon and removes the home

  // A file of the target.
  void Write(const std::string& path, const std::string& text);
  const std::string& target() const { return target_; }
  const std::string& home() const { return home_; }
  std::string data() const { return home_ + "/data/inquest"; }
  std::string socket() const { return home_ + "/run/inquest/inquest.sock"; }

  // For every program that is started from now on.
  void SetVariable(const std::string& name, const std::string& value) { variables_[name] = value; }

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
  // As long as nobody has the store: an investigation's events as they lie in its journal.
  std::vector<v1::Event> Journal(const std::string& id);

 private:
  std::unique_ptr<store::SqliteStore> OpenStore();
  static std::vector<v1::Event> Read(store::Store& store, const std::string& id);

  const std::string programs_;
  std::map<std::string, std::string> variables_;
  std::string home_;
  std::string target_;
};

}  // namespace inquest::tests
