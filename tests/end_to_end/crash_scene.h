#pragma once

#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "tests/end_to_end/runtime_under_test.h"
#include "tests/end_to_end/witness.h"

namespace inquest::tests {

// One investigation of the small buggy target by programs that write down each start of a command,
// with a witness of all that the daemons told. What may be killed is killed by the tests.
class CrashScene {
 public:
  // In the folder of the programs is a daemon that obeys a kill plan (killing_daemon.cc); an empty
  // plan leaves it alone.
  static std::string KillingPrograms();
  // The product's own programs, inquest-run recorded.
  static std::string RecordedPrograms();

  explicit CrashScene(const std::string& programs, const std::string& kill_plan = "");

  RuntimeUnderTest& runtime() { return runtime_; }
  // `inquest investigate --detach`: false when it failed.
  bool Open();
  Witness& witness() { return *witness_; }

  // Kills the supervisor (SIGKILL) of one run that goes on, of those that `spared` does not name;
  // its run directory's name, or nothing when there is none.
  std::optional<std::string> KillASupervisor(std::mt19937_64& random,
                                             const std::set<std::string>& spared) const;

  // Appends and kills of the plan so far.
  std::int64_t appends() const;
  std::int64_t kills() const;

  // Ends the daemon and looks at what stands: the journal folds, holds every event that was told,
  // nothing is in flight, no command was started twice under one key, the next start leaves no run
  // behind, and the result is that of an
  // investigation that nobody disturbed.
  void ExpectUndisturbedResult();
  // After that: how often the journal says that an attempt was lost.
  int retried() const { return retried_; }

 private:
  void ExpectNothingToldIsLost(const std::string& id);
  void ExpectNoStartTwice() const;

  RuntimeUnderTest runtime_;
  std::string plan_folder_;
  std::string id_;
  std::optional<Witness> witness_;
  int retried_ = 0;
};

// True when it has ended by then.
bool EndsWithin(pid_t pid, int milliseconds);

}  // namespace inquest::tests
