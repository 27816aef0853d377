#include "sandbox/workspace/git_history.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/file.h"
#include "runtime/formats/printable.h"
#include "runtime/formats/unified_diff.h"
#include "sandbox/workspace/git_copy.h"
#include "sandbox/workspace/git_head.h"
#include "sandbox/workspace/git_url.h"
#include "sandbox/workspace/private_repository.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kListingBytesLimit = std::size_t{1} << 20U;
constexpr std::size_t kNamesBytesLimit = std::size_t{1} << 20U;
constexpr std::size_t kSubjectBytes = 200;
constexpr int kPathsLimit = 200;
constexpr char kMark = '\x01';

// Before the changes of each commit. No line of a diff begins with it, whatever files hold.
std::string MarkOf(const std::string& commit) {
  return std::string(1, kMark) + commit + kMark + '\n';
}

// `range`: what `git log` is to begin with.
std::vector<std::string> LogArguments(const std::string& range, int commits,
                                      std::vector<std::string> more) {
  std::vector<std::string> arguments = {"log",
                                        "--first-parent",
                                        "--diff-merges=first-parent",
                                        "--no-color",
                                        "--no-ext-diff",
                                        "--no-textconv",
                                        "--no-renames",
                                        "--no-show-signature",
                                        "--no-mailmap",
                                        "--no-notes",
                                        "--max-count=" + std::to_string(commits)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  arguments.insert(arguments.end(), {"--end-of-options", range, "--"});
  return arguments;
}

// The text up to the next NUL, which is taken away.
std::string_view TakeField(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\0'), rest.size());
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return field;
}

Result<std::string> ResolveCommit(const GitProcess& git, const std::string& revision) {
  TRY(CheckGitRevision(revision));
  const auto output =
      git.Run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"},
              kNamesBytesLimit);
  if (!output.ok() && output.status().reason() != "GIT_FAILED") return output.status();
  const std::string commit = output.ok() ? output->substr(0, output->find('\n')) : "";
  if (IsCommitId(commit)) return commit;
  return Status(Code::kNotFound, "GIT_REVISION_NOT_FOUND",
                "there is no commit, tag or branch " + revision + " in the target's history");
}

// Where a shallow clone ends, the last commit seems to have made all that there is.
Result<bool> IsShallow(const GitProcess& git) {
  TRY_ASSIGN(const std::string answer,
             git.Run({"rev-parse", "--is-shallow-repository"}, kNamesBytesLimit));
  return answer.starts_with("true");
}

// Id, time and subject of each commit; nothing of the changes.
Result<v1::History> ListCommits(const GitProcess& git, const std::string& range, int commits) {
  TRY_ASSIGN(const bool shallow, IsShallow(git));
  TRY_ASSIGN(const std::string listing,
             git.Run(LogArguments(range, commits, {"-z", "-s", "--format=%H%x00%P%x00%ct%x00%s"}),
                     kListingBytesLimit));
  v1::History history;
  for (std::string_view rest = listing; !rest.empty();) {
    const std::string id(TakeField(rest));
    const bool first = TakeField(rest).empty();
    const std::string_view seconds = TakeField(rest);
    const std::string_view subject = TakeField(rest);
    if (!IsCommitId(id) || (first && shallow)) break;
    v1::Commit& found = *history.add_commits();
    found.set_id(id);
    std::int64_t time = 0;
    std::from_chars(seconds.data(), seconds.data() + seconds.size(), time);
    found.mutable_time()->set_seconds(time);
    found.set_subject(formats::Printable(subject, kSubjectBytes));
  }
  return history;
}

// The changes of all commits one after the other, as far as bytes and time allow.
Result<std::string> ReadChanges(const GitProcess& git, const std::string& range, int commits,
                                const HistoryLimits& limits) {
  static constexpr char kEnough[] = "HISTORY_LIMIT";
  std::string changes;
  const Status status = git.Stream(
      LogArguments(range, commits, {"-p", "--full-index", "--format=%x01%H%x01"}), "",
      [&](std::string_view bytes) -> Status {
        changes += bytes;
        if (std::ssize(changes) <= limits.diff_bytes) return Status::Ok();
        return {Code::kResourceExhausted, kEnough, "the history is longer than is read of it"};
      });
  const bool cut = status.reason() == kEnough || status.reason() == "GIT_TIMED_OUT";
  if (!status.ok() && !cut) return status;
  // The last commit is only whole when the next one has begun.
  if (cut) changes.resize(changes.rfind(std::string("\n") + kMark) + 1);
  return changes;
}

std::vector<std::string> ChangedPaths(const formats::Patch& patch) {
  std::vector<std::string> paths;
  for (const formats::FileDiff& file : patch.files) {
    paths.push_back(file.new_path.empty() ? file.old_path : file.new_path);
  }
  return paths;
}

// What a commit changed whose patch is of no use (binary files, modes).
Result<std::vector<std::string>> NameChanges(const GitProcess& git, const std::string& commit) {
  TRY_ASSIGN(
      const std::string names,
      git.Run(LogArguments(commit, 1, {"-z", "--name-only", "--format="}), kNamesBytesLimit));
  std::vector<std::string> paths;
  for (std::string_view rest = names; !rest.empty();) {
    const std::string_view name = TakeField(rest);
    if (!name.empty()) paths.emplace_back(name);
  }
  return paths;
}

// Puts the changes to their commits. Commits whose changes did not come any more go.
Status Divide(const GitProcess& git, std::string_view changes, store::ArtifactStore& artifacts,
              v1::History& history) {
  std::vector<store::NewArtifact> patches;
  std::vector<v1::Commit*> owners;
  int known = 0;
  std::size_t at = changes.find(MarkOf(history.commits(0).id()));
  for (; known < history.commits_size() && at != changes.npos; ++known) {
    v1::Commit& commit = *history.mutable_commits(known);
    const std::size_t begin = at + MarkOf(commit.id()).size();
    const bool last = known + 1 == history.commits_size();
    at = last ? changes.npos
              : changes.find('\n' + MarkOf(history.commits(known + 1).id()), begin - 1);
    if (at != changes.npos) ++at;
    std::string_view diff = changes.substr(begin, at == changes.npos ? at : at - begin);
    while (diff.starts_with('\n')) diff.remove_prefix(1);
    // A blank line is between a commit's changes and the next commit.
    if (at != changes.npos && diff.ends_with("\n\n")) diff.remove_suffix(1);
    if (diff.empty()) continue;
    const auto patch = formats::ParsePatch(diff);
    auto paths = patch.ok() ? Result<std::vector<std::string>>(ChangedPaths(*patch))
                            : NameChanges(git, commit.id());
    if (!paths.ok()) return paths.status();
    for (const std::string& path : *paths) {
      if (commit.paths_size() < kPathsLimit) commit.add_paths(formats::Printable(path));
    }
    if (!patch.ok()) continue;
    patches.push_back({diff, "text/x-diff"});
    owners.push_back(&commit);
  }
  history.mutable_commits()->DeleteSubrange(known, history.commits_size() - known);
  TRY_ASSIGN(const std::vector<v1::Artifact> stored, artifacts.PutAll(patches));
  for (std::size_t i = 0; i < owners.size() && i < stored.size(); ++i) {
    owners[i]->set_patch_digest(stored[i].digest());
  }
  return Status::Ok();
}

}  // namespace

Result<std::string> StoreHistory(const Result<v1::History>& history,
                                 store::ArtifactStore& artifacts) {
  if (!history.ok()) {
    const Status& status = history.status();
    const bool asked =
        status.reason() == "GIT_REVISION_NOT_FOUND" || status.reason() == "BAD_GIT_REVISION";
    if (asked || status.code() == Code::kCancelled) return status;
  }
  if (!history.ok() || history->commits().empty()) return std::string();
  TRY_ASSIGN(const v1::Artifact stored,
             artifacts.Put(history->SerializeAsString(), "application/x-protobuf"));
  return stored.digest();
}

Result<v1::History> ReadHistory(const GitProcess& git, const std::string& commit,
                                const std::string& good_revision, store::ArtifactStore& artifacts,
                                const HistoryLimits& limits) {
  std::string range = commit;
  if (!good_revision.empty()) {
    TRY_ASSIGN(const std::string good, ResolveCommit(git, good_revision));
    range = good + ".." + commit;
  }
  TRY_ASSIGN(v1::History history, ListCommits(git, range, limits.commits));
  if (history.commits().empty()) return history;
  TRY_ASSIGN(const std::string changes, ReadChanges(git, range, history.commits_size(), limits));
  TRY(Divide(git, changes, artifacts, history));
  return history;
}

Result<v1::History> ReadCheckoutHistory(const std::string& path, const std::string& commit,
                                        const std::string& good_revision,
                                        store::ArtifactStore& artifacts,
                                        const CheckoutHistoryOptions& options,
                                        const std::stop_token& stop) {
  const PrivateRepository repository(options.scratch_directory);
  const GitProcess git({.repository = repository.path(),
                        .protocol = "",
                        .deadline = std::chrono::steady_clock::now() + options.time_limit,
                        .file_bytes = options.repository_bytes},
                       stop);
  TRY(MakeDirectories(repository.path(), 0700));
  TRY(git.Run({"init", "--quiet", "--bare", "--template="}, kNamesBytesLimit).status());
  TRY(CopyGitObjects(path, repository.path(), options.repository_bytes, stop));
  return ReadHistory(git, commit, good_revision, artifacts, options.limits);
}

}  // namespace inquest::sandbox
