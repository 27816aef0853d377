#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "policies/permit.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/store/memory.h"
#include "sandbox/process/process_executor.h"
#include "sandbox/workspace/tree_builder.h"
#include "sandbox/workspace/tree_cache.h"

namespace inquest::sandbox {

// A store, a tree cache and an executor in a folder of their own.
class ProcessHarness {
 public:
  explicit ProcessHarness(const std::string& path = "/usr/bin:/bin", int slots = 2)
      : directory_(std::filesystem::temp_directory_path() / ("inquest-test-" + NewId())) {
    std::filesystem::create_directories(directory_);
    trees_ = std::make_unique<TreeCache>(directory_ / "trees", store_, TreeCacheLimits{});
    CHECK(trees_->Open().ok());
    options_.runs_directory = directory_ / "runs";
    options_.instruments_directory = directory_ / "instruments";
    // Beside the test, wherever both were copied to.
    options_.supervisor = ProgramDirectory() + "/../bin/inquest-run";
    options_.path = path;
    options_.home = "/root";
    options_.slots = slots;
    policy_.set_name("test");
    policy_.mutable_sandbox()->set_allowed(true);
    policy_.mutable_sandbox()->set_network(v1::NETWORK_OFF);
    policy_.mutable_sandbox()->mutable_time_limit()->set_seconds(60);
    if (::geteuid() != 0) {
      for (const char* layer : {"cgroup-memory", "cgroup-pids"}) {
        policy_.mutable_sandbox()->add_accept_missing_layers(layer);
      }
    }
    Restart();
  }
  ~ProcessHarness() {
    executor_.reset();
    static_cast<void>(std::system(("rm -rf " + directory_.string()).c_str()));
  }

  // As a daemon that starts anew over the same folder.
  void Restart() {
    executor_.reset();
    executor_ = std::make_unique<ProcessExecutor>(options_, store_, *trees_);
    const Status opened = executor_->Open();
    CHECK(opened.ok());
  }

  void AddFile(const std::string& path, const std::string& text) {
    CHECK(builder_.AddFile(path, TreeEntry::Kind::kFile, text).ok());
  }
  Status AddProgram(const std::string& path, const std::string& text) {
    return builder_.AddFile(path, TreeEntry::Kind::kExecutable, text);
  }

  v1::RunSpec Spec(const std::string& command, int seconds = 20) {
    if (tree_digest_.empty()) {
      const auto snapshot = builder_.Finish();
      CHECK(snapshot.ok());
      tree_digest_ = snapshot->tree_digest;
    }
    v1::RunSpec spec;
    spec.set_tree_digest(tree_digest_);
    v1::Phase* phase = spec.add_phases();
    phase->set_name("test");
    phase->set_shell_command(command);
    phase->mutable_time_limit()->set_seconds(seconds);
    return spec;
  }

  std::future<Result<v1::RunOutcome>> Start(const RunKey& key, const v1::RunSpec& spec) {
    v1::Effect effect;
    effect.set_id(key.effect_id);
    *effect.mutable_run() = spec;
    auto decision = policies::Evaluate(policy_, key.investigation, effect);
    CHECK(std::holds_alternative<policies::Permit>(decision));
    auto promise = std::make_shared<std::promise<Result<v1::RunOutcome>>>();
    executor_->Start(
        std::get<policies::Permit>(decision), key, spec,
        [promise](Result<v1::RunOutcome> outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }

  v1::RunOutcome Run(const v1::RunSpec& spec) {
    const auto outcome = Start({"inv", ++last_effect_, 1}, spec).get();
    EXPECT_TRUE(outcome.ok()) << outcome.status().ToString();
    return outcome.ok() ? *outcome : v1::RunOutcome();
  }
  v1::RunOutcome Run(const std::string& command) { return Run(Spec(command)); }

  std::string Text(const v1::Artifact& artifact) {
    const auto text = store_.ReadAll(artifact.digest());
    return text.ok() ? *text : text.status().ToString();
  }
  std::string Put(const std::string& bytes) { return store_.Put(bytes, "text/plain")->digest(); }

  ProcessExecutor& executor() { return *executor_; }
  v1::Policy& policy() { return policy_; }
  ProcessExecutorOptions& options() { return options_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  const std::filesystem::path directory_;
  store::MemoryStore store_;
  TreeBuilder builder_{store_, SnapshotLimits{}};
  std::string tree_digest_;
  std::unique_ptr<TreeCache> trees_;
  ProcessExecutorOptions options_;
  v1::Policy policy_;
  std::unique_ptr<ProcessExecutor> executor_;
  std::int64_t last_effect_ = 0;
};

}  // namespace inquest::sandbox
