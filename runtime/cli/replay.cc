#include <filesystem>

#include "runtime/base/visible_text.h"
#include "runtime/cli/bundle.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/private_daemon.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kLineMax = 600;

Result<v1::ReplayInvestigationResponse> ReplayIn(Session& session, const std::string& name) {
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  return client->Replay(name);
}

// In a daemon of its own: a bundle is not taken in to be looked at.
Result<v1::ReplayInvestigationResponse> ReplayBundle(Session& session, const std::string& file) {
  TRY_ASSIGN(const std::unique_ptr<PrivateDaemon> place, PrivateDaemon::Make(session.paths()));
  Session elsewhere(session.console(), place->paths(), session.json());
  TRY_ASSIGN(const v1::ImportBundleResponse imported, ImportFile(elsewhere, file));
  return ReplayIn(elsewhere, imported.name());
}

Result<v1::ReplayInvestigationResponse> ReplayAny(Session& session, const std::string& what) {
  std::error_code error;
  if (std::filesystem::is_regular_file(what, error)) return ReplayBundle(session, what);
  TRY_ASSIGN(const std::string name, session.Resolve(what));
  return ReplayIn(session, name);
}

}  // namespace

ExitCode Replay(Session& session, const std::string& what) {
  const Result<v1::ReplayInvestigationResponse> replayed = ReplayAny(session, what);
  if (!replayed.ok()) return Fail(session, replayed.status());
  if (replayed->diverges_at() > 0) {
    return Fail(session,
                Status(Code::kFailedPrecondition, "REPLAY_DIVERGES",
                       "event " + std::to_string(replayed->diverges_at()) +
                           " does not follow: " + OneLine(replayed->divergence(), kLineMax)));
  }
  session.console().Data("REPLAYED  " + std::to_string(replayed->events()) +
                         " events: " + std::to_string(replayed->decisions()) + " decisions, " +
                         std::to_string(replayed->analyses()) + " analyses and " +
                         std::to_string(replayed->oracle_answers()) +
                         " answers of oracles come out as recorded\n");
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
