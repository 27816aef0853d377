// How many changes of a tiny project a batch tries in a second, start of the sandbox included. No
// limit, as machines differ; the goal of a row is that every change was judged rightly.
#include <unistd.h>

#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bench/measure.h"
#include "policies/permit.h"
#include "runtime/base/file.h"
#include "runtime/store/memory.h"
#include "sandbox/process/process_executor.h"
#include "sandbox/workspace/tree_builder.h"
#include "sandbox/workspace/tree_cache.h"

namespace inquest::sandbox {
namespace {

constexpr int kTrials = 100;
constexpr int kPassesEvery = 10;

// A project whose file `path` holds one line; a trial replaces that line.
struct Project {
  const char* name;
  std::string path;
  std::string broken;
  std::string right;
  std::string wrong;  // %d: the trial's number
  std::vector<std::pair<std::string, std::string>> others;
  std::string build;
  std::string command;
};

std::vector<Project> Projects() {
  return {
      {"trials a second, pytest",
       "calc.py",
       "add = lambda a, b: a - b\n",
       "add = lambda a, b: a + b\n",
       "add = lambda a, b: a * %d + 7\n",
       {{"test_calc.py", "from calc import add\n\n\ndef test_add():\n    assert add(2, 2) == 4\n"}},
       "",
       "/usr/bin/python3 -m pytest -q test_calc.py"},
      {"trials a second, node",
       "calc.js",
       "module.exports = (a, b) => a - b;\n",
       "module.exports = (a, b) => a + b;\n",
       "module.exports = (a, b) => a * %d + 7;\n",
       {{"check.js", "require('assert').strictEqual(require('./calc.js')(2, 2), 4);\n"}},
       "",
       "node check.js"},
      {"trials a second, gcc",
       "calc.c",
       "int add(int a, int b) { return a - b; }\n",
       "int add(int a, int b) { return a + b; }\n",
       "int add(int a, int b) { return (a - b) * %d + 7; }\n",
       {{"main.c", "int add(int, int);\nint main(void) { return add(2, 2) != 4; }\n"}},
       "gcc -O0 -o calc calc.c main.c",
       "./calc"}};
}

class Bench {
 public:
  explicit Bench(const std::string& folder) : trees_(folder + "/trees", store_, TreeCacheLimits{}) {
    ProcessExecutorOptions options;
    options.runs_directory = folder + "/runs";
    options.instruments_directory = ProgramDirectory() + "/../share/inquest/instruments";
    options.supervisor = ProgramDirectory() + "/inquest-run";
    options.path = "/usr/bin:/bin";
    options.home = "/root";
    options.slots = 1;
    executor_ = std::make_unique<ProcessExecutor>(options, store_, trees_);
    policy_.set_name("bench");
    policy_.mutable_sandbox()->set_allowed(true);
    policy_.mutable_sandbox()->set_network(v1::NETWORK_OFF);
    policy_.mutable_sandbox()->mutable_time_limit()->set_seconds(600);
    if (::geteuid() == 0) return;
    for (const char* layer : {"cgroup-memory", "cgroup-pids"}) {
      policy_.mutable_sandbox()->add_accept_missing_layers(layer);
    }
  }

  Status Open() {
    TRY(trees_.Open());
    return executor_->Open();
  }

  void Measure(const Project& project) {
    TreeBuilder builder(store_, SnapshotLimits{});
    CHECK(builder.AddFile(project.path, TreeEntry::Kind::kFile, project.broken).ok());
    for (const auto& [path, text] : project.others) {
      CHECK(builder.AddFile(path, TreeEntry::Kind::kFile, text).ok());
    }
    const auto snapshot = builder.Finish();
    CHECK(snapshot.ok());
    v1::RunSpec spec;
    spec.set_tree_digest(snapshot->tree_digest);
    if (!project.build.empty()) AddPhase("build", project.build, spec);
    AddPhase("test", project.command, spec);
    spec.mutable_oracle()->set_any_failure(true);
    for (int i = 0; i < kTrials; ++i) AddTrial(project, i, *spec.mutable_trial_plan());
    const auto begin = bench::Clock::now();
    const v1::RunOutcome outcome = Run(spec);
    const double seconds = bench::SecondsSince(begin);
    bool right = outcome.trials_size() == kTrials;
    for (const v1::TrialOutcome& trial : outcome.trials()) {
      const bool passed = trial.result() == v1::TrialOutcome::RESULT_PASSED;
      right = right && passed == (trial.trial() % kPassesEvery == 0);
    }
    bench::Report(project.name, outcome.trials_size() / seconds, "/s", "all judged rightly", right);
  }

 private:
  static void AddPhase(const std::string& name, const std::string& command, v1::RunSpec& spec) {
    v1::Phase& phase = *spec.add_phases();
    phase.set_name(name);
    phase.set_shell_command(command);
    phase.mutable_time_limit()->set_seconds(10);
  }

  void AddTrial(const Project& project, int number, v1::TrialPlan& plan) {
    std::string line = project.right;
    if (number % kPassesEvery != 0) {
      line = project.wrong;
      line.replace(line.find("%d"), 2, std::to_string(number));
    }
    const std::string diff = "--- a/" + project.path + "\n+++ b/" + project.path +
                             "\n@@ -1,1 +1,1 @@\n-" + project.broken + "+" + line;
    const auto stored = store_.Put(diff, "text/x-diff");
    CHECK(stored.ok());
    plan.add_trials()->add_patches()->set_digest(stored->digest());
  }

  v1::RunOutcome Run(const v1::RunSpec& spec) {
    v1::Effect effect;
    effect.set_id(++last_effect_);
    *effect.mutable_run() = spec;
    auto decision = policies::Evaluate(policy_, "bench", effect);
    CHECK(std::holds_alternative<policies::Permit>(decision));
    auto promise = std::make_shared<std::promise<Result<v1::RunOutcome>>>();
    executor_->Start(
        std::get<policies::Permit>(decision), {"bench", effect.id(), 1}, spec,
        [promise](Result<v1::RunOutcome> outcome) { promise->set_value(std::move(outcome)); });
    const auto outcome = promise->get_future().get();
    if (!outcome.ok()) std::fprintf(stderr, "%s\n", outcome.status().ToString().c_str());
    return outcome.ok() ? *outcome : v1::RunOutcome();
  }

  store::MemoryStore store_;
  TreeCache trees_;
  v1::Policy policy_;
  std::unique_ptr<ProcessExecutor> executor_;
  std::int64_t last_effect_ = 0;
};

int Main() {
  const bench::Folder folder("");
  // The runs' users go through it.
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  Bench bench(folder.path());
  const Status opened = bench.Open();
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.ToString().c_str());
    return 1;
  }
  for (const Project& project : Projects()) bench.Measure(project);
  return 0;
}

}  // namespace
}  // namespace inquest::sandbox

int main() { return inquest::sandbox::Main(); }
