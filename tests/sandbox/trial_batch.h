#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sandbox/process/trials.h"
#include "tests/sandbox/process_harness.h"

namespace inquest::sandbox {

inline constexpr auto kPassed = v1::TrialOutcome::RESULT_PASSED;
inline constexpr auto kBugShowed = v1::TrialOutcome::RESULT_BUG_SHOWED;
inline constexpr auto kFailedOtherwise = v1::TrialOutcome::RESULT_FAILED_OTHERWISE;
inline constexpr auto kDoesNotBuild = v1::TrialOutcome::RESULT_DOES_NOT_BUILD;
inline constexpr auto kRejected = v1::TrialOutcome::RESULT_PATCH_REJECTED;

inline std::string Lines(const std::string& text, char sign) {
  std::string lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    lines += sign + text.substr(at, end - at);
    at = end;
  }
  return lines;
}

// The diff that makes the whole of `before` the whole of `after`.
inline std::string Diff(const std::string& path, const std::string& before,
                        const std::string& after) {
  const auto count = [](const std::string& text) {
    return std::to_string(std::count(text.begin(), text.end(), '\n'));
  };
  return "--- a/" + path + "\n+++ b/" + path + "\n@@ -1," + count(before) + " +1," + count(after) +
         " @@\n" + Lines(before, '-') + Lines(after, '+');
}

// One batch of trials of a small target, in a real sandbox.
class TrialBatch : public testing::Test {
 protected:
  TrialBatch() {
    harness_.options().instruments_directory = ProgramDirectory() + "/../share/inquest/instruments";
    harness_.Restart();
    oracle_.set_any_failure(true);
  }

  // The file that trials change.
  void Subject(const std::string& path, const std::string& text) {
    path_ = path;
    text_ = text;
    harness_.AddFile(path, text);
  }
  // A trial in which the subject reads like that.
  void Try(const std::string& text) { TryPatch(Diff(path_, text_, text)); }
  void TryPatch(const std::string& diff) {
    plan_.add_trials()->add_patches()->set_digest(harness_.Put(diff));
  }

  v1::RunSpec Spec(const std::string& command, const std::string& build = "") {
    v1::RunSpec spec = harness_.Spec(build.empty() ? command : build);
    if (!build.empty()) {
      spec.mutable_phases(0)->set_name("build");
      v1::Phase& trigger = *spec.add_phases();
      trigger.set_name("test");
      trigger.set_shell_command(command);
      trigger.mutable_time_limit()->set_seconds(20);
    }
    *spec.mutable_trial_plan() = plan_;
    *spec.mutable_oracle() = oracle_;
    return spec;
  }

  std::vector<v1::TrialOutcome::Result> Results(const v1::RunOutcome& outcome) {
    EXPECT_EQ(outcome.problem(), v1::RunOutcome::PROBLEM_UNSPECIFIED) << outcome.explanation();
    std::vector<v1::TrialOutcome::Result> results;
    for (const v1::TrialOutcome& trial : outcome.trials()) {
      EXPECT_EQ(trial.trial(), static_cast<int>(results.size()));
      results.push_back(trial.result());
    }
    return results;
  }
  std::vector<v1::TrialOutcome::Result> Run(const std::string& command,
                                            const std::string& build = "") {
    return Results(harness_.Run(Spec(command, build)));
  }

  ProcessHarness harness_;
  v1::TrialPlan plan_;
  v1::Oracle oracle_;
  std::string path_;
  std::string text_;
};

inline constexpr char kCheck[] = "from calc import add\nassert add(2, 2) == 4\nprint('checked')\n";

}  // namespace inquest::sandbox
