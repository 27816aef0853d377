#include <algorithm>

#include "runtime/base/visible_text.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr int kListMax = 1000;

Result<std::vector<v1::Investigation>> FetchList(Session& session, const ListOptions& options) {
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  v1::ListInvestigationsRequest request;
  request.set_filter(options.filter);
  request.set_page_size(std::min(options.limit, kListMax));
  std::vector<v1::Investigation> all;
  while (static_cast<int>(all.size()) < options.limit) {
    TRY_ASSIGN(const v1::ListInvestigationsResponse response, client->List(request));
    for (const v1::Investigation& investigation : response.investigations()) {
      if (static_cast<int>(all.size()) < options.limit) all.push_back(investigation);
    }
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
  }
  return all;
}

Result<Findings> FetchWord(Session& session, const std::string& word) {
  TRY_ASSIGN(const std::string name, session.Resolve(word));
  return session.Fetch(name);
}

// One line of --output text: its sequence, when it was, and what happened.
std::string EventLine(const v1::Event& event) {
  std::string sequence = std::to_string(event.sequence());
  sequence.insert(0, sequence.size() < 5 ? 5 - sequence.size() : 0, ' ');
  return sequence + "  " + report::DescribeEvent(event) + "\n";
}

}  // namespace

ExitCode List(Session& session, const ListOptions& options) {
  const Result<std::vector<v1::Investigation>> all = FetchList(session, options);
  if (!all.ok()) return Fail(session, all.status());
  session.console().Data(session.json() ? ListAsJson(*all) : ListAsText(*all));
  return ExitCode::kVerifiedFix;
}

ExitCode Show(Session& session, const std::string& word) {
  const Result<Findings> findings = FetchWord(session, word);
  if (!findings.ok()) return Fail(session, findings.status());
  session.console().Data(session.json() ? FindingsAsJson(*findings) : FindingsAsText(*findings));
  return ExitCode::kVerifiedFix;
}

ExitCode ShowHypotheses(Session& session, const std::string& word) {
  const Result<Findings> findings = FetchWord(session, word);
  if (!findings.ok()) return Fail(session, findings.status());
  session.console().Data(session.json() ? HypothesesAsJson(findings->hypotheses)
                                        : HypothesesAsText(findings->hypotheses));
  return ExitCode::kVerifiedFix;
}

ExitCode Patch(Session& session, const std::string& word, bool raw) {
  const Result<Findings> findings = FetchWord(session, word);
  if (!findings.ok()) return Fail(session, findings.status());
  if (!findings->patch) {
    return Fail(session, Status(Code::kNotFound, "NO_PATCH", "there is no patch"));
  }
  const bool escape = session.console().stdout_is_terminal() && !raw;
  session.console().Data(escape ? ForTerminal(*findings->patch) : *findings->patch);
  if (findings->investigation.outcome() != v1::OUTCOME_VERIFIED_FIX) {
    session.console().Note("this patch is not verified");
    return ExitCode::kEndedWithout;
  }
  return ExitCode::kVerifiedFix;
}

ExitCode Watch(Session& session, Interrupts& interrupts, const WatchOptions& options) {
  const Result<std::string> name = session.Resolve(options.word);
  if (!name.ok()) return Fail(session, name.status());
  std::stop_source leave;
  interrupts.Watch([&leave](int) { leave.request_stop(); });
  const auto take = [&](const v1::Event& event) {
    return session.console().Data(session.json() ? EventAsJson(event) : EventLine(event));
  };
  const Status status = Follow(session, *name, options.after_sequence, take, leave.get_token());
  interrupts.Stop();
  if (status.code() == Code::kCancelled) return ExitCode::kInterrupted;
  return status.ok() ? ExitCode::kVerifiedFix : Fail(session, status);
}

}  // namespace inquest::cli
