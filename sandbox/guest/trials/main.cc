// inquest-trials PLAN: tries small changes of the workspace one after the other, inside of the
// sandbox. For each: change the files, run the phases, put the files back; a line for each result.
// What commands leave behind beside the files of the tree stays where it is: a trial may be
// misjudged for that, and whatever passes is run by itself in a fresh workspace later.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "sandbox/guest/trials/plan.h"
#include "sandbox/guest/trials/process.h"
#include "sandbox/guest/trials/zygote.h"

namespace inquest::sandbox::guest {
namespace {

constexpr char kOut[] = "/tmp/inquest-trials.out";
constexpr char kErr[] = "/tmp/inquest-trials.err";
// A trial may take several times what the unchanged trigger takes, and at least this.
constexpr std::int64_t kFewestUs = 1'000'000;
constexpr std::int64_t kTimesBase = 6;
// Where the unchanged trigger hangs, nobody knows how long it takes when it does not.
constexpr std::int64_t kHangUs = 3'000'000;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool WriteAll(const std::string& path, const std::string& bytes) {
  // In place: modes and links stay; the time of change is new, so that make sees it.
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file.good();
}

// Lines that differ in blanks at their ends alone are equal; so are empty ones at the end.
std::string Normal(const std::string& text) {
  std::string out;
  std::string line;
  for (const char c : text + "\n") {
    if (c != '\n') {
      line += c;
      continue;
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) {
      line.pop_back();
    }
    out += line + "\n";
    line.clear();
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

class Trials {
 public:
  Trials(Plan plan, int results) : plan_(std::move(plan)), results_(results) {
    deadline_us_ = NowUs() + plan_.total_us;
    trial_us_ = plan_.trial_us;
  }

  void RunAll() {
    if (!MeasureBase()) return;
    int passed = 0;
    for (const Trial& trial : plan_.trials) {
      if (NowUs() + trial_us_ > deadline_us_) return;
      const std::int64_t started = NowUs();
      runs_ = 0;
      const Result result = Try(trial);
      const std::string line =
          std::to_string(trial.number) + " " + std::to_string(static_cast<int>(result)) + " " +
          std::to_string(runs_) + " " + std::to_string(NowUs() - started) + "\n";
      if (::write(results_, line.data(), line.size()) < 0) return;
      if (result == Result::kPassed && ++passed == plan_.enough) return;
    }
  }

 private:
  // How long the unchanged trigger takes, and whether a warm interpreter does as well. False: it
  // does not fail here, so that passing would tell nothing.
  bool MeasureBase() {
    if (!Build()) return false;
    const Ended plain = RunTrigger(plan_.trial_us);
    if (plan_.runs <= 1 && Judge(plain) == Result::kPassed) return false;
    StartZygote();
    Ended base = plain;
    if (zygote_.has_value()) {
      RunTrigger(plan_.trial_us);  // the first one warms the file system's caches
      base = RunTrigger(plan_.trial_us);
      const bool same = base.timed_out == plain.timed_out && base.status == plain.status;
      if (!same || !zygote_.has_value()) {
        zygote_.reset();
        base = plain;
      }
    }
    const std::int64_t bearable =
        base.timed_out ? kHangUs : std::max(kFewestUs, kTimesBase * base.wall_us);
    trial_us_ = std::min(plan_.trial_us, bearable);
    return true;
  }

  void StartZygote() {
    zygote_.reset();
    auto started = Zygote::Start(plan_.phases.back().command);
    if (started.has_value()) zygote_.emplace(*std::move(started));
  }

  bool Build() {
    for (std::size_t i = 0; i + 1 < plan_.phases.size(); ++i) {
      const Ended ended = RunShell(
          plan_.phases[i].command, kOut, kErr,
          std::min(plan_.phases[i].limit_us, std::max<std::int64_t>(deadline_us_ - NowUs(), 1)));
      CleanUp();
      if (!ended.Clean()) return false;
    }
    return true;
  }

  void CleanUp() const { KillChildren(zygote_.has_value() ? zygote_->pid() : 0); }

  Ended RunTrigger(std::int64_t limit_us) {
    std::optional<Ended> ended;
    if (zygote_.has_value()) {
      ended = zygote_->Run(kOut, kErr, limit_us);
      if (!ended.has_value()) zygote_.reset();
      if (zygote_.has_value() && zygote_->spent()) StartZygote();
    }
    if (!ended.has_value()) ended = RunShell(plan_.phases.back().command, kOut, kErr, limit_us);
    CleanUp();
    return *ended;
  }

  Result Judge(const Ended& ended) const {
    if (ended.Clean()) {
      const bool right = !plan_.has_expected || Normal(ReadAll(kOut)) == Normal(plan_.expected);
      return right ? Result::kPassed : Result::kBugShowed;
    }
    if (ended.timed_out) return Result::kFailedOtherwise;
    const bool says = plan_.bug_says.empty() ||
                      ReadAll(kOut).find(plan_.bug_says) != std::string::npos ||
                      ReadAll(kErr).find(plan_.bug_says) != std::string::npos;
    return says ? Result::kBugShowed : Result::kFailedOtherwise;
  }

  Result Try(const Trial& trial) {
    std::vector<std::pair<std::string, std::string>> before;
    bool changed = true;
    for (const Edit& edit : trial.edits) changed = changed && Change(edit, before);
    Result result = Result::kDoesNotBuild;
    if (changed && Build()) {
      result = Result::kPassed;
      for (int run = 0; run < std::max(1, plan_.runs) && result == Result::kPassed; ++run) {
        ++runs_;
        result = Judge(RunTrigger(trial_us_));
      }
    }
    for (const Edit& edit : trial.edits) {
      if (edit.creates) ::unlink(edit.path.c_str());
    }
    for (const auto& [path, text] : before) WriteAll(path, text);
    return result;
  }

  static bool Change(const Edit& edit, std::vector<std::pair<std::string, std::string>>& before) {
    if (edit.creates) return WriteAll(edit.path, edit.text);
    std::string text = ReadAll(edit.path);
    before.emplace_back(edit.path, text);
    if (edit.deletes) return ::unlink(edit.path.c_str()) == 0;
    if (edit.begin > edit.end || edit.end > text.size()) return false;
    text.replace(edit.begin, edit.end - edit.begin, edit.text);
    return WriteAll(edit.path, text);
  }

  const Plan plan_;
  const int results_;
  std::int64_t deadline_us_ = 0;
  std::int64_t trial_us_ = 0;
  int runs_ = 0;
  std::optional<Zygote> zygote_;
};

int Main(int argc, char** argv) {
  const char* out = std::getenv("INQUEST_OUT");
  Plan plan;
  if (argc != 2 || out == nullptr || !ParsePlan(ReadAll(argv[1]), &plan)) {
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
