// inquest-trials PLAN: tries small changes of the workspace one after the other, inside of the
// sandbox. For each: change the files, run the phases, put the files back; a line for each result.
// What commands leave behind beside the files of the tree stays where it is: a trial may be
// misjudged for that, and whatever passes is run by itself in a fresh workspace later.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/guest/trials/failure_lines.h"
#include "sandbox/guest/trials/files.h"
#include "sandbox/guest/trials/judge.h"
#include "sandbox/guest/trials/plan.h"
#include "sandbox/guest/trials/process.h"
#include "sandbox/guest/trials/zygote.h"

namespace inquest::sandbox::guest {
namespace {

constexpr char kOut[] = "/tmp/inquest-trials.out";
constexpr char kErr[] = "/tmp/inquest-trials.err";
// A trial may take several times what the unchanged trigger takes, and at least this.
constexpr std::int64_t kFewestUs = 1'000'000;
constexpr std::int64_t kFewestWarmUs = 500'000;  // where no interpreter has to start
constexpr std::int64_t kTimesBase = 6;
// Where the unchanged trigger alone takes more of the whole time, trials are no use.
constexpr std::int64_t kBaseShare = 3;
// A target that often kills its own is better run without.
constexpr int kRestartsMost = 20;
// What takes longer is timed well enough the first time.
constexpr std::int64_t kShortUs = 300'000;
// Loaded tests are kept where they save at least this part of a run.
constexpr std::int64_t kLeastSaved = 5;
// Where the unchanged trigger hangs, nobody knows how long it takes when it does not, until so many
// trials have ended by themselves: then so many times as long as half of them took.
constexpr std::size_t kEndedEnough = 4;
constexpr std::int64_t kTimesEnded = 10;
// Of what the unchanged trigger prints.
constexpr std::size_t kOutputBytes = std::size_t{16} << 20U;

class Trials {
 public:
  Trials(Plan plan, int results)
      : plan_(std::move(plan)),
        results_(results),
        deadline_us_(NowUs() + plan_.total_us),
        trial_us_(std::min(plan_.trial_us, plan_.total_us / kBaseShare)),
        files_(plan_.trials),
        judge_(plan_) {}

  void RunAll() {
    if (!judge_.sound() || !MeasureBase()) return;
    const Scratch scratch;
    int passed = 0;
    for (const Trial& trial : plan_.trials) {
      const std::int64_t started = NowUs();
      runs_ = 0;
      const auto result = trial.rejected ? Result::kPatchRejected : Try(trial);
      if (!result.has_value()) return;
      const std::string line =
          std::to_string(trial.number) + " " + std::to_string(static_cast<int>(*result)) + " " +
          std::to_string(runs_) + " " + std::to_string(NowUs() - started) + "\n";
      if (::write(results_, line.data(), line.size()) < 0) return;
      if (result == Result::kPassed && ++passed == plan_.enough) return;
      scratch.Clean();
      if (!files_.Restore(trial)) return;
    }
  }

 private:
  // How long the unchanged trigger takes, and whether a warm interpreter does as well. False: it
  // does not fail here, so that passing would tell nothing, or there is no time for more.
  bool MeasureBase() {
    if (Build() != std::optional(true)) return false;
    const auto plain = RunTrigger();
    if (!plain.has_value() || (plain->timed_out && trial_us_ < plan_.trial_us)) return false;
    const bool passes = judge_.Answer(*plain, kOut, kErr) == Result::kPassed;
    if (plan_.runs <= 1 && passes) return false;
    stops_ = CanStop(*plain);
    hangs_ = plain->timed_out;
    std::int64_t base_us = plain->wall_us;
    StartZygote();
    if (zygote_.has_value()) {
      if (hangs_) {
        trial_us_ = std::min(plan_.trial_us, kFewestWarmUs);
      } else if (base_us < kShortUs) {
        RunTrigger();  // the first one warms the file system's caches
      }
      const auto warm = RunTrigger();
      proven_ = warm.has_value() && zygote_.has_value() && DoesAsWell(*warm, *plain);
      if (proven_) base_us = warm->wall_us;
      if (!proven_) zygote_.reset();
      if (proven_ && plan_.runs <= 1) StartLoaded(*plain, base_us);
    }
    // Not earlier: what stops there tells nothing of how long a pass takes.
    if (!hangs_) StopAtFirstFailure();
    fewest_us_ = proven_ ? kFewestWarmUs : kFewestUs;
    trial_us_ = plan_.trial_us;
    if (!hangs_) trial_us_ = std::min(trial_us_, std::max(fewest_us_, kTimesBase * base_us));
    return true;
  }

  // One that hangs was given less time.
  bool DoesAsWell(const Ended& warm, const Ended& plain) const {
    if (hangs_) return !warm.Clean();
    return warm.timed_out == plain.timed_out && warm.status == plain.status;
  }

  // Where it does as well as the plain run, and is worth it. What is drawn by lot while everything
  // is loaded is the same for all that follows, so a flaky failure is no business of it.
  void StartLoaded(const Ended& plain, std::int64_t warm_us) {
    auto started = Zygote::Start(plan_.phases.back().command, Zygote::Stage::kLoaded,
                                 std::min(kTimesBase * warm_us + kFewestUs, LeftUs()));
    KillChildren({zygote_->pid(), started.has_value() ? started->pid() : 0});
    if (!started.has_value()) return;
    loaded_.emplace(*std::move(started));
    const auto ended = loaded_->Run(kOut, kErr, first_failure_ends_, trial_us_);
    const bool as_well = ended.has_value() && DoesAsWell(*ended, plain);
    if (!as_well || (!hangs_ && ended->wall_us > warm_us - warm_us / kLeastSaved)) loaded_.reset();
    CleanUp();
  }

  // What a run that succeeds prints makes no difference.
  bool OnlyFailureCounts() const { return plan_.bug_matches.empty() && !plan_.has_expected; }

  // Where any failing test decides a trial. pytest reads the options from here in whatever way it
  // is started.
  void StopAtFirstFailure() {
    if (!OnlyFailureCounts() || !plan_.bug_says.empty()) return;
    const char* given = std::getenv("PYTEST_ADDOPTS");
    std::string options = given == nullptr ? "" : std::string(given) + " ";
    options += "-x --tb=no";
    ::setenv("PYTEST_ADDOPTS", options.c_str(), 1);
    first_failure_ends_ = true;
  }

  // Whether a trial is decided by the first test that it says to have failed, where the oracle
  // looks for a text by the first such line that has it: the unchanged trigger fails and says so.
  bool CanStop(const Ended& base) const {
    if (!OnlyFailureCounts() || base.timed_out || base.Clean()) return false;
    std::istringstream output(ReadAll(kOut, kOutputBytes));
    for (std::string line; std::getline(output, line);) {
      if (SaysFailure(line) && line.find(plan_.bug_says) != line.npos) return true;
    }
    return false;
  }

  void StartZygote() {
    zygote_.reset();
    auto started = Zygote::Start(plan_.phases.back().command, Zygote::Stage::kWarm, LeftUs());
    if (started.has_value()) zygote_.emplace(*std::move(started));
  }

  std::int64_t LeftUs() const { return deadline_us_ - NowUs(); }

  // Whether all but the last phase succeed. Nothing: there is no time to find out.
  std::optional<bool> Build() {
    for (std::size_t i = 0; i + 1 < plan_.phases.size(); ++i) {
      const std::int64_t left = LeftUs();
      if (left <= 0) return std::nullopt;
      const Ended ended =
          RunShell(plan_.phases[i].command, kOut, kErr, std::min(plan_.phases[i].limit_us, left));
      CleanUp();
      if (ended.timed_out && left < plan_.phases[i].limit_us) return std::nullopt;
      if (!ended.Clean()) return false;
    }
    return true;
  }

  void CleanUp() {
    if (zygote_.has_value() && (zygote_->spent() || HasChildren(zygote_->pid()))) StartZygote();
    if (loaded_.has_value() && HasChildren(loaded_->pid())) loaded_.reset();
    KillChildren(
        {zygote_.has_value() ? zygote_->pid() : 0, loaded_.has_value() ? loaded_->pid() : 0});
  }

  // Nothing: there is no time for it to use up its limit.
  std::optional<Ended> RunTrigger(const std::vector<std::string>& changed = {}) {
    if (LeftUs() < trial_us_) return std::nullopt;
    std::optional<Ended> ended;
    if (loaded_.has_value()) {
      ended = loaded_->Run(kOut, kErr, first_failure_ends_, trial_us_, changed);
      if (!ended.has_value() && !loaded_->declined()) loaded_.reset();
    }
    if (!ended.has_value() && zygote_.has_value()) {
      ended = zygote_->Run(kOut, kErr, first_failure_ends_, trial_us_);
      if (!ended.has_value()) zygote_.reset();
    }
    if (!ended.has_value()) {
      ended = RunShell(plan_.phases.back().command, kOut, kErr, trial_us_,
                       stops_ ? &plan_.bug_says : nullptr);
      if (proven_ && ++restarts_ <= kRestartsMost) StartZygote();
    }
    CleanUp();
    return ended;
  }

  // Nothing: there is no time to tell.
  std::optional<Result> Try(const Trial& trial) {
    if (!files_.Apply(trial)) return Result::kDoesNotBuild;
    const auto built = Build();
    if (!built.has_value()) return std::nullopt;
    if (!*built) return Result::kDoesNotBuild;
    std::vector<std::string> changed;
    for (const Edit& edit : trial.edits) changed.push_back(workspace_ + "/" + edit.path);
    Result result = Result::kPassed;
    while (runs_ < std::max(1, plan_.runs) && result == Result::kPassed) {
      const auto ended = RunTrigger(changed);
      if (!ended.has_value()) return std::nullopt;
      ++runs_;
      LearnFrom(*ended);
      result = judge_.Answer(*ended, kOut, kErr);
    }
    return result;
  }

  // How long a trial takes that does not hang, where the unchanged trigger does.
  void LearnFrom(const Ended& ended) {
    if (!hangs_ || ended.timed_out || ended_us_.size() == kEndedEnough) return;
    ended_us_.push_back(ended.wall_us);
    if (ended_us_.size() < kEndedEnough) return;
    const auto half = ended_us_.begin() + kEndedEnough / 2;
    std::nth_element(ended_us_.begin(), half, ended_us_.end());
    trial_us_ = std::min(plan_.trial_us, std::max(kTimesEnded * *half, fewest_us_));
    StopAtFirstFailure();
  }

  const Plan plan_;
  const int results_;
  const std::int64_t deadline_us_;
  std::int64_t trial_us_;
  Files files_;
  const Judge judge_;
  int runs_ = 0;  // of this trial
  std::optional<Zygote> zygote_;
  std::optional<Zygote> loaded_;  // what it declines, zygote_ serves
  const std::string workspace_ = std::filesystem::current_path().string();
  bool stops_ = false;               // at the first failure that a trial tells of
  bool first_failure_ends_ = false;  // of a test runner
  bool proven_ = false;              // the warm interpreter does as well as a fresh start
  bool hangs_ = false;               // the unchanged trigger does
  std::int64_t fewest_us_ = kFewestUs;
  std::vector<std::int64_t> ended_us_;  // of the first trials that ended by themselves
  int restarts_ = 0;
};

int Main(int argc, char** argv) {
  const char* out = std::getenv("INQUEST_OUT");
  Plan plan;
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  if (argc != 2 || out == nullptr || !ParsePlan(ReadAll(argv[1], kAll), &plan)) {
    std::fputs("inquest-trials: no plan\n", stderr);
    return 2;
  }
  const std::string path = std::string(out) + "/" + kResultsFile;
  const int results = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (results < 0) {
    std::perror("inquest-trials: results");
    return 2;
  }
  // Compiled Python of a changed file must never be used again.
  ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  BecomeReaper();
  Trials(std::move(plan), results).RunAll();
  return 0;
}

}  // namespace
}  // namespace inquest::sandbox::guest

int main(int argc, char** argv) { return inquest::sandbox::guest::Main(argc, argv); }
