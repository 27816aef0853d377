#include "sandbox/workspace/git_source.h"

#include <utility>

#include "runtime/base/file.h"
#include "sandbox/workspace/git_blobs.h"
#include "sandbox/workspace/git_copy.h"
#include "sandbox/workspace/git_head.h"
#include "sandbox/workspace/git_history.h"
#include "sandbox/workspace/git_process.h"
#include "sandbox/workspace/git_url.h"
#include "sandbox/workspace/private_repository.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kShortOutput = 4096;
constexpr std::chrono::seconds kHistoryTimeLimit{60};
constexpr char kFetched[] = "refs/inquest/target";

class GitFetch {
 public:
  GitFetch(std::string url, std::string revision, GitPlace place, const GitOptions& options,
           const std::stop_token& stop)
      : url_(std::move(url)),
        revision_(std::move(revision)),
        place_(std::move(place)),
        options_(options),
        repository_(options.scratch_directory),
        stop_(stop),
        git_({.repository = repository_.path(),
              .protocol = place_.protocol,
              .deadline = std::chrono::steady_clock::now() + options.time_limit,
              .file_bytes = options.repository_bytes},
             stop) {}

  Result<Snapshot> Take(store::ArtifactStore& artifacts) {
    TRY(MakeDirectories(repository_.path(), 0700));
    // Without a template, so without its hooks.
    TRY(git_.Run({"init", "--quiet", "--bare", "--template="}, kShortOutput).status());
    TRY_ASSIGN(const std::string commit, place_.protocol.empty() ? CopyLocal() : Fetch());
    TRY_ASSIGN(Snapshot snapshot, ReadGitCommit(git_, repository_.path() + "/wanted", commit,
                                                artifacts, options_.limits));
    snapshot.commit = commit;
    TRY_ASSIGN(snapshot.history_digest, StoreHistory(History(commit, artifacts), artifacts));
    return snapshot;
  }

 private:
  Result<std::string> CopyLocal() {
    TRY(CopyGitObjects(place_.local_path, repository_.path(), options_.repository_bytes, stop_));
    return Resolve(revision_);
  }

  Result<v1::History> History(const std::string& commit, store::ArtifactStore& artifacts) {
    const GitProcess git({.repository = repository_.path(),
                          .protocol = place_.protocol,
                          .deadline = std::chrono::steady_clock::now() + kHistoryTimeLimit,
                          .file_bytes = options_.repository_bytes},
                         stop_);
    // Without it, the history is as long as what was fetched: one commit, or all.
    if (!place_.protocol.empty()) (void)FetchRefs(git, "--deepen=300", {revision_});
    return ReadHistory(git, commit, options_.good_revision, artifacts, {});
  }

  // Only what is needed if the server lets us ask for it; else all branches and tags.
  Result<std::string> Fetch() {
    const Status shallow = FetchRefs(git_, "--depth=1", {'+' + revision_ + ':' + kFetched});
    if (shallow.ok()) return Resolve(kFetched);
    const bool perhaps_commit =
        revision_.size() >= 7 && revision_.find_first_not_of("0123456789abcdef") == revision_.npos;
    if (!perhaps_commit || shallow.reason() != "GIT_FAILED") return FetchError(shallow);
    const Status all =
        FetchRefs(git_, "--no-auto-gc", {"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"});
    if (!all.ok()) return FetchError(all);
    return Resolve(revision_);
  }

  Status FetchRefs(const GitProcess& git, const std::string& option,
                   const std::vector<std::string>& refs) const {
    std::vector<std::string> arguments = {"fetch",
                                          "--quiet",
                                          "--no-tags",
                                          "--no-recurse-submodules",
                                          "--no-auto-gc",
                                          "--no-write-fetch-head",
                                          option,
                                          "--end-of-options",
                                          url_};
    arguments.insert(arguments.end(), refs.begin(), refs.end());
    return git.Run(arguments, kShortOutput).status();
  }

  Status FetchError(const Status& status) const {
    if (status.reason() != "GIT_FAILED") return status;
    if (repository_.LargestFileBytes() >= options_.repository_bytes) {
      return {Code::kResourceExhausted, "TARGET_TOO_LARGE",
              "the git repository is larger than " +
                  std::to_string(options_.repository_bytes >> 20U) +
                  " MiB; clone it and give the directory"};
    }
    return {Code::kFailedPrecondition, "GIT_FETCH_FAILED",
            "fetch " + revision_ + " of " + url_ + ": " + status.message()};
  }

  Result<std::string> Resolve(const std::string& name) {
    const auto output = git_.Run(
        {"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"}, kShortOutput);
    if (!output.ok() && output.status().reason() != "GIT_FAILED") return output.status();
    const std::string commit = output.ok() ? output->substr(0, output->find('\n')) : "";
    if (IsCommitId(commit)) return commit;
    return Status(Code::kNotFound, "GIT_REVISION_NOT_FOUND",
                  "there is no commit, tag or branch " + revision_ + " in " + url_);
  }

  const std::string url_;
  const std::string revision_;
  const GitPlace place_;
  const GitOptions& options_;
  const PrivateRepository repository_;
  const std::stop_token stop_;
  const GitProcess git_;
};

}  // namespace

Result<Snapshot> SnapshotGit(const std::string& url, const std::string& revision,
                             store::ArtifactStore& artifacts, const GitOptions& options,
                             const std::stop_token& stop) {
  TRY_ASSIGN(GitPlace place, ParseGitUrl(url));
  const std::string wanted = revision.empty() ? "HEAD" : revision;
  TRY(CheckGitRevision(wanted));
  return GitFetch(url, wanted, std::move(place), options, stop).Take(artifacts);
}

}  // namespace inquest::sandbox
