#include <algorithm>

#include "runtime/base/visible_text.h"
#include "runtime/cli/evidence_list.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kDigestLength = 64;

// What the events up to now name.
Result<std::vector<report::EvidenceItem>> Collect(Session& session, const std::string& word) {
  TRY_ASSIGN(const std::string name, session.Resolve(word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  TRY_ASSIGN(const v1::Investigation now, client->Get(name));
  std::vector<report::EvidenceItem> all;
  const auto take = [&](const v1::Event& event) {
    for (report::EvidenceItem& item : report::EvidenceOf(event)) all.push_back(std::move(item));
    return event.sequence() < now.last_sequence();
  };
  TRY(Follow(session, name, 0, take, std::stop_token()));
  return all;
}

Result<std::string> FullDigest(Session& session, const EvidenceOptions& options) {
  TRY_ASSIGN(const std::vector<report::EvidenceItem> all, Collect(session, options.word));
  std::string found;
  for (const report::EvidenceItem& item : all) {
    if (!item.digest.starts_with(options.digest)) continue;
    if (!found.empty() && found != item.digest) {
      return Status(Code::kInvalidArgument, "ID_AMBIGUOUS",
                    "'" + options.digest + "' begins more than one digest");
    }
    found = item.digest;
  }
  if (found.empty()) {
    return Status(Code::kNotFound, "ARTIFACT_NOT_FOUND",
                  "no evidence of this investigation begins with '" + options.digest + "'");
  }
  return found;
}

Status Print(Session& session, const EvidenceOptions& options) {
  TRY_ASSIGN(const std::string digest, FullDigest(session, options));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  const bool escape = session.console().stdout_is_terminal() && !options.raw;
  return client->ReadArtifact(digest, [&](std::string_view bytes) {
    return session.console().Data(escape ? ForTerminal(bytes) : std::string(bytes));
  });
}

}  // namespace

ExitCode Evidence(Session& session, const EvidenceOptions& options) {
  if (options.digest.size() > kDigestLength) {
    return Fail(session, {Code::kInvalidArgument, "BAD_DIGEST", "a digest has 64 digits"});
  }
  if (!options.digest.empty()) {
    const Status printed = Print(session, options);
    return printed.ok() ? ExitCode::kVerifiedFix : Fail(session, printed);
  }
  const Result<std::vector<report::EvidenceItem>> all = Collect(session, options.word);
  if (!all.ok()) return Fail(session, all.status());
  session.console().Data(session.json() ? EvidenceAsJson(*all) : EvidenceAsText(*all));
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
