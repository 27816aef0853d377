#pragma once

#include <sys/types.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "sandbox/process/prepare.h"
#include "sandbox/process/process_watch.h"
#include "sandbox/process/worker_pool.h"

namespace inquest::sandbox {

struct ProcessExecutorOptions {
  // Absolute. One folder a run.
  std::string runs_directory;
  // Absolute; holds a folder for each instrument.
  std::string instruments_directory;
  // Path of inquest-run; empty: beside this program.
  std::string supervisor;
  // Path of bwrap; empty: found along /usr/bin, /usr/local/bin, /bin.
  std::string bubblewrap;
  // PATH and HOME that tools are looked for with.
  std::string path;
  std::string home;
  // Runs at the same time; 0: as many as there are processors.
  int slots = 0;
  // Started as root, slot N runs as this user plus N. Nothing else on the machine should be them.
  uid_t slot_uid_base = 0x7a1e0000;
  // Runs that wait for a slot, at most; more are refused (RESOURCE_EXHAUSTED, TOO_MANY_RUNS).
  std::size_t queue_limit = 100'000;
};

// Runs each command under a supervisor process of its own, `inquest-run`, in bubblewrap. A few
// threads prepare and ingest, one watches all supervisors; none is tied up by a running command.
//
// When it is destroyed, runs go on; an executor over the same directory finds them again.
class ProcessExecutor final : public Executor {
 public:
  // `artifacts` and `trees` outlive the executor.
  ProcessExecutor(ProcessExecutorOptions options, store::ArtifactStore& artifacts,
                  TreeCache& trees);
  ~ProcessExecutor() override;

  // Makes the runs directory, takes note of runs that are still going. Once, before anything else.
  // FAILED_PRECONDITION (SANDBOX_UNAVAILABLE): a program that every run needs is not there.
  Status Open();

  // Ends and removes every run of an earlier daemon that nobody waits for any more, and what broken
  // starts left. Runs that `wanted` says yes to are not touched. After Open, before any Start.
  void EndUnwanted(const std::function<bool(const RunKey&)>& wanted);

  void Start(policies::Permit permit, RunKey key, v1::RunSpec spec, Done done) override;
  void Cancel(const RunKey& key) override;
  void Forget(const RunKey& key) override;

 private:
  struct Run {
    policies::Permit permit;
    RunKey key;
    v1::RunSpec spec;
    Done done;
    std::string directory;
    int slot = -1;
    bool cancelled = false;
    // A copy to signal by, while the supervisor lives.
    Fd process;
    std::shared_ptr<const MaterialisedTree> tree;
  };
  using RunPointer = std::shared_ptr<Run>;

  std::string DirectoryOf(const RunKey& key) const;
  // All of these run on the worker threads.
  void Begin(const RunPointer& run);
  void Launch(const RunPointer& run);
  void Ended(const RunPointer& run, const Fd& process);
  void Follow(const RunPointer& run, Fd process);
  void DeclareLost(const RunPointer& run);
  void Finish(const RunPointer& run, Result<v1::RunOutcome> outcome);

  // Starts waiting runs while there are free slots.
  void FillSlots();
  void FreeSlot(int slot);
  void AdoptRunning();
  // Removes a folder of the runs directory whose supervisor is dead, and what it may have left.
  void RemoveLater(const std::string& directory);

  ProcessExecutorOptions options_;
  store::ArtifactStore& artifacts_;
  TreeCache& trees_;
  OrderSetting setting_;

  std::mutex mutex_;
  std::map<RunKey, RunPointer> runs_;
  std::deque<RunPointer> waiting_;
  std::vector<bool> slot_busy_;

  WorkerPool workers_;
  ProcessWatch watch_;
};

}  // namespace inquest::sandbox
