#include "sandbox/process/process_executor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "sandbox/process/ingest.h"
#include "sandbox/process/launch.h"
#include "sandbox/process/remove_run.h"
#include "sandbox/process/seccomp_filter.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/control_groups.h"

namespace inquest::sandbox {
namespace {

int SlotCount(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void Signal(const Fd& process, int signal) {
  if (process.valid()) ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

v1::RunOutcome Problem(v1::RunOutcome::Problem problem, const char* explanation) {
  v1::RunOutcome outcome;
  outcome.set_problem(problem);
  outcome.set_explanation(explanation);
  return outcome;
}

// From the name of a run directory (DirectoryOf); nothing: the name is of something else.
std::optional<RunKey> ParseRunName(const std::string& name) {
  const auto attempt = name.rfind('.');
  const auto effect =
      attempt == 0 || attempt == name.npos ? name.npos : name.rfind('.', attempt - 1);
  if (effect == name.npos) return std::nullopt;
  RunKey key{name.substr(0, effect), 0, 0};
  const auto number = [&](std::size_t begin, std::size_t end, auto& value) {
    const auto [stop, error] = std::from_chars(name.data() + begin, name.data() + end, value);
    return error == std::errc() && stop == name.data() + end;
  };
  if (!number(effect + 1, attempt, key.effect_id)) return std::nullopt;
  if (!number(attempt + 1, name.size(), key.attempt)) return std::nullopt;
  return key;
}

std::string FindBubblewrap() {
  for (const char* path : {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return "";
}

}  // namespace

ProcessExecutor::ProcessExecutor(ProcessExecutorOptions options, store::ArtifactStore& artifacts,
                                 TreeCache& trees)
    : options_(std::move(options)),
      artifacts_(artifacts),
      trees_(trees),
      slot_busy_(static_cast<std::size_t>(SlotCount(options_.slots))),
      // One more than the slots, so that attaching and ingesting never wait for a preparation.
      workers_(SlotCount(options_.slots) + 1) {}

ProcessExecutor::~ProcessExecutor() {
  watch_.Stop();
  workers_.Stop();
}

Status ProcessExecutor::Open() {
  if (options_.supervisor.empty()) options_.supervisor = ProgramDirectory() + "/inquest-run";
  if (options_.bubblewrap.empty()) options_.bubblewrap = FindBubblewrap();
  if (::access(options_.supervisor.c_str(), X_OK) != 0) {
    return {Code::kFailedPrecondition, "SANDBOX_UNAVAILABLE",
            options_.supervisor + " is missing or not executable"};
  }
  if (options_.bubblewrap.empty()) {
    return {Code::kFailedPrecondition, "SANDBOX_UNAVAILABLE",
            "bwrap is missing: install the package bubblewrap"};
  }
  TRY(MakeDirectories(options_.runs_directory, 0700));
  setting_ = {
      options_.instruments_directory, options_.bubblewrap, "", options_.path, options_.home, ""};
  // Without a filter each run is refused by its supervisor, unless an operator accepted that.
  const auto filter = CompileSeccompFilter();
  const auto debugger = CompileSeccompFilter(SeccompProfile::kDebugger);
  if (filter.ok() && debugger.ok()) {
    setting_.seccomp_filter = *filter;
    setting_.debugger_filter = *debugger;
  } else {
    Log(LogLevel::kWarning, "no system call filter",
        {{"error", (filter.ok() ? debugger : filter).status().message()}});
  }
  TRY(watch_.Start());
  AdoptRunning();
  return Status::Ok();
}

// A run of an earlier daemon keeps its slot, hence its user, until its supervisor ends.
void ProcessExecutor::AdoptRunning() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.runs_directory, error)) {
    const auto claim = ReadClaim(entry.path().string());
    if (!claim.ok()) continue;
    Fd process = OpenClaimant(*claim);
    const int slot = claim->slot();
    if (!process.valid() || slot < 0 || slot >= static_cast<int>(slot_busy_.size())) continue;
    {
      std::lock_guard lock(mutex_);
      slot_busy_[static_cast<std::size_t>(slot)] = true;
    }
    // What it runs on stays on disk, whatever new runs need room for.
    const auto tree = trees_.Hold(claim->tree_directory());
    const Status watched = watch_.Watch(std::move(process), [this, slot, tree](const Fd&) {
      workers_.Post([this, slot] { FreeSlot(slot); });
    });
    if (!watched.ok()) FreeSlot(slot);
  }
}

void ProcessExecutor::EndUnwanted(const std::function<bool(const RunKey&)>& wanted) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.runs_directory, error)) {
    const std::string directory = entry.path().string();
    // A claim that is not yet, or never will be, renamed to the run that it is for.
    const auto staging = entry.path().filename().string().find(kStagingMark);
    const auto key = ParseRunName(entry.path().filename().string().substr(0, staging));
    const auto claim = ReadClaim(directory);
    Fd process = claim.ok() ? OpenClaimant(*claim) : Fd();
    const bool abortive = staging != std::string::npos && !process.valid();
    if (key.has_value() && wanted(*key) && !abortive) continue;
    if (!process.valid()) {
      RemoveLater(directory);
      continue;
    }
    Log(LogLevel::kInfo, "ending a run that nobody waits for", {{"run", directory}});
    Signal(process, SIGTERM);
    const Status watched = watch_.Watch(std::move(process), [this, directory](const Fd& ended) {
      static_cast<void>(ReapChild(ended));  // if it is ours: an executor before us in this process
      RemoveLater(directory);
    });
    if (!watched.ok()) Log(LogLevel::kWarning, "a run's folder stays", {{"run", directory}});
  }
}

void ProcessExecutor::RemoveLater(const std::string& directory) {
  workers_.Post([directory] {
    // A supervisor that was killed left its processes; one that ended by itself left none.
    const auto claim = ReadClaim(directory);
    if (claim.ok()) {
      KillControlGroups({claim->control_groups().begin(), claim->control_groups().end()});
    }
    const Status removed = RemoveRun(directory);
    if (!removed.ok()) {
      Log(LogLevel::kWarning, "a run's folder stays", {{"error", removed.message()}});
    }
  });
}

std::string ProcessExecutor::DirectoryOf(const RunKey& key) const {
  return options_.runs_directory + "/" + key.investigation + "." + std::to_string(key.effect_id) +
         "." + std::to_string(key.attempt);
}

void ProcessExecutor::Start(policies::Permit permit, RunKey key, v1::RunSpec spec, Done done) {
  if (permit.investigation() != key.investigation || permit.effect_id() != key.effect_id) {
    done(Status{Code::kPermissionDenied, "PERMIT_MISMATCH",
                "the permit is for another effect than " + std::to_string(key.effect_id)});
    return;
  }
  if (key.investigation.empty() || key.investigation.find('/') != std::string::npos) {
    done(Status{Code::kInvalidArgument, "BAD_RUN_KEY", "a run needs an investigation's id"});
    return;
  }
  auto run = std::make_shared<Run>(Run{std::move(permit), key, std::move(spec), std::move(done),
                                       DirectoryOf(key), -1, false, Fd(), nullptr});
  bool full = false;
  {
    std::lock_guard lock(mutex_);
    full = runs_.size() >= options_.queue_limit;
    if (!full && !runs_.emplace(key, run).second) {
      run->done(Status{Code::kAlreadyExists, "RUN_ALREADY_STARTED",
                       "this executor has a run under that key"});
      return;
    }
  }
  if (full) {
    run->done(Status{Code::kResourceExhausted, "TOO_MANY_RUNS", "too many runs are waiting"});
    return;
  }
  workers_.Post([this, run] { Begin(run); });
}

void ProcessExecutor::Begin(const RunPointer& run) {
  const auto claim = ReadClaim(run->directory);
  if (!claim.ok() && claim.status().code() == Code::kNotFound) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(run);
    }
    FillSlots();
    return;
  }
  if (claim.ok()) {
    Fd process = OpenClaimant(*claim);
    if (process.valid()) return Follow(run, std::move(process));
  }
  Ended(run, Fd());
}

void ProcessExecutor::FillSlots() {
  std::lock_guard lock(mutex_);
  for (std::size_t slot = 0; slot < slot_busy_.size() && !waiting_.empty(); ++slot) {
    if (slot_busy_[slot]) continue;
    slot_busy_[slot] = true;
    const RunPointer run = waiting_.front();
    waiting_.pop_front();
    run->slot = static_cast<int>(slot);
    workers_.Post([this, run] { Launch(run); });
  }
}

void ProcessExecutor::FreeSlot(int slot) {
  if (slot < 0) return;
  {
    std::lock_guard lock(mutex_);
    slot_busy_[static_cast<std::size_t>(slot)] = false;
  }
  FillSlots();
}

void ProcessExecutor::Launch(const RunPointer& run) {
  const uid_t uid = ::geteuid() == 0 ? options_.slot_uid_base + static_cast<uid_t>(run->slot) : 0;
  auto prepared = Prepare(setting_, run->spec, run->permit, uid, artifacts_, trees_);
  if (!prepared.ok()) return Finish(run, prepared.status());
  if (prepared->refused) return Finish(run, *std::move(prepared->refused));
  prepared->order.set_run_directory(run->directory);
  prepared->order.set_slot(run->slot);
  run->tree = std::move(prepared->tree);
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    cancelled = run->cancelled;
  }
  if (cancelled) {
    return Finish(run, Problem(v1::RunOutcome::PROBLEM_CANCELLED, "cancelled before it started"));
  }
  auto launched = LaunchSupervisor(options_.supervisor, prepared->order);
  if (!launched.ok()) return Finish(run, launched.status());
  Follow(run, std::move(launched->process));
}

void ProcessExecutor::Follow(const RunPointer& run, Fd process) {
  {
    std::lock_guard lock(mutex_);
    run->process = Fd(::fcntl(process.get(), F_DUPFD_CLOEXEC, 0));
    if (run->cancelled) Signal(run->process, SIGTERM);
  }
  const Status watched = watch_.Watch(std::move(process), [this, run](Fd ended) {
    auto shared = std::make_shared<Fd>(std::move(ended));
    workers_.Post([this, run, shared] { Ended(run, *shared); });
  });
  if (!watched.ok()) Finish(run, watched);
}

void ProcessExecutor::Ended(const RunPointer& run, const Fd& process) {
  const int exit = process.valid() ? ReapChild(process) : -1;
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    run->process.Close();
    cancelled = run->cancelled;
  }
  if (exit == kClaimLostExit) {
    // Another daemon's supervisor has the run: follow that one.
    const int slot = std::exchange(run->slot, -1);
    Begin(run);
    return FreeSlot(slot);
  }
  auto outcome = Ingest(run->directory, artifacts_);
  if (outcome.ok() || outcome.status().code() != Code::kNotFound) {
    return Finish(run, std::move(outcome));
  }
  if (ReadClaim(run->directory).ok()) return DeclareLost(run);
  if (cancelled) {
    return Finish(run, Problem(v1::RunOutcome::PROBLEM_CANCELLED, "cancelled before it started"));
  }
  // Killed by a signal before it had claimed the run: nothing began, and nothing will.
  if (process.valid() && exit < 0) {
    return Finish(run,
                  Problem(v1::RunOutcome::PROBLEM_LOST, "the supervisor died before it began"));
  }
  Finish(run, Status{Code::kInternal, "SUPERVISOR_FAILED",
                     "the supervisor could not claim " + run->directory + " (exit " +
                         std::to_string(exit) + ")"});
}

void ProcessExecutor::DeclareLost(const RunPointer& run) {
  const auto claim = ReadClaim(run->directory);
  if (claim.ok()) {
    KillControlGroups({claim->control_groups().begin(), claim->control_groups().end()});
  }
  const v1::RunOutcome lost = Problem(v1::RunOutcome::PROBLEM_LOST,
                                      "the supervisor died and left no outcome; what it ran was "
                                      "killed");
  const Status written = WriteFileAtomically(run->directory + "/" + kOutcomeFile,
                                             lost.SerializeAsString(), 0600, Durability::kSynced);
  if (!written.ok()) return Finish(run, written);
  Finish(run, lost);
}

void ProcessExecutor::Finish(const RunPointer& run, Result<v1::RunOutcome> outcome) {
  run->tree.reset();
  {
    std::lock_guard lock(mutex_);
    runs_.erase(run->key);
  }
  FreeSlot(run->slot);
  run->done(std::move(outcome));
}

void ProcessExecutor::Cancel(const RunKey& key) {
  RunPointer dropped;
  {
    std::lock_guard lock(mutex_);
    const auto found = runs_.find(key);
    if (found == runs_.end()) return;
    found->second->cancelled = true;
    Signal(found->second->process, SIGTERM);
    const auto waiting = std::find(waiting_.begin(), waiting_.end(), found->second);
    if (waiting != waiting_.end()) {
      dropped = *waiting;
      waiting_.erase(waiting);
    }
  }
  if (!dropped) return;
  workers_.Post([this, dropped] {
    Finish(dropped, Problem(v1::RunOutcome::PROBLEM_CANCELLED, "cancelled before it started"));
  });
}

void ProcessExecutor::Forget(const RunKey& key) {
  workers_.Post([directory = DirectoryOf(key)] {
    const Status removed = RemoveRun(directory);
    if (!removed.ok()) {
      Log(LogLevel::kWarning, "a run's folder stays", {{"error", removed.message()}});
    }
  });
}

}  // namespace inquest::sandbox
