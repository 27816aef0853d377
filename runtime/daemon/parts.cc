#include "runtime/daemon/parts.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "policies/load.h"
#include "runtime/base/file.h"
#include "runtime/effects/acquire.h"
#include "runtime/effects/analyse.h"
#include "runtime/effects/check_submission.h"
#include "runtime/effects/effect_runner.h"
#include "runtime/investigators/builtin.h"
#include "runtime/languages/language.h"
#include "runtime/store/sqlite/sqlite_store.h"
#include "sandbox/process/process_executor.h"
#include "sandbox/workspace/tar.h"
#include "sandbox/workspace/tree_cache.h"

namespace inquest::daemon {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string ShareDirectory() { return ProgramDirectory() + "/../share/inquest"; }

// The operator's policies stand beside the shipped ones and replace those of the same name.
std::vector<std::string> PolicyDirectories() {
  const std::string config = Variable("XDG_CONFIG_HOME");
  const std::string home = config.empty() ? Variable("HOME") + "/.config" : config;
  return {ShareDirectory() + "/policies", "/etc/inquest/policies", home + "/inquest/policies"};
}

effects::LanguageChoice ChooseLanguage(const std::vector<std::string>& paths) {
  const languages::Language* language = languages::DetectLanguage(paths);
  if (language == nullptr) return {};
  return {std::string(language->Name()),
          std::string(language->CoverageInstrument()),
          std::string(language->InputsInstrument()),
          std::string(language->SanitizerInstrument()),
          std::string(language->LeakInstrument()),
          std::string(language->BacktraceInstrument()),
          std::string(language->ValuesInstrument())};
}

// Everything that does effects, in the order in which it is built; the runner goes first when it
// ends.
class RealRunner final : public engine::EffectRunner {
 public:
  RealRunner(const Options& options, store::Store& store)
      : trees_(options.data_dir + "/trees", store, {}),
        executor_(ExecutorOptions(options), store, trees_),
        acquirer_(store, {options.data_dir}, options.data_dir + "/git", ChooseLanguage),
        analyser_(store),
        builtin_(store),
        store_(store) {}

  Status Open() {
    TRY(trees_.Open());
    TRY(executor_.Open());
    // Only one daemon has this store, so what is there is an earlier one's.
    executor_.EndUnwanted([this](const sandbox::RunKey& key) { return IsInFlight(key); });
    acquirer_.RemoveLeftovers();
    effects::Doers doers;
    doers.store = &store_;
    doers.executor = &executor_;
    doers.acquire = [this](const auto& work, auto stop) { return acquirer_.Acquire(work, stop); };
    doers.analyse = [this](const auto& work, auto stop) { return analyser_.Analyse(work, stop); };
    doers.investigators = {{"builtin", &builtin_}};
    runner_ = std::make_unique<effects::Runner>(std::move(doers));
    return Status::Ok();
  }

  void Start(engine::StartOrder order, Done done) override {
    runner_->Start(std::move(order), std::move(done));
  }
  void Cancel(const std::string& investigation, std::int64_t effect_id) override {
    runner_->Cancel(investigation, effect_id);
  }
  void Forget(const std::string& investigation, std::int64_t effect_id, int attempt) override {
    runner_->Forget(investigation, effect_id, attempt);
  }

 private:
  static sandbox::ProcessExecutorOptions ExecutorOptions(const Options& options) {
    sandbox::ProcessExecutorOptions executor;
    executor.runs_directory = options.data_dir + "/runs";
    executor.instruments_directory = ShareDirectory() + "/instruments";
    executor.path = Variable("PATH");
    executor.home = Variable("HOME");
    executor.slots = options.slots;
    return executor;
  }

  // When in doubt (the store cannot be read), yes: then the run is left to its own limits.
  bool IsInFlight(const sandbox::RunKey& key) {
    const auto outbox = store_.ReadOutbox(key.investigation);
    if (!outbox.ok()) return outbox.status().code() != Code::kNotFound;
    return std::any_of(outbox->begin(), outbox->end(), [&](const store::OutboxRow& row) {
      return row.effect_id == key.effect_id && row.attempt == key.attempt;
    });
  }

  sandbox::TreeCache trees_;
  sandbox::ProcessExecutor executor_;
  effects::Acquirer acquirer_;
  effects::Analyser analyser_;
  investigators::Builtin builtin_;
  store::Store& store_;
  std::unique_ptr<effects::Runner> runner_;
};

Result<std::string> Unpack(store::ArtifactStore& artifacts, std::string_view tar) {
  const sandbox::ByteSource source = [tar](std::span<char> buffer) mutable -> Result<std::size_t> {
    const std::size_t size = std::min(buffer.size(), tar.size());
    std::copy_n(tar.begin(), size, buffer.begin());
    tar.remove_prefix(size);
    return size;
  };
  TRY_ASSIGN(const sandbox::Snapshot snapshot,
             sandbox::SnapshotTar(source, artifacts, {}, std::stop_token()));
  return snapshot.tree_digest;
}

}  // namespace

Result<Parts> Assemble(const Options& options) {
  Parts parts;
  store::SqliteOptions sqlite;
  sqlite.directory = options.data_dir;
  TRY_ASSIGN(parts.store, store::SqliteStore::Open(std::move(sqlite)));
  TRY_ASSIGN(parts.engine.policies, policies::LoadPolicies(PolicyDirectories()));
  parts.engine.investigators = {"builtin"};
  auto runner = std::make_unique<RealRunner>(options, *parts.store);
  TRY(runner->Open());
  parts.runner = std::move(runner);
  parts.unpack = [store = parts.store.get()](std::string_view tar) { return Unpack(*store, tar); };
  parts.check_hypothesis = [store = parts.store.get()](const auto& tree, const auto& hypothesis) {
    return effects::CheckHypothesis(tree, hypothesis, *store);
  };
  return parts;
}

}  // namespace inquest::daemon
