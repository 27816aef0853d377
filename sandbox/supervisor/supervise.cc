#include "sandbox/supervisor/supervise.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/control_groups.h"
#include "sandbox/supervisor/copy_tree.h"
#include "sandbox/supervisor/landlock.h"
#include "sandbox/supervisor/phase.h"
#include "sandbox/supervisor/stage.h"

namespace inquest::sandbox {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Blocks the signals that ask for an end and gives them as a descriptor.
Result<Fd> TakeStopSignals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  ::signal(SIGPIPE, SIG_IGN);
  if (::sigprocmask(SIG_BLOCK, &stop, nullptr) != 0) return ErrnoStatus("block signals", errno);
  Fd fd(::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return ErrnoStatus("make a signal descriptor", errno);
  return fd;
}

class Supervisor {
 public:
  Supervisor(const Order& order, const Profile& profile) : order_(order), profile_(profile) {}

  Status Run();

 private:
  Status RunPhases();
  // Adds the layer to the outcome, or refuses when it is missing and nobody accepted that.
  Status Require(const std::string& layer, bool there);
  Status RequireLayers();
  void Record(const Status& problem);

  std::vector<ControlGroupPlace> PlanGroups(const Claim& claim) const;

  const Order& order_;
  const Profile& profile_;
  const SteadyClock::time_point begun_ = SteadyClock::now();
  std::string run_;  // the run directory, also after the change of root
  Fd cancel_;
  Launch launch_;
  ControlGroups groups_;
  v1::RunOutcome outcome_;
};

Status Supervisor::Require(const std::string& layer, bool there) {
  if (there && profile_.Has(layer)) {
    outcome_.add_layers(layer);
    return Status::Ok();
  }
  const auto& accepted = order_.accept_missing_layers();
  if (std::find(accepted.begin(), accepted.end(), layer) == accepted.end() && profile_.Has(layer)) {
    return {Code::kFailedPrecondition, "SANDBOX_REFUSED",
            layer +
                ": this host does not let the sandbox have it, and no setting accepts that; "
                "`inquest doctor` says what can be done"};
  }
  outcome_.add_missing_layers(layer);
  return Status::Ok();
}

Status Supervisor::RequireLayers() {
  for (const char* layer : {"userns", "mounts", "pidns", "netns", "ipcns", "rlimits"}) {
    TRY(Require(layer, true));
  }
  TRY(Require("seccomp", !order_.seccomp_filter().empty()));
  // A weaker filter is told by the evidence.
  if (order_.debugger()) outcome_.add_layers("seccomp-debugger");
  // An ordinary user's runs are that user's; only root can give each a user of its own.
  if (::geteuid() == 0) TRY(Require("uid", order_.uid() != 0));
  TRY(Require("cgroup-memory", groups_.has_memory()));
  TRY(Require("cgroup-pids", groups_.has_processes()));
  if (groups_.has_kill()) outcome_.add_layers("cgroup-kill");
  // Stands in for groups: looks at memory and processes now and then, which is weaker.
  if (!groups_.has_memory() || !groups_.has_processes()) outcome_.add_layers("process-watch");
  // Only a belt, so a kernel without it is no reason to refuse; the outcome says which it was.
  launch_.landlock = HasLandlock() && profile_.Has("landlock");
  if (launch_.landlock) outcome_.add_layers("landlock");
  return Status::Ok();
}

Status Supervisor::RunPhases() {
  launch_.order = &order_;
  launch_.profile = &profile_;
  launch_.groups = &groups_;
  launch_.bubblewrap = Fd(::open(order_.bubblewrap().c_str(), O_PATH | O_CLOEXEC));
  if (!launch_.bubblewrap.valid()) {
    return {Code::kFailedPrecondition, "SANDBOX_REFUSED",
            "bubblewrap: cannot open " + order_.bubblewrap()};
  }
  TRY(RequireLayers());
  TRY_ASSIGN(const Stage stage, EnterStage(order_, run_));
  outcome_.add_layers(stage.workspace_layer);
  TRY(WritePatched(order_, "/workspace"));
  const PhaseSetting setting{&launch_, &groups_, run_, stage.written_directories, cancel_.get()};
  outcome_.mutable_setup_time()->set_nanos(static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - begun_).count() %
      1'000'000'000));
  outcome_.mutable_setup_time()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(SteadyClock::now() - begun_).count());
  for (int index = 0; index < order_.phases_size(); ++index) {
    TRY_ASSIGN(v1::PhaseOutcome phase, RunPhase(setting, order_.phases(index), index));
    const bool good = phase.ending() == v1::ENDING_EXITED && phase.exit_code() == 0;
    if (phase.ending() == v1::ENDING_CANCELLED) {
      outcome_.set_problem(v1::RunOutcome::PROBLEM_CANCELLED);
      outcome_.set_explanation("cancelled in phase " + phase.name());
    }
    *outcome_.add_phases() = std::move(phase);
    if (!good) break;
  }
  return Status::Ok();
}

void Supervisor::Record(const Status& problem) {
  if (problem.ok()) return;
  outcome_.set_problem(problem.reason() == "SANDBOX_REFUSED"
                           ? v1::RunOutcome::PROBLEM_SANDBOX_REFUSED
                           : v1::RunOutcome::PROBLEM_HOST_RESOURCES);
  outcome_.set_explanation(problem.message());
}

std::vector<ControlGroupPlace> Supervisor::PlanGroups(const Claim& claim) const {
  // Each run directory is unique on the host, so its claim's process names its groups.
  const std::string name =
      std::to_string(claim.pid()) + "-" + std::to_string(claim.start_time_ticks());
  std::vector<ControlGroupPlace> places = PlanControlGroups(name);
  for (ControlGroupPlace& place : places) {
    std::erase_if(place.controllers, [this](const std::string& controller) {
      return (controller == "memory" || controller == "pids") &&
             !profile_.Has("cgroup-" + controller);
    });
  }
  // Ending its groups would end the run too.
  if (!profile_.Has("tree-kill")) places.clear();
  std::erase_if(places, [this](const ControlGroupPlace& place) {
    return place.unified ? !profile_.Has("cgroup-kill") : place.controllers.empty();
  });
  return places;
}

Status Supervisor::Run() {
  // Whoever started us may have left descriptors open: none of them is the command's business.
  if (profile_.Has("descriptors")) {
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  }
  TRY_ASSIGN(cancel_, TakeStopSignals());
  TRY_ASSIGN(Claim claim, ClaimOfThisProcess());
  claim.set_slot(order_.slot());
  claim.set_tree_directory(order_.tree_directory());
  const std::vector<ControlGroupPlace> places = PlanGroups(claim);
  for (const ControlGroupPlace& place : places) claim.add_control_groups(place.directory);
  TRY(MakeClaim(order_.run_directory(), claim, order_.durable()));
  const Fd directory(::open(order_.run_directory().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return ErrnoStatus("open " + order_.run_directory(), errno);
  run_ = "/proc/self/fd/" + std::to_string(directory.get());
  // What the sandbox leaves behind becomes ours to reap.
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return ErrnoStatus("become a subreaper", errno);
  groups_ =
      ControlGroups::Make(places, {order_.limits().memory_bytes(), order_.limits().processes()});
  outcome_.set_environment_digest(order_.environment_digest());
  Record(RunPhases());
  return WriteFileAtomically(run_ + "/" + kOutcomeFile, outcome_.SerializeAsString(), 0600,
                             order_.durable() ? Durability::kSynced : Durability::kNone);
}

}  // namespace

Status Supervise(const Order& order, const Profile& profile) {
  return Supervisor(order, profile).Run();
}

}  // namespace inquest::sandbox
