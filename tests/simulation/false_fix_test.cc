#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "steps/steps.h"

// Whole searches for the fix of a flaky bug, by the real steps over made-up runs: how often a patch
// that does nothing is called a fix, and what it takes to prove one that works.
namespace inquest::steps {
namespace {

struct Bug {
  double rate = 0;
  int no_ops = 0;      // candidates that change nothing
  bool fixed = false;  // after them comes one that removes the bug
};

std::shared_ptr<const v1::Observation> MakeRun(bool shows) {
  auto observation = std::make_shared<v1::Observation>();
  v1::RunOutcome& run = *observation->mutable_run();
  run.set_oracle_answer(shows ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
  v1::PhaseOutcome& phase = *run.add_phases();
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(shows ? 1 : 0);
  return observation;
}

constexpr const char* kWorks = "works";
// More than any visit asks of one arm.
constexpr int kRunsAhead = 2000;

// One investigation of the bug, from reproduce on. What an arm's runs will say is drawn ahead where
// the steps are known to ask for it, because a step reads what it was given in the order in which
// it would have asked, and calling it once a run takes long. What was not drawn ahead is drawn when
// it is wanted.
class Search {
 public:
  Search(const Bug& bug, std::uint64_t seed) : bug_(bug), random_(seed) {}

  // The patch that was called a fix; empty: none was.
  std::string Run() {
    brief_.symptom.emplace().mutable_typical_wall_time()->set_nanos(100'000'000);
    brief_.active_hypothesis = "h1";
    Begin(v1::STEP_REPRODUCE);
    DrawAhead("rate/", kRunsAhead / 4);
    const v1::StepSettled reproduced = Finish(Reproduce);
    if (!reproduced.has_reproduction()) return "";
    brief_.reproduction = reproduced.reproduction();
    for (;;) {
      Begin(v1::STEP_FIX);
      DrawScreeningAhead();
      const v1::StepSettled found = Finish(Fix);
      if (!found.has_fix()) return "";
      brief_.fix = found.fix();
      ++brief_.candidates_entered_verify;
      Begin(v1::STEP_VERIFY);
      DrawProofAhead();
      const v1::StepSettled settled = Finish(Verify);
      if (holds_) return brief_.fix->patch_digest();
      if (settled.settlement() != v1::SETTLEMENT_PATCH_REJECTED) return "";
      brief_.rejected_patches.push_back(brief_.fix->patch_digest());
    }
  }

  int entered_verify() const { return brief_.candidates_entered_verify; }
  // Those that were not drawn ahead.
  int runs() const { return runs_; }

 private:
  void Begin(v1::Step step) {
    brief_.step = step;
    so_far_.clear();
  }

  v1::StepSettled Finish(Action (*step)(const Brief&, std::span<const Observed>)) {
    for (;;) {
      Action action = step(brief_, so_far_);
      if (auto* settle = std::get_if<Settle>(&action)) return std::move(settle->settled);
      for (const v1::Effect& effect : std::get<Want>(action).effects) {
        // The interleaved rounds are behind it.
        if (effect.key() == "split") {
          holds_ = true;
          return {};
        }
        if (effect.has_ask()) {
          Add(effect.key(), Submission());
        } else if (effect.run().has_trial_plan()) {
          Add(effect.key(), Trials(effect.run().trial_plan()));
          so_far_.back().effect = std::make_shared<v1::Effect>(effect);
        } else {
          ++runs_;
          Add(effect.key(), Draw(Spared(effect.run())));
        }
      }
    }
  }

  std::shared_ptr<const v1::Observation> Submission() const {
    auto observation = std::make_shared<v1::Observation>();
    v1::Submission& submission = *observation->mutable_submission();
    if (brief_.step == v1::STEP_REPRODUCE) {
      submission.mutable_recipe()->set_shell_command("./trigger");
      submission.mutable_recipe()->mutable_oracle()->set_any_failure(true);
      submission.mutable_recipe()->mutable_time_limit()->set_seconds(10);
      return observation;
    }
    for (const std::string& patch : Candidates()) {
      submission.add_candidates()->set_patch_digest(patch);
    }
    if (submission.candidates().empty()) submission.set_nothing_because("all were tried");
    return observation;
  }

  std::shared_ptr<const v1::Observation> Trials(const v1::TrialPlan& plan) {
    auto observation = std::make_shared<v1::Observation>();
    for (int i = 0; i < plan.trials_size(); ++i) {
      const bool spared = plan.trials(i).patches(0).digest() == kWorks;
      bool passes = true;
      for (int run = 0; run < std::max(1, plan.runs()) && passes; ++run) {
        passes = Draw(spared) == clean_;
      }
      v1::TrialOutcome& outcome = *observation->mutable_run()->add_trials();
      outcome.set_trial(i);
      outcome.set_result(passes ? v1::TrialOutcome::RESULT_PASSED
                                : v1::TrialOutcome::RESULT_BUG_SHOWED);
      outcome.mutable_wall_time()->set_nanos(20'000'000);
    }
    return observation;
  }

  std::vector<std::string> Candidates() const {
    std::vector<std::string> patches;
    for (int i = 0; i < bug_.no_ops; ++i) patches.push_back("no-op " + std::to_string(i));
    if (bug_.fixed) patches.emplace_back(kWorks);
    std::erase_if(patches, [&](const std::string& patch) {
      return std::ranges::count(brief_.rejected_patches, patch) > 0;
    });
    return patches;
  }

  static bool Spared(const v1::RunSpec& run) {
    return run.patches_size() == 1 && run.patches(0).digest() == kWorks;
  }

  const std::shared_ptr<const v1::Observation>& Draw(bool spared) {
    const bool shows = !spared && std::bernoulli_distribution(bug_.rate)(random_);
    return shows ? shows_ : clean_;
  }

  void DrawAhead(const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) Add(prefix + std::to_string(i), Draw(false));
  }

  // Until the candidate falls.
  void DrawUntilItShows(const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) {
      Add(prefix + std::to_string(i), Draw(false));
      if (so_far_.back().observation == shows_) return;
    }
  }

  void DrawScreeningAhead() {
    const auto patches = Candidates();
    for (std::size_t i = 0; i < patches.size(); ++i) {
      if (patches[i] == kWorks) continue;
      DrawUntilItShows("trigger/" + std::to_string(i) + "/", kRunsAhead / 4);
    }
  }

  void DrawProofAhead() {
    if (brief_.fix->patch_digest() == kWorks) return;
    DrawUntilItShows("after/", kRunsAhead);
    const auto rounds = static_cast<int>(so_far_.size());
    DrawAhead("before/", rounds);
    DrawAhead("revert/", rounds);
  }

  void Add(std::string key, std::shared_ptr<const v1::Observation> observation) {
    so_far_.push_back({std::move(key), 0, effect_, std::move(observation)});
  }

  const Bug bug_;
  std::mt19937_64 random_;
  const std::shared_ptr<const v1::Observation> shows_ = MakeRun(true);
  const std::shared_ptr<const v1::Observation> clean_ = MakeRun(false);
  const std::shared_ptr<const v1::Effect> effect_ = std::make_shared<v1::Effect>();
  Brief brief_;
  std::vector<Observed> so_far_;
  bool holds_ = false;
  int runs_ = 0;
};

constexpr int kInvestigations = 1000;

class FalseFix : public testing::TestWithParam<Bug> {};

TEST_P(FalseFix, IsCalledInAtMostOneOfAHundredInvestigations) {
  int called = 0;
  int entered = 0;
  for (int seed = 1; seed <= kInvestigations; ++seed) {
    Search search(GetParam(), static_cast<std::uint64_t>(seed));
    called += search.Run().empty() ? 0 : 1;
    entered += search.entered_verify();
  }

  RecordProperty("false_fixes", called);
  RecordProperty("entered_verify", entered);
  EXPECT_LE(called, kInvestigations / 100) << entered << " candidates entered verify";
}

std::vector<Bug> Bugs() {
  std::vector<Bug> bugs;
  for (const int no_ops : {1, 20, 200}) {
    for (const double rate : {0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.75, 0.9}) {
      bugs.push_back({.rate = rate, .no_ops = no_ops});
    }
  }
  return bugs;
}

std::string InPercent(double rate) {
  return std::to_string(static_cast<int>(100 * rate + 0.5)) + "Percent";
}

INSTANTIATE_TEST_SUITE_P(Bugs, FalseFix, testing::ValuesIn(Bugs()), [](const auto& bug) {
  return std::to_string(bug.param.no_ops) + "NoOpsAt" + InPercent(bug.param.rate);
});

struct Cost {
  double rate = 0;
  int tries = 0;
  int proven = 0;       // at least
  int runs_median = 0;  // at most, from the reproduction to the end of the interleaved rounds
  int runs_most = 0;
};

class TrueFix : public testing::TestWithParam<Cost> {};

TEST_P(TrueFix, IsProvenInBoundedRuns) {
  int proven = 0;
  std::vector<int> runs;
  for (int seed = 1; seed <= GetParam().tries; ++seed) {
    Search search({.rate = GetParam().rate, .fixed = true}, static_cast<std::uint64_t>(seed));
    proven += search.Run() == kWorks ? 1 : 0;
    runs.push_back(search.runs());
  }
  std::ranges::sort(runs);

  EXPECT_GE(proven, GetParam().proven);
  EXPECT_LE(runs[runs.size() / 2], GetParam().runs_median);
  EXPECT_LE(runs.back(), GetParam().runs_most);
  RecordProperty("proven", proven);
  RecordProperty("runs_median", runs[runs.size() / 2]);
  RecordProperty("runs_most", runs.back());
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, TrueFix,
    testing::Values(
        Cost{.rate = 0.02, .tries = 30, .proven = 27, .runs_median = 2000, .runs_most = 5000},
        Cost{.rate = 0.1, .tries = 100, .proven = 98, .runs_median = 400, .runs_most = 1500},
        Cost{.rate = 0.3, .tries = 100, .proven = 98, .runs_median = 150, .runs_most = 300},
        Cost{.rate = 0.9, .tries = 100, .proven = 98, .runs_median = 60, .runs_most = 100},
        Cost{.rate = 1.0, .tries = 100, .proven = 100, .runs_median = 26, .runs_most = 26}),
    [](const auto& cost) { return "At" + InPercent(cost.param.rate); });

}  // namespace
}  // namespace inquest::steps
