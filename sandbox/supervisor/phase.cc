#include "sandbox/supervisor/phase.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>

#include "runtime/base/file.h"
#include "sandbox/supervisor/bubblewrap.h"
#include "sandbox/supervisor/capture.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/watch.h"

namespace inquest::sandbox {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// How often limits that the kernel does not hold are looked at.
constexpr milliseconds kWatchInterval{200};
// A look may take at most this share of the time.
constexpr int kWatchShare = 20;
// The tree must be dead this long after the end; the kill itself takes milliseconds.
constexpr milliseconds kDeathGrace{2000};
// Taken from one pipe before the others get their turn.
constexpr std::int64_t kDrainStep = std::int64_t{4} << 20U;
constexpr std::int64_t kBlockBytes = 512;
constexpr int kSignalExitBase = 128;
constexpr int kSignalMax = 64;

std::int64_t Microseconds(const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; }

void SetDuration(std::int64_t us, google::protobuf::Duration* duration) {
  duration->set_seconds(us / 1'000'000);
  duration->set_nanos(static_cast<std::int32_t>(us % 1'000'000 * 1000));
}

std::int64_t ToMicroseconds(const google::protobuf::Duration& duration) {
  return duration.seconds() * 1'000'000 + duration.nanos() / 1000;
}

// The number after `"key": ` in bubblewrap's status lines.
std::optional<int> StatusNumber(const std::string& text, const std::string& key) {
  const std::string mark = "\"" + key + "\": ";
  const auto at = text.find(mark);
  int value = 0;
  if (at == std::string::npos) return std::nullopt;
  const char* const start = text.data() + at + mark.size();
  if (std::from_chars(start, text.data() + text.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

class PhaseRun {
 public:
  PhaseRun(const PhaseSetting& setting, const v1::Phase& phase, int index)
      : setting_(setting), phase_(phase), index_(index) {}

  Result<v1::PhaseOutcome> Run();

 private:
  Status Start();
  void WaitForEvents();
  void Watch();
  void EndBy(v1::Ending ending, const std::string& limit);
  void KillTree();
  bool TreeDead() const;
  void ReadStatus();
  Result<v1::PhaseOutcome> Finish();
  void Classify(int exit_code, const ControlGroups::Usage& usage, v1::PhaseOutcome* outcome);
  bool HasTime(SteadyClock::time_point until) const { return SteadyClock::now() < until; }
  std::int64_t CpuUs(const ControlGroups::Usage& usage) const;
  const Order& order() const { return *setting_.launch->order; }
  bool Has(const char* layer) const { return setting_.launch->profile->Has(layer); }

  const PhaseSetting& setting_;
  const v1::Phase& phase_;
  const int index_;

  std::optional<Spawned> spawned_;
  std::optional<Capture> output_, errors_;
  std::string status_text_;
  Fd init_;  // pidfd of the pid namespace's first process: when it is gone, all of them are
  SteadyClock::time_point started_, deadline_, next_watch_, death_deadline_;
  ControlGroups::Usage groups_before_;
  rusage children_before_{};
  bool exited_ = false;
  bool ending_forced_ = false;
  v1::Ending ending_ = v1::ENDING_UNSPECIFIED;
  std::string limit_;
  std::int64_t watched_peak_ = 0;
};

Status PhaseRun::Start() {
  if (index_ > 0) {
    setting_.groups->ResetPeak();
    groups_before_ = setting_.groups->Read();
  }
  ::getrusage(RUSAGE_CHILDREN, &children_before_);
  TRY_ASSIGN(Spawned spawned, SpawnSandbox(*setting_.launch, phase_.shell_command()));
  started_ = SteadyClock::now();
  deadline_ = SteadyClock::time_point::max();
  if (Has("wall-limit")) {
    deadline_ = started_ + microseconds(ToMicroseconds(phase_.time_limit()));
  }
  next_watch_ = started_ + kWatchInterval;
  spawned_ = std::move(spawned);
  const std::string number = std::to_string(index_);
  const std::int64_t cap = Has("output-cap") ? order().limits().output_bytes() : INT64_MAX;
  TRY_ASSIGN(output_, Capture::Open(setting_.run + "/" + kStdoutFile + number,
                                    std::move(spawned_->output), cap));
  TRY_ASSIGN(errors_, Capture::Open(setting_.run + "/" + kStderrFile + number,
                                    std::move(spawned_->errors), cap));
  return Status::Ok();
}

Result<v1::PhaseOutcome> PhaseRun::Run() {
  Status started = Start();
  if (!started.ok()) {
    if (spawned_) KillTree();
    return started;
  }
  while (!exited_) {
    WaitForEvents();
    const auto now = SteadyClock::now();
    if (now >= deadline_) EndBy(v1::ENDING_TIMED_OUT, "");
    if (now >= next_watch_) Watch();
  }
  // bubblewrap is gone and its namespace dies with it; nobody waits for the pipes' end, which a
  // process could hold off.
  death_deadline_ = SteadyClock::now() + kDeathGrace;
  if (Has("tree-kill")) KillTree();
  while (!TreeDead() && HasTime(death_deadline_)) WaitForEvents();
  while (output_->Drain(kDrainStep)) continue;
  while (errors_->Drain(kDrainStep)) continue;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;  // what the subreaper inherited
  return Finish();
}

void PhaseRun::WaitForEvents() {
  const bool populated = exited_ && setting_.groups->populated_fd() >= 0;
  std::array<pollfd, 7> polled{{{output_->fd(), POLLIN, 0},
                                {errors_->fd(), POLLIN, 0},
                                {spawned_->status.get(), POLLIN, 0},
                                {exited_ ? -1 : spawned_->process.get(), POLLIN, 0},
                                {exited_ ? init_.get() : -1, POLLIN, 0},
                                {ending_forced_ ? -1 : setting_.cancel_fd, POLLIN, 0},
                                {populated ? setting_.groups->populated_fd() : -1, POLLPRI, 0}}};
  const auto until = exited_ ? death_deadline_ : std::min(deadline_, next_watch_);
  const auto wait = std::max(microseconds(0),
                             std::chrono::duration_cast<microseconds>(until - SteadyClock::now()));
  const timespec timeout{wait.count() / 1'000'000, wait.count() % 1'000'000 * 1000};
  if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) < 0 && errno != EINTR) return;
  if (polled[0].revents != 0) output_->Drain(kDrainStep);
  if (polled[1].revents != 0) errors_->Drain(kDrainStep);
  if (polled[2].revents != 0) ReadStatus();
  if (polled[5].revents != 0) EndBy(v1::ENDING_CANCELLED, "");
  if (polled[3].revents != 0) {
    ::waitpid(spawned_->pid, nullptr, 0);
    exited_ = true;
    ReadStatus();
  }
}

void PhaseRun::ReadStatus() {
  constexpr std::size_t kStatusLimit = 64U << 10U;
  std::array<char, 4096> chunk;
  while (spawned_->status.valid() && status_text_.size() < kStatusLimit) {
    const ssize_t got = ::read(spawned_->status.get(), chunk.data(), chunk.size());
    if (got < 0) break;
    if (got == 0) spawned_->status.Close();
    status_text_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  const auto init = StatusNumber(status_text_, "child-pid");
  if (init && !init_.valid()) {
    init_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, *init, 0)));
  }
}

void PhaseRun::EndBy(v1::Ending ending, const std::string& limit) {
  if (ending_forced_) return;
  ending_forced_ = true;
  ending_ = ending;
  limit_ = limit;
  deadline_ = next_watch_ = SteadyClock::time_point::max();
  KillTree();
}

void PhaseRun::KillTree() {
  setting_.groups->Kill();
  if (init_.valid()) ::syscall(SYS_pidfd_send_signal, init_.get(), SIGKILL, nullptr, 0);
  if (!exited_) ::syscall(SYS_pidfd_send_signal, spawned_->process.get(), SIGKILL, nullptr, 0);
}

bool PhaseRun::TreeDead() const {
  if (setting_.groups->has_kill() && setting_.groups->populated()) return false;
  pollfd polled{init_.get(), POLLIN, 0};
  return !init_.valid() || ::poll(&polled, 1, 0) == 1;
}

std::int64_t PhaseRun::CpuUs(const ControlGroups::Usage& usage) const {
  if (setting_.groups->has_cpu()) return usage.cpu_us - groups_before_.cpu_us;
  rusage now{};
  ::getrusage(RUSAGE_CHILDREN, &now);
  return Microseconds(now.ru_utime) + Microseconds(now.ru_stime) -
         Microseconds(children_before_.ru_utime) - Microseconds(children_before_.ru_stime);
}

void PhaseRun::Watch() {
  const auto before = SteadyClock::now();
  const v1::RunLimits& limits = order().limits();
  const auto init = StatusNumber(status_text_, "child-pid");
  const TreeUse use = init ? MeasureTree(*init) : TreeUse{};
  watched_peak_ = std::max(watched_peak_, use.memory_bytes);
  // Until they are waited for, only the tree itself tells what its processes took.
  const std::int64_t cpu_us =
      setting_.groups->has_cpu() ? CpuUs(setting_.groups->Read()) : use.cpu_us;
  const std::int64_t disk = DiskUse(setting_.written_directories);
  const bool watches = Has("process-watch");
  if (Has("disk-watch") &&
      disk > limits.disk_bytes() - std::min(use.nameless_bytes, limits.disk_bytes())) {
    EndBy(v1::ENDING_LIMIT, "disk");
  } else if (watches && !setting_.groups->has_memory() &&
             use.memory_bytes > limits.memory_bytes()) {
    EndBy(v1::ENDING_LIMIT, "memory");
  } else if (watches && !setting_.groups->has_processes() && use.processes > limits.processes()) {
    EndBy(v1::ENDING_LIMIT, "processes");
  } else if (Has("cpu-watch") && cpu_us > ToMicroseconds(limits.cpu_time())) {
    EndBy(v1::ENDING_LIMIT, "cpu");
  }
  if (ending_forced_) return;
  const auto took = SteadyClock::now() - before;
  next_watch_ = before + std::max<SteadyClock::duration>(kWatchInterval, took * kWatchShare);
}

void PhaseRun::Classify(int exit_code, const ControlGroups::Usage& usage,
                        v1::PhaseOutcome* outcome) {
  const bool starved = usage.memory_kills > groups_before_.memory_kills;
  const bool crowded = usage.refused_processes > groups_before_.refused_processes;
  if (output_->over_cap() || errors_->over_cap()) outcome->set_limit("output");
  if (crowded) outcome->set_limit("processes");
  if (starved) outcome->set_limit("memory");
  if (ending_forced_) {
    outcome->set_ending(ending_);
    if (!limit_.empty()) outcome->set_limit(limit_);
    return;
  }
  outcome->set_exit_code(exit_code);
  // bubblewrap, like a shell, says "killed by N" as 128 + N.
  const int signal = exit_code - kSignalExitBase;
  const bool signalled = signal > 0 && signal <= kSignalMax;
  if (signalled) outcome->set_signal(signal);
  if (signal == SIGXFSZ) outcome->set_limit("file");
  if (signal == SIGXCPU) outcome->set_limit("cpu");
  const bool by_limit = exit_code != 0 && (starved || signal == SIGXFSZ || signal == SIGXCPU);
  outcome->set_ending(by_limit    ? v1::ENDING_LIMIT
                      : signalled ? v1::ENDING_SIGNALED
                                  : v1::ENDING_EXITED);
}

Result<v1::PhaseOutcome> PhaseRun::Finish() {
  const auto exit_code = StatusNumber(status_text_, "exit-code");
  const bool came_up = exit_code.has_value();
  const ControlGroups::Usage usage = setting_.groups->Read();
  if (!came_up && !ending_forced_ && usage.memory_kills == 0) {
    const auto said =
        ReadFile(setting_.run + "/" + kStderrFile + std::to_string(index_), 64U << 10U);
    return Status{Code::kFailedPrecondition, "SANDBOX_REFUSED",
                  "bubblewrap: " + (said.ok() && !said->empty() ? *said : "did not start")};
  }
  TRY(output_->status());
  TRY(errors_->status());
  rusage children{};
  ::getrusage(RUSAGE_CHILDREN, &children);
  v1::PhaseOutcome outcome;
  outcome.set_name(phase_.name());
  Classify(came_up ? *exit_code : kSignalExitBase + SIGKILL, usage, &outcome);
  outcome.set_stdout_bytes_total(output_->total_bytes());
  outcome.set_stderr_bytes_total(errors_->total_bytes());
  SetDuration(std::chrono::duration_cast<microseconds>(SteadyClock::now() - started_).count(),
              outcome.mutable_wall_time());
  SetDuration(CpuUs(usage), outcome.mutable_cpu_time());
  // The largest of all children so far: this phase's own if no earlier one's was as large.
  const bool own = children.ru_maxrss > children_before_.ru_maxrss;
  outcome.set_peak_memory_bytes(setting_.groups->has_memory()
                                    ? usage.peak_memory_bytes
                                    : std::max(watched_peak_, own ? children.ru_maxrss * 1024 : 0));
  outcome.set_read_bytes((children.ru_inblock - children_before_.ru_inblock) * kBlockBytes);
  outcome.set_written_bytes((children.ru_oublock - children_before_.ru_oublock) * kBlockBytes);
  return outcome;
}

}  // namespace

Result<v1::PhaseOutcome> RunPhase(const PhaseSetting& setting, const v1::Phase& phase, int index) {
  return PhaseRun(setting, phase, index).Run();
}

}  // namespace inquest::sandbox
