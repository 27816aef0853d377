#include "runtime/effects/acquire.h"

#include <filesystem>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/effects/failure.h"
#include "sandbox/workspace/git_history.h"
#include "sandbox/workspace/git_source.h"
#include "sandbox/workspace/snapshot.h"

namespace inquest::effects {

Acquirer::Acquirer(store::ArtifactStore& artifacts, std::vector<std::string> own_directories,
                   std::string scratch_directory, ChooseLanguage choose)
    : artifacts_(artifacts),
      own_directories_(std::move(own_directories)),
      scratch_directory_(std::move(scratch_directory)),
      choose_(std::move(choose)) {}

void Acquirer::RemoveLeftovers() const {
  std::error_code error;
  std::filesystem::remove_all(scratch_directory_, error);
  if (error) Log(LogLevel::kWarning, "git's leftovers stay", {{"error", error.message()}});
}

Result<sandbox::Snapshot> Acquirer::TakeUploaded(const std::string& tree_digest) {
  sandbox::Snapshot snapshot;
  TRY_ASSIGN(snapshot.tree, sandbox::ReadTree(artifacts_, tree_digest));
  snapshot.tree_digest = tree_digest;
  for (const sandbox::TreeEntry& entry : snapshot.tree.entries) {
    snapshot.size_bytes += entry.size_bytes;
  }
  return snapshot;
}

Status Acquirer::AddHistory(const v1::Target& target, const std::stop_token& stop,
                            sandbox::Snapshot& snapshot) const {
  if (snapshot.commit.empty() && !target.good_revision().empty()) {
    return {Code::kNotFound, "GIT_REVISION_NOT_FOUND",
            "the target is no git checkout, so it has no revision " + target.good_revision()};
  }
  if (snapshot.commit.empty()) return Status::Ok();
  TRY(MakeDirectories(scratch_directory_, 0700));
  sandbox::CheckoutHistoryOptions options;
  options.scratch_directory = scratch_directory_;
  const auto history = sandbox::ReadCheckoutHistory(
      target.local_path(), snapshot.commit, target.good_revision(), artifacts_, options, stop);
  TRY_ASSIGN(snapshot.history_digest, sandbox::StoreHistory(history, artifacts_));
  return Status::Ok();
}

Result<sandbox::Snapshot> Acquirer::Take(const v1::Target& target, const std::stop_token& stop) {
  switch (target.source_case()) {
    case v1::Target::kLocalPath: {
      sandbox::SnapshotOptions options;
      options.own_directories = own_directories_;
      TRY_ASSIGN(sandbox::Snapshot snapshot,
                 sandbox::SnapshotDirectory(target.local_path(), artifacts_, options, stop));
      TRY(AddHistory(target, stop, snapshot));
      return snapshot;
    }
    case v1::Target::kGit: {
      TRY(MakeDirectories(scratch_directory_, 0700));
      sandbox::GitOptions options;
      options.scratch_directory = scratch_directory_;
      options.good_revision = target.good_revision();
      return sandbox::SnapshotGit(target.git().url(), target.git().revision(), artifacts_, options,
                                  stop);
    }
    case v1::Target::kTreeDigest:
      return TakeUploaded(target.tree_digest());
    case v1::Target::SOURCE_NOT_SET:
      break;
  }
  return Status(Code::kInvalidArgument, "TARGET_MISSING", "the target has no source");
}

v1::Observation Acquirer::Acquire(const v1::AcquireWork& work, const std::stop_token& stop) {
  const auto snapshot = Take(work.target(), stop);
  if (!snapshot.ok()) return Failure(snapshot.status());
  if (snapshot->tree.entries.empty()) {
    return Failure(Status(Code::kFailedPrecondition, "TARGET_EMPTY",
                          "the target has no files: name the directory that holds the source"));
  }
  std::vector<std::string> paths;
  for (const sandbox::TreeEntry& entry : snapshot->tree.entries) paths.push_back(entry.path);
  const LanguageChoice choice = choose_(paths);
  v1::Observation observation;
  v1::Acquired& acquired = *observation.mutable_acquired();
  acquired.set_tree_digest(snapshot->tree_digest);
  acquired.set_files(static_cast<std::int64_t>(paths.size()));
  acquired.set_size_bytes(snapshot->size_bytes);
  acquired.set_commit(snapshot->commit);
  for (const std::string& left : snapshot->left_out) acquired.add_left_out(left);
  acquired.set_language(choice.language);
  acquired.set_coverage_instrument(choice.coverage_instrument);
  acquired.set_inputs_instrument(choice.inputs_instrument);
  acquired.set_history_digest(snapshot->history_digest);
  acquired.set_sanitizer_instrument(work.target().debugger() ? choice.leak_instrument
                                                             : choice.sanitizer_instrument);
  if (work.target().debugger()) acquired.set_backtrace_instrument(choice.backtrace_instrument);
  acquired.set_values_instrument(choice.values_instrument);
  return observation;
}

}  // namespace inquest::effects
