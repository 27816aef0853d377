#include "runtime/cli/session.h"

#include <utility>
#include <vector>

#include "runtime/cli/daemon_start.h"
#include "runtime/cli/parse.h"
#include "runtime/report/json_parts.h"

namespace inquest::cli {
namespace {

constexpr std::uint64_t kPatchBytesMax = 16 << 20;
constexpr std::uint64_t kCertificateBytesMax = 16 << 20;
constexpr int kPageSize = 1000;
constexpr int kPagesMax = 100;
// Broken streams in a row, none of which brought an event: then the daemon is not coming back.
constexpr int kReconnectsMax = 5;
constexpr std::string_view kCollection = "investigations/";

}  // namespace

Result<std::shared_ptr<Client>> Session::Connect() {
  if (client_ != nullptr) return client_;
  return Reconnect();
}

Result<std::shared_ptr<Client>> Session::Reconnect() {
  TRY_ASSIGN(std::shared_ptr<Client> client, ConnectOrStart(paths_));
  client_ = std::move(client);
  return client_;
}

Result<std::string> Session::Resolve(const std::string& word) {
  TRY_ASSIGN(const InvestigationWord parsed, ParseInvestigationWord(word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, Connect());
  switch (parsed.kind) {
    case InvestigationWord::Kind::kFull:
      return std::string(kCollection) + parsed.id;
    case InvestigationWord::Kind::kLast:
      return ResolveLast(*client);
    case InvestigationWord::Kind::kPrefix:
      return ResolvePrefix(*client, parsed.id);
  }
  return Status(Code::kInternal, "BAD_ID", "a kind of id that does not exist");
}

Result<std::string> Session::ResolveLast(Client& client) {
  v1::ListInvestigationsRequest request;
  request.set_page_size(1);
  TRY_ASSIGN(const v1::ListInvestigationsResponse response, client.List(request));
  if (response.investigations().empty()) {
    return Status(Code::kNotFound, "NO_INVESTIGATIONS", "there is no investigation yet");
  }
  return response.investigations(0).name();
}

Result<std::string> Session::ResolvePrefix(Client& client, const std::string& prefix) {
  const std::string wanted = std::string(kCollection) + prefix;
  std::vector<std::string> matches;
  v1::ListInvestigationsRequest request;
  request.set_page_size(kPageSize);
  for (int page = 0; page < kPagesMax; ++page) {
    TRY_ASSIGN(const v1::ListInvestigationsResponse response, client.List(request));
    for (const v1::Investigation& investigation : response.investigations()) {
      if (investigation.name().starts_with(wanted)) matches.push_back(investigation.name());
    }
    if (matches.size() > 1) {
      return Status(Code::kInvalidArgument, "ID_AMBIGUOUS",
                    "'" + prefix + "' begins more than one id: " + matches[0] + ", " + matches[1]);
    }
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
  }
  if (matches.empty()) {
    return Status(Code::kNotFound, "ID_NOT_FOUND",
                  "no investigation's id begins with '" + prefix + "'");
  }
  return matches.front();
}

Result<Findings> Session::Fetch(const std::string& name) {
  TRY_ASSIGN(const std::shared_ptr<Client> client, Connect());
  Findings findings;
  TRY_ASSIGN(findings.investigation, client->Get(name));
  TRY_ASSIGN(findings.hypotheses, client->Hypotheses(name));
  const std::string& patch = findings.investigation.fix().patch_digest();
  if (!patch.empty()) {
    TRY_ASSIGN(findings.patch, client->ReadArtifact(patch, kPatchBytesMax));
  }
  const std::string& test = findings.investigation.fix().regression_patch_digest();
  if (!test.empty()) {
    TRY_ASSIGN(findings.regression_patch, client->ReadArtifact(test, kPatchBytesMax));
  }
  const std::string& certificate = findings.investigation.certificate_digest();
  if (!certificate.empty()) {
    TRY_ASSIGN(findings.certificate, client->ReadArtifact(certificate, kCertificateBytesMax));
  }
  TRY_ASSIGN(findings.path, FetchPath(name, findings.investigation.last_sequence()));
  return findings;
}

Result<v1::Certificate> Session::FetchCertificate(const v1::Investigation& investigation) {
  TRY_ASSIGN(const std::shared_ptr<Client> client, Connect());
  TRY_ASSIGN(const std::string json,
             client->ReadArtifact(investigation.certificate_digest(), kCertificateBytesMax));
  return report::ParseCertificate(json);
}

// It stands in the journal only, early: with what observe delivered first.
Result<std::vector<v1::PathStep>> Session::FetchPath(const std::string& name,
                                                     std::int64_t last_sequence) {
  std::vector<v1::PathStep> path;
  if (last_sequence == 0) return path;
  const auto take = [&](const v1::Event& event) {
    const v1::Symptom& symptom = event.step_settled().symptom();
    path.assign(symptom.path().begin(), symptom.path().end());
    return !event.step_settled().has_symptom() && event.sequence() < last_sequence;
  };
  TRY(Follow(*this, name, 0, take, std::stop_token()));
  return path;
}

Status Follow(Session& session, const std::string& name, std::int64_t after_sequence,
              const TakeEvent& take, const std::stop_token& stop) {
  std::int64_t cursor = after_sequence;
  int failures = 0;
  TRY_ASSIGN(std::shared_ptr<Client> client, session.Connect());
  while (true) {
    v1::WatchInvestigationRequest request;
    request.set_name(name);
    request.set_after_sequence(cursor);
    const auto forward = [&](const v1::WatchInvestigationResponse& update) {
      for (const v1::Event& event : update.events()) {
        if (event.sequence() <= cursor) continue;
        cursor = event.sequence();
        failures = 0;
        if (!take(event)) return false;
      }
      return true;
    };
    const Status status = client->Watch(request, forward, stop);
    if (stop.stop_requested()) return {Code::kCancelled, "INTERRUPTED", "interrupted"};
    if (status.ok() || status.code() != Code::kUnavailable) return status;
    if (++failures > kReconnectsMax) return status;
    TRY_ASSIGN(client, session.Reconnect());
  }
}

}  // namespace inquest::cli
