#include <google/protobuf/util/json_util.h>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr std::uint64_t kEvidenceBytesMax = 64 << 20;
constexpr std::uint64_t kHypothesisBytesMax = 1 << 20;

using Change = Result<v1::Investigation> (Client::*)(const std::string& name);

Result<v1::Investigation> Apply(Session& session, const std::string& word, Change change) {
  TRY_ASSIGN(const std::string name, session.Resolve(word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  return ((*client).*change)(name);
}

// What it is after the change: the object, or one line.
ExitCode Done(Session& session, const Result<v1::Investigation>& changed, const std::string& what) {
  if (!changed.ok()) return Fail(session, changed.status());
  Findings findings;
  findings.investigation = *changed;
  session.console().Data(session.json() ? FindingsAsJson(findings)
                                        : report::IdOf(*changed) + " " + what + "\n");
  return ExitCode::kVerifiedFix;
}

Status SetWhat(Client& client, const SteerOptions& options,
               v1::SteerInvestigationRequest& request) {
  if (!options.note.empty()) request.set_note(options.note);
  if (!options.veto.empty()) request.set_veto(options.veto);
  if (!options.evidence_file.empty()) {
    TRY_ASSIGN(const std::string bytes, ReadFile(options.evidence_file, kEvidenceBytesMax));
    TRY_ASSIGN(*request.mutable_evidence(),
               client.WriteArtifact(bytes, "application/octet-stream"));
  }
  if (!options.hypothesis_file.empty()) {
    TRY_ASSIGN(const std::string text, ReadFile(options.hypothesis_file, kHypothesisBytesMax));
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(text, request.mutable_hypothesis());
    if (!parsed.ok()) {
      return {Code::kInvalidArgument, "BAD_HYPOTHESIS",
              options.hypothesis_file + ": " + parsed.message().ToString()};
    }
  }
  const BudgetOptions& budget = options.budget;
  if (budget.max_wall.count() > 0 || budget.max_runs > 0 || budget.max_iterations > 0) {
    SetBudget(budget, *request.mutable_budget());
  }
  if (request.what_case() == v1::SteerInvestigationRequest::WHAT_NOT_SET) {
    return {Code::kInvalidArgument, "NOTHING_TO_STEER",
            "say what: --note, --evidence, --hypothesis, --veto or a budget"};
  }
  return Status::Ok();
}

Result<v1::Investigation> SteerWord(Session& session, const SteerOptions& options) {
  TRY_ASSIGN(const std::string name, session.Resolve(options.word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  v1::SteerInvestigationRequest request;
  request.set_name(name);
  request.set_request_id(NewId());
  TRY(SetWhat(*client, options, request));
  return client->Steer(request);
}

Result<v1::Investigation> ForkWord(Session& session, const ForkOptions& options) {
  TRY_ASSIGN(const std::string name, session.Resolve(options.word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  v1::ForkInvestigationRequest request;
  request.set_name(name);
  request.set_from_sequence(options.from_sequence);
  request.set_investigator(options.investigator);
  request.set_request_id(NewId());
  if (options.from_sequence == 0) {
    TRY_ASSIGN(const v1::Investigation parent, client->Get(name));
    request.set_from_sequence(parent.last_sequence());
  }
  return client->Fork(request);
}

}  // namespace

ExitCode Pause(Session& session, const std::string& word) {
  return Done(session, Apply(session, word, &Client::Pause), "paused");
}

ExitCode Cancel(Session& session, const std::string& word) {
  return Done(session, Apply(session, word, &Client::Cancel), "cancelled");
}

ExitCode Fork(Session& session, const ForkOptions& options) {
  const Result<v1::Investigation> forked = ForkWord(session, options);
  if (!forked.ok() || session.json()) return Done(session, forked, "");
  session.console().Data(report::IdOf(*forked) + "\n");  // as `investigate --detach`
  return ExitCode::kVerifiedFix;
}

ExitCode Steer(Session& session, const SteerOptions& options) {
  return Done(session, SteerWord(session, options), "steered");
}

ExitCode Resume(Session& session, Interrupts& interrupts, const ResumeOptions& options) {
  const Result<v1::Investigation> resumed = Apply(session, options.word, &Client::Resume);
  if (!resumed.ok() || options.detach) return Done(session, resumed, "resumed");
  return FollowToTheEnd(session, interrupts, {*resumed, options.detail});
}

}  // namespace inquest::cli
