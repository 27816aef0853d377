#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/command.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/figures.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kLineMax = 200;
constexpr std::size_t kSubjectMax = 68;
constexpr std::size_t kSaidMax = 600;

// A file of ours that is gone with this object.
class PatchFile {
 public:
  static Result<PatchFile> Make(const std::string& text) {
    std::string path = std::filesystem::temp_directory_path().string() + "/inquest-patch-XXXXXX";
    const int fd = ::mkstemp(path.data());
    if (fd < 0) return ErrnoStatus("make " + path, errno);
    const Status written = WriteAll(fd, text);
    ::close(fd);
    PatchFile file(path);
    TRY(written);
    return file;
  }
  ~PatchFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  PatchFile(PatchFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PatchFile& operator=(PatchFile&&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit PatchFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// The user's git in the user's checkout, but for what a checkout may bring with it: its hooks.
class Checkout {
 public:
  explicit Checkout(std::string directory) : directory_(std::move(directory)) {}

  Result<std::string> Git(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {"git", "-c", "core.hooksPath=/dev/null", "-c",
                                    "core.fsmonitor=false"};
    all.insert(all.end(), words.begin(), words.end());
    TRY_ASSIGN(const CommandOutcome outcome, RunCommand(all, directory_));
    if (outcome.exit_code == 0) return outcome.output;
    return Status(Code::kFailedPrecondition, "APPLY_FAILED",
                  "git " + words[0] + ": " + ForTerminal(outcome.output.substr(0, kSaidMax)));
  }

  // What the patch changes, relative to the directory.
  Result<std::vector<std::string>> PathsOf(const std::string& patch) const {
    TRY_ASSIGN(const std::string listing, Git({"apply", "--numstat", "-z", patch}));
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < listing.size();) {
      const std::size_t end = std::min(listing.find('\0', at), listing.size());
      const std::string line = listing.substr(at, end - at);
      paths.push_back(line.substr(line.rfind('\t') + 1));
      at = end + 1;
    }
    return paths;
  }

 private:
  const std::string directory_;
};

Result<Findings> FetchFix(Session& session, const ApplyOptions& options) {
  TRY_ASSIGN(const std::string name, session.Resolve(options.word));
  TRY_ASSIGN(Findings findings, session.Fetch(name));
  if (!findings.patch) return Status(Code::kNotFound, "NO_PATCH", "there is no patch");
  if (report::VerifiedHere(findings.investigation) || options.unverified) return findings;
  if (findings.investigation.outcome_imported()) {
    return Status(Code::kFailedPrecondition, "NOT_PROVEN_HERE",
                  "the patch is verified by the records of another machine only");
  }
  return Status(
      Code::kFailedPrecondition, "NOT_VERIFIED",
      "the patch is not verified: " + report::OutcomeWord(findings.investigation.outcome()));
}

std::string Message(const Findings& findings) {
  const v1::Investigation& investigation = findings.investigation;
  std::string text = "Fix: " + OneLine(investigation.fix().description(), kSubjectMax) + "\n\n";
  text += OneLine(investigation.problem().title(), kLineMax) + ": " +
          report::RateWords(investigation.reproduction()) + " before, none with this change.\n\n";
  text += "Inquest-Investigation: " + report::IdOf(investigation) + "\n";
  if (!investigation.certificate_digest().empty()) {
    text += "Inquest-Certificate: " + OneLine(investigation.certificate_digest(), kLineMax) + "\n";
  }
  return text;
}

Status ApplyTo(const Checkout& checkout, const Findings& findings, const ApplyOptions& options) {
  TRY_ASSIGN(const PatchFile patch,
             PatchFile::Make(*findings.patch + findings.regression_patch.value_or("")));
  TRY(checkout.Git({"apply", "--check", patch.path()}).status());
  TRY_ASSIGN(std::vector<std::string> paths, checkout.PathsOf(patch.path()));
  if (!options.branch.empty()) TRY(checkout.Git({"switch", "-c", options.branch}).status());
  TRY(checkout.Git({"apply", patch.path()}).status());
  if (!options.commit) return Status::Ok();
  std::vector<std::string> add = {"add", "--"};
  add.insert(add.end(), paths.begin(), paths.end());
  TRY(checkout.Git(add).status());
  // Only these paths: what else the user has staged stays so.
  std::vector<std::string> commit = {"commit", "-q", "--only", "-m", Message(findings), "--"};
  commit.insert(commit.end(), paths.begin(), paths.end());
  return checkout.Git(commit).status();
}

}  // namespace

ExitCode Apply(Session& session, const ApplyOptions& options) {
  const Result<Findings> findings = FetchFix(session, options);
  if (!findings.ok()) return Fail(session, findings.status());
  const Checkout checkout(options.directory.empty() ? "." : options.directory);
  const Status applied = ApplyTo(checkout, *findings, options);
  if (!applied.ok()) return Fail(session, applied);
  session.console().Note(
      std::string(options.commit ? "committed" : "applied") + ": " +
      OneLine(findings->investigation.fix().description(), kLineMax) +
      (findings->regression_patch ? ", with its regression test" : "") +
      (options.branch.empty() ? "" : ", on branch " + OneLine(options.branch, kLineMax)));
  session.console().Note("try it: " +
                         OneLine(findings->investigation.fix().regression_command(), kLineMax));
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
