#include "runtime/cli/follow.h"

#include <google/protobuf/util/time_util.h>

#include <stop_token>

#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

// Asks the daemon to pause; the watch then ends by the event that says so.
void AskToPause(Session& session, const std::string& name) {
  Console& console = session.console();
  console.Note("pausing: what runs now is let finish; Ctrl-C again leaves at once");
  const Result<std::shared_ptr<Client>> client = session.Connect();
  if (!client.ok()) return console.Error(client.status());
  const Result<v1::Investigation> paused = (*client)->Pause(name);
  if (!paused.ok()) console.Error(paused.status());
}

ExitCode ShowFindings(Session& session, const std::string& name) {
  const Result<Findings> findings = session.Fetch(name);
  if (!findings.ok()) return Fail(session, findings.status());
  session.console().Data(session.json() ? FindingsAsJson(*findings) : FindingsAsText(*findings));
  if (findings->investigation.state() == v1::STATE_ENDED) {
    return ExitCodeOf(findings->investigation);
  }
  const std::string id = report::IdOf(findings->investigation);
  session.console().Note("kept; go on with: inquest resume " + id);
  return ExitCode::kInterrupted;
}

}  // namespace

ExitCode FollowToTheEnd(Session& session, Interrupts& interrupts, const FollowOptions& options) {
  const std::string& name = options.investigation.name();
  std::stop_source leave;
  interrupts.Watch([&](int count) {
    if (count > 1) {
      leave.request_stop();
    } else {
      AskToPause(session, name);
    }
  });
  Status status;
  {
    Progress progress(session.console(), options.detail, options.investigation);
    const auto take = [&](const v1::Event& event) {
      progress.Take(event);
      return !event.has_paused() && !event.has_ended();
    };
    status = Follow(session, name, options.investigation.last_sequence(), take, leave.get_token());
  }
  interrupts.Stop();
  if (status.code() == Code::kCancelled) {
    const std::string id = name.substr(name.find('/') + 1);
    session.console().Note("left; it goes on in the daemon: inquest watch " + id);
    return ExitCode::kInterrupted;
  }
  return status.ok() ? ShowFindings(session, name) : Fail(session, status);
}

ExitCode Fail(Session& session, const Status& status) {
  session.console().Error(status);
  if (session.json()) session.console().Data(ErrorAsJson(status));
  return ExitCodeOf(status);
}

void SetBudget(const BudgetOptions& options, v1::Budget& budget) {
  if (options.max_wall.count() > 0) {
    *budget.mutable_wall_time() =
        google::protobuf::util::TimeUtil::MillisecondsToDuration(options.max_wall.count());
  }
  budget.set_runs(options.max_runs);
  budget.set_iterations(options.max_iterations);
}

}  // namespace inquest::cli
