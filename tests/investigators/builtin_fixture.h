#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/formats/run_output.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/investigators/builtin.h"
#include "runtime/store/memory.h"
#include "tests/investigators/target_files.h"

// The investigator over real runs of a real target. They are made here, without sandbox and steps:
// what is tested is what it answers.
namespace inquest::investigators {

namespace fs = std::filesystem;

inline Files ReadFolder(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[fs::relative(entry.path(), folder).string()] = *ReadFile(entry.path().string(), 1 << 20);
  }
  return files;
}

class BuiltinTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "builtin.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = fs::canonical(name);
  }
  void TearDown() override { fs::remove_all(root_); }

  // Takes the files as the target, runs the command, and fills in what observe would deliver.
  void Observe(Files files, const std::string& command) {
    files_ = std::move(files);
    brief_.target.set_test_command(command);
    brief_.acquired.set_tree_digest(PutTree(files_, artifacts_));
    brief_.acquired.set_language("python");
    brief_.symptom.emplace();
    v1::RunOfEffect& run = *brief_.symptom->add_runs();
    run.set_effect_id(7);
    *run.mutable_outcome()->add_phases() = Run(files_);
    const v1::PhaseOutcome& phase = run.outcome().phases(0);
    brief_.symptom->set_failing_runs(phase.exit_code() != 0 ? 1 : 0);
    v1::RunReading reading =
        formats::ReadOutput(*artifacts_.ReadAll(phase.stdout().digest()),
                            *artifacts_.ReadAll(phase.stderr().digest()), phase);
    reading.set_effect_id(7);
    *brief_.symptom->add_readings() = std::move(reading);
    const auto coverage = ReadFile((root_ / "out" / "coverage.jsonl").string(), 1 << 20);
    if (coverage.ok()) *brief_.symptom->add_coverage_artifacts() = Put(*coverage);
    brief_.symptom->mutable_typical_wall_time()->set_nanos(1);
  }

  v1::Artifact Put(const std::string& bytes) { return *artifacts_.Put(bytes, "text/plain"); }

  v1::PhaseOutcome Run(const Files& files) {
    fs::remove_all(root_ / "tree");
    fs::remove_all(root_ / "out");
    fs::create_directories(root_ / "out");
    for (const auto& [path, text] : files) {
      fs::create_directories((root_ / "tree" / path).parent_path());
      std::ofstream(root_ / "tree" / path) << text;
    }
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-coverage";
    const std::string line =
        "cd '" + (root_ / "tree").string() + "' && { export PYTHONPATH='" + instrument +
        "' INQUEST_INSTRUMENT=inquest_coverage INQUEST_OUT=../out INQUEST_WORKSPACE=\"$PWD\"; " +
        brief_.target.test_command() + "; } > ../stdout 2> ../stderr";
    const int status = std::system(line.c_str());
    v1::PhaseOutcome phase;
    phase.set_ending(v1::ENDING_EXITED);
    phase.set_exit_code(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    *phase.mutable_stdout() = Put(AsInSandbox("stdout"));
    *phase.mutable_stderr() = Put(AsInSandbox("stderr"));
    return phase;
  }

  std::string AsInSandbox(const std::string& name) {
    std::string bytes = *ReadFile((root_ / name).string(), 1 << 20);
    const std::string here = (root_ / "tree").string();
    for (auto at = bytes.find(here); at != std::string::npos; at = bytes.find(here, at)) {
      bytes.replace(at, here.size(), "/workspace");
    }
    return bytes;
  }

  bool PassesWith(const std::string& patch_digest) {
    const auto patch = formats::ParsePatch(*artifacts_.ReadAll(patch_digest));
    EXPECT_TRUE(patch.ok());
    const auto changed = formats::ApplyPatch(
        *patch, [&](const std::string& path) -> Result<std::optional<std::string>> {
          const auto file = files_.find(path);
          if (file == files_.end()) return std::optional<std::string>();
          return std::optional(file->second);
        });
    EXPECT_TRUE(changed.ok()) << changed.status().ToString();
    Files files = files_;
    for (const formats::PatchedFile& file : *changed) files[file.path] = *file.text;
    return Run(files).exit_code() == 0;
  }

  // As if surveys had been made and found nothing, unless the ask says otherwise.
  v1::Submission Ask(v1::Step step) {
    v1::AskWork ask;
    ask.mutable_survey()->set_rounds(100);
    return Ask(step, ask);
  }

  v1::Submission Ask(v1::Step step, const v1::AskWork& ask) {
    brief_.step = step;
    auto submission = builtin_.Answer(brief_, ask, std::stop_token());
    EXPECT_TRUE(submission.ok()) << submission.status().ToString();
    return submission.ok() ? *submission : v1::Submission();
  }

  // Makes the hypothesis active and runs its experiment until an intervention helps; true: one did.
  bool Test(const v1::Hypothesis& hypothesis) {
    v1::Hypothesis& active = brief_.hypotheses.emplace_back(hypothesis);
    active.set_id("h" + std::to_string(brief_.hypotheses.size()));
    active.set_status(v1::HYPOTHESIS_STATUS_ACTIVE);
    brief_.active_hypothesis = active.id();
    const v1::Submission submission = Ask(v1::STEP_TEST);
    EXPECT_EQ(submission.experiment().arms(0).name(), "control");
    brief_.judgement.emplace();
    for (const v1::Arm& arm : submission.experiment().arms()) {
      if (arm.patch_digest().empty() || !PassesWith(arm.patch_digest())) continue;
      brief_.judgement->add_effective_patches(arm.patch_digest());
      break;
    }
    return !brief_.judgement->effective_patches().empty();
  }

  void ExpectCitationsResolve(const v1::Hypothesis& hypothesis) {
    ASSERT_FALSE(hypothesis.citations().empty());
    for (const v1::Citation& citation : hypothesis.citations()) {
      const auto bytes = artifacts_.Read(*DigestFromHex(citation.digest()), citation.begin_byte(),
                                         citation.end_byte() - citation.begin_byte());
      ASSERT_TRUE(bytes.ok());
      EXPECT_EQ(*bytes, citation.quote());
    }
  }

  fs::path root_;
  store::MemoryStore artifacts_;
  Builtin builtin_{artifacts_};
  steps::Brief brief_;
  Files files_;
};

inline constexpr const char* kUnittest = "/usr/bin/python3 -B -m unittest";

}  // namespace inquest::investigators
