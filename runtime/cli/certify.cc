#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <stop_token>

#include "inquest/v1/certificate.pb.h"
#include "runtime/base/id.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/bundle.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/private_daemon.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kLineMax = 400;
// What the proof may need beyond what the investigation had spent before it.
constexpr std::int64_t kMoreSeconds = 3600;
constexpr int kMoreRuns = 5000;

Status NotProven(const std::string& reason, const std::string& what) {
  return {Code::kFailedPrecondition, reason, what};
}

// The certificate must speak of the tree and the patch that the journal ended with.
Status CheckClaim(const v1::Investigation& investigation, const v1::Certificate& certificate) {
  if (certificate.tree_digest() != investigation.tree_digest() ||
      certificate.fix().patch_digest() != investigation.fix().patch_digest()) {
    return NotProven("CERTIFICATE_OF_ANOTHER",
                     "the certificate is of another tree or patch than the investigation");
  }
  return Status::Ok();
}

// The event that delivered the fix which was verified; the proof came after it.
Result<std::int64_t> FixDelivered(Session& session, const v1::Investigation& investigation) {
  std::int64_t delivered = 0;
  const auto take = [&](const v1::Event& event) {
    if (event.step_settled().has_fix()) delivered = event.sequence();
    return event.sequence() < investigation.last_sequence();
  };
  TRY(Follow(session, investigation.name(), 0, take, std::stop_token()));
  if (delivered == 0) return NotProven("NO_FIX", "the journal delivers no fix");
  return delivered;
}

// Opens it anew where the fix was delivered, by whatever ideas: the proof needs none.
Result<v1::Investigation> OpenAnew(Session& session, const v1::Investigation& investigation) {
  TRY_ASSIGN(const std::int64_t from, FixDelivered(session, investigation));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  v1::ForkInvestigationRequest fork;
  fork.set_name(investigation.name());
  fork.set_from_sequence(from);
  fork.set_investigator("builtin");
  fork.set_request_id(NewId());
  TRY_ASSIGN(const v1::Investigation opened, client->Fork(fork));
  v1::SteerInvestigationRequest more;
  more.set_name(opened.name());
  more.mutable_budget()->mutable_wall_time()->set_seconds(opened.spent().wall_time().seconds() +
                                                          kMoreSeconds);
  more.mutable_budget()->set_runs(opened.spent().runs() + kMoreRuns);
  // Where the policy allows no more, what is left has to do.
  if (const auto steered = client->Steer(more); !steered.ok()) {
    session.console().Note("budget as it was: " + steered.status().message());
  }
  return opened;
}

// How verify settled; nothing: the investigation ended or paused first.
Result<std::optional<v1::StepSettled>> AwaitVerdict(Session& session,
                                                    const v1::Investigation& opened,
                                                    Progress::Detail detail,
                                                    const std::stop_token& stop) {
  std::optional<v1::StepSettled> settled;
  Progress progress(session.console(), detail, opened);
  const auto take = [&](const v1::Event& event) {
    progress.Take(event);
    if (event.step_settled().step() == v1::STEP_VERIFY) settled = event.step_settled();
    return !settled && !event.has_ended() && !event.has_paused();
  };
  TRY(Follow(session, opened.name(), opened.forked_at_sequence(), take, stop));
  return settled;
}

// Why verify rejected a patch that this machine could not run at all: no word on the patch.
bool IsOfThisMachine(const std::string& reason) {
  constexpr std::array<std::string_view, 6> kReasons = {"SANDBOX_REFUSED", "TRIGGER_CANNOT_START",
                                                        "HOST_RESOURCES",  "RUN_LOST",
                                                        "RUN_CANCELLED",   "RUN_UNUSABLE"};
  return std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

struct Proof {
  v1::Certificate claimed;
  v1::Certificate made;
  std::int64_t withheld = 0;
};

Result<Proof> MakeAgain(Session& session, const std::string& bundle, Progress::Detail detail,
                        const std::stop_token& stop) {
  Proof proof;
  TRY_ASSIGN(const v1::ImportBundleResponse imported, ImportFile(session, bundle));
  proof.withheld = imported.withheld();
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  TRY_ASSIGN(const v1::Investigation investigation, client->Get(imported.name()));
  if (investigation.outcome() != v1::OUTCOME_VERIFIED_FIX) {
    return NotProven("NOTHING_TO_CERTIFY", "it ended with " +
                                               report::OutcomeWord(investigation.outcome()) +
                                               ", and claims no verified fix");
  }
  TRY_ASSIGN(proof.claimed, session.FetchCertificate(investigation));
  TRY(CheckClaim(investigation, proof.claimed));
  TRY_ASSIGN(const v1::Investigation anew, OpenAnew(session, investigation));
  TRY_ASSIGN(const auto settled, AwaitVerdict(session, anew, detail, stop));
  TRY_ASSIGN(const v1::Investigation ended, client->Get(anew.name()));
  if (!settled) {
    return NotProven("PROOF_NOT_MADE", "the proof could not be made again: " + ended.activity());
  }
  if (IsOfThisMachine(settled->reason())) {
    return NotProven("PROOF_NOT_MADE", "the proof could not be made here: " + settled->message());
  }
  if (!settled->verification().verified()) {
    const bool question = ended.has_question();
    return NotProven("PROOF_FAILED", "the proof does not hold here: " +
                                         (question ? ended.question().text() : settled->message()));
  }
  TRY_ASSIGN(proof.made, session.FetchCertificate(ended));
  return proof;
}

std::string ArmsLine(const v1::Certificate& certificate) {
  int runs[3] = {};      // NOLINT(*-avoid-c-arrays)
  int failures[3] = {};  // NOLINT(*-avoid-c-arrays)
  for (const v1::ProofRun& run : certificate.runs()) {
    const int arm = run.arm() == "before"   ? 0
                    : run.arm() == "after"  ? 1
                    : run.arm() == "revert" ? 2
                                            : -1;
    if (arm < 0) continue;
    ++runs[arm];
    failures[arm] += run.failed() ? 1 : 0;
  }
  const auto of = [&](int arm) {
    return std::to_string(failures[arm]) + " of " + std::to_string(runs[arm]);
  };
  return of(0) + " runs failed before the patch, " + of(1) + " with it, " + of(2) +
         " with it taken back";
}

std::string AsText(const Proof& proof) {
  const v1::Certificate& made = proof.made;
  std::string text = "CERTIFIED  the proof holds here, too\n\n";
  text += "tree          " + OneLine(made.tree_digest(), kLineMax) + "\n";
  text += "patch         " + OneLine(made.fix().patch_digest(), kLineMax) + "  " +
          OneLine(made.fix().description(), kLineMax) + "\n";
  text += "command       " + OneLine(made.reproduction().recipe().shell_command(), kLineMax) + "\n";
  text += "runs          " + ArmsLine(made) + "\n";
  if (proof.withheld > 0) {
    text += "withheld      " + std::to_string(proof.withheld) +
            " artifacts of the first proof: what they hold is not verified\n";
  }
  return text;
}

}  // namespace

ExitCode Certify(Session& session, Interrupts& interrupts, const CertifyOptions& options) {
  Result<std::unique_ptr<PrivateDaemon>> place = PrivateDaemon::Make(session.paths());
  if (!place.ok()) return Fail(session, place.status());
  std::string bundle = options.what;
  std::error_code error;
  if (!std::filesystem::is_regular_file(bundle, error)) {
    const Result<std::string> name = session.Resolve(options.what);
    if (!name.ok()) return Fail(session, name.status());
    v1::ExportBundleRequest request;
    request.set_name(*name);
    bundle = (*place)->folder() + "/bundle";
    const Status written = WriteBundleFile(session, request, bundle);
    if (!written.ok()) return Fail(session, written);
  }
  std::stop_source leave;
  interrupts.Watch([&leave](int) { leave.request_stop(); });
  Session elsewhere(session.console(), (*place)->paths(), session.json());
  const Result<Proof> proof = MakeAgain(elsewhere, bundle, options.detail, leave.get_token());
  interrupts.Stop();
  if (proof.status().code() == Code::kCancelled) return ExitCode::kInterrupted;
  if (!proof.ok()) return Fail(session, proof.status());
  session.console().Data(AsText(*proof));
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
