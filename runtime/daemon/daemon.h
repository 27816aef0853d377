#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/clock.h"
#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "runtime/daemon/options.h"
#include "runtime/doors/grpc/server.h"
#include "runtime/engine/engine.h"
#include "runtime/store/store.h"

namespace inquest::daemon {

// What the daemon is made of between the disk and the doors. Destroyed in reverse: what does
// effects goes before the store that it writes to.
struct Parts {
  std::unique_ptr<store::Store> store;
  // What the runner borrows: executor, investigators.
  std::vector<std::shared_ptr<void>> machinery;
  std::unique_ptr<engine::EffectRunner> runner;
  engine::EngineOptions engine;
  // Turns an uploaded tar archive into a tree; empty: such uploads are refused.
  std::function<Result<std::string>(std::string_view tar)> unpack;
  // What evidence says against a hypothesis that a person adds; empty: none can be added.
  std::function<Result<std::vector<v1::Defect>>(const std::string& tree_digest,
                                                const v1::Hypothesis& hypothesis)>
      check_hypothesis;
};

// The daemon as a program over the parts that `assemble` makes: options, signals, serving, the exit
// code. Call from main, before any thread starts.
int RunProgram(int argc, char** argv, const std::function<Result<Parts>(const Options&)>& assemble);

// The engine over its parts behind the doors. One thread.
class Daemon {
 public:
  // Takes unfinished investigations up again and serves; then tells whoever waits on ready_fd.
  static Result<std::unique_ptr<Daemon>> Start(const Options& options, Parts parts);
  ~Daemon();

  // Returns after SIGTERM or SIGINT, or when nothing was to be done for options.idle_exit. Running
  // sandbox supervisors go on; the next daemon re-attaches to them.
  Status Run();

 private:
  Daemon(const Options& options, Parts parts);
  bool Idle() const;

  const Options options_;
  SystemClock clock_;
  Parts parts_;
  engine::Engine engine_;
  std::unique_ptr<doors::Server> server_;
};

}  // namespace inquest::daemon
