#include "runtime/cli/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "inquest/v1/artifact_service.grpc.pb.h"
#include "inquest/v1/hypothesis_service.grpc.pb.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "inquest/v1/report_service.grpc.pb.h"
#include "runtime/cli/status_details.h"

namespace inquest::cli {
namespace {

constexpr std::chrono::seconds kUnaryDeadline{30};
constexpr int kKeepaliveMs = 30'000;
constexpr int kReconnectMs = 100;
constexpr int kMessageBytesMax = 8 << 20;
constexpr std::size_t kChunkBytes = 64 << 10;
constexpr int kHypothesisPagesMax = 100;

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& socket_path) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  return grpc::CreateCustomChannel("unix:" + socket_path, grpc::InsecureChannelCredentials(),
                                   arguments);
}

// gRPC's status, with what google.rpc.Status adds to it (the reason, the fields at fault).
Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return Status::Ok();
  const StatusDetails details = DecodeStatusDetails(status.error_details());
  std::string message = status.error_message();
  for (const FieldViolation& violation : details.violations) {
    if (message.find(violation.description) != std::string::npos) continue;
    message += "; " + violation.field + ": " + violation.description;
  }
  const auto code = static_cast<Code>(status.error_code());
  const std::string reason = details.reason.empty() ? std::string(CodeName(code)) : details.reason;
  return {code, reason, message};
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kUnaryDeadline);
}

// Calls one unary method of a stub and takes the investigation out of its response.
template <typename Stub, typename Request, typename Response>
Result<v1::Investigation> CallFor(Stub& stub,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                                  const Request& request) {
  grpc::ClientContext context;
  SetDeadline(context);
  Response response;
  TRY(FromGrpc((stub.*method)(&context, request, &response)));
  return std::move(*response.mutable_investigation());
}

// Gives the bytes of a stream to `take` until it answers false.
template <typename Response, typename Stream>
Status Drain(grpc::ClientContext& context, Stream& stream, const Client::TakeBytes& take) {
  Response chunk;
  bool ended_here = false;
  while (stream.Read(&chunk)) {
    if (!take(chunk.data())) {
      ended_here = true;
      context.TryCancel();
      break;
    }
  }
  const grpc::Status status = stream.Finish();
  return ended_here ? Status::Ok() : FromGrpc(status);
}

template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

}  // namespace

struct Client::Stubs {
  std::shared_ptr<grpc::Channel> channel;
  v1::InvestigationService::Stub investigations;
  v1::HypothesisService::Stub hypotheses;
  v1::ArtifactService::Stub artifacts;
  v1::ReportService::Stub reports;

  explicit Stubs(std::shared_ptr<grpc::Channel> c)
      : channel(std::move(c)),
        investigations(channel),
        hypotheses(channel),
        artifacts(channel),
        reports(channel) {}
};

Client::Client(const std::string& socket_path)
    : stubs_(std::make_unique<Stubs>(MakeChannel(socket_path))) {}
Client::~Client() = default;

Status Client::WaitUntilReady(std::chrono::milliseconds limit) {
  if (stubs_->channel->WaitForConnected(std::chrono::system_clock::now() + limit)) {
    return Status::Ok();
  }
  return {Code::kUnavailable, "DAEMON_UNREACHABLE",
          "the daemon did not answer within " + std::to_string(limit.count()) + " ms"};
}

Result<v1::Investigation> Client::Create(const v1::CreateInvestigationRequest& request) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::CreateInvestigation,
                 request);
}

Result<v1::Investigation> Client::Get(const std::string& name) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::GetInvestigation,
                 Named<v1::GetInvestigationRequest>(name));
}

Result<v1::Investigation> Client::Cancel(const std::string& name) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::CancelInvestigation,
                 Named<v1::CancelInvestigationRequest>(name));
}

Result<v1::Investigation> Client::Pause(const std::string& name) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::PauseInvestigation,
                 Named<v1::PauseInvestigationRequest>(name));
}

Result<v1::Investigation> Client::Resume(const std::string& name) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::ResumeInvestigation,
                 Named<v1::ResumeInvestigationRequest>(name));
}

Result<v1::Investigation> Client::Fork(const v1::ForkInvestigationRequest& request) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::ForkInvestigation,
                 request);
}

Result<v1::Investigation> Client::Steer(const v1::SteerInvestigationRequest& request) {
  return CallFor(stubs_->investigations, &v1::InvestigationService::Stub::SteerInvestigation,
                 request);
}

Result<v1::ListInvestigationsResponse> Client::List(const v1::ListInvestigationsRequest& request) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::ListInvestigationsResponse response;
  TRY(FromGrpc(stubs_->investigations.ListInvestigations(&context, request, &response)));
  return response;
}

Result<std::vector<v1::Hypothesis>> Client::Hypotheses(const std::string& name) {
  std::vector<v1::Hypothesis> all;
  v1::ListHypothesesRequest request;
  request.set_parent(name);
  for (int page = 0; page < kHypothesisPagesMax; ++page) {
    grpc::ClientContext context;
    SetDeadline(context);
    v1::ListHypothesesResponse response;
    TRY(FromGrpc(stubs_->hypotheses.ListHypotheses(&context, request, &response)));
    for (v1::Hypothesis& hypothesis : *response.mutable_hypotheses()) {
      all.push_back(std::move(hypothesis));
    }
    if (response.next_page_token().empty()) return all;
    request.set_page_token(response.next_page_token());
  }
  return Status(Code::kResourceExhausted, "TOO_MANY_HYPOTHESES",
                "list hypotheses: over " + std::to_string(kHypothesisPagesMax) + " pages");
}

Status Client::Watch(const v1::WatchInvestigationRequest& request, const TakeUpdate& take,
                     std::stop_token stop) {
  grpc::ClientContext context;
  const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
  auto stream = stubs_->investigations.WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse update;
  bool ended_here = false;
  while (stream->Read(&update)) {
    if (!take(update)) {
      ended_here = true;
      context.TryCancel();
      break;
    }
  }
  const grpc::Status status = stream->Finish();
  return ended_here ? Status::Ok() : FromGrpc(status);
}

Status Client::ReadArtifact(const std::string& digest, const TakeBytes& take) {
  grpc::ClientContext context;
  v1::ReadArtifactRequest request;
  request.set_digest(digest);
  return Drain<v1::ReadArtifactResponse>(context,
                                         *stubs_->artifacts.ReadArtifact(&context, request), take);
}

Status Client::RenderReport(const v1::RenderReportRequest& request, const TakeBytes& take) {
  grpc::ClientContext context;
  return Drain<v1::RenderReportResponse>(context, *stubs_->reports.RenderReport(&context, request),
                                         take);
}

Status Client::ExportBundle(const v1::ExportBundleRequest& request, const TakeBytes& take) {
  grpc::ClientContext context;
  return Drain<v1::ExportBundleResponse>(context, *stubs_->reports.ExportBundle(&context, request),
                                         take);
}

Result<v1::ImportBundleResponse> Client::ImportBundle(const NextBytes& next) {
  grpc::ClientContext context;
  v1::ImportBundleResponse response;
  auto stream = stubs_->reports.ImportBundle(&context, &response);
  Status unread;
  for (bool open = true; open;) {
    Result<std::string> bytes = next();
    if (!bytes.ok()) {
      unread = bytes.status();
      context.TryCancel();
    }
    if (!bytes.ok() || bytes->empty()) break;
    v1::ImportBundleRequest request;
    request.set_data(*std::move(bytes));
    open = stream->Write(request);
  }
  stream->WritesDone();
  const grpc::Status status = stream->Finish();
  TRY(unread);
  TRY(FromGrpc(status));
  return response;
}

Result<std::string> Client::ReadArtifact(const std::string& digest, std::uint64_t limit_bytes) {
  std::string bytes;
  bool fits = true;
  TRY(ReadArtifact(digest, [&](std::string_view piece) {
    fits = bytes.size() + piece.size() <= limit_bytes;
    if (fits) bytes.append(piece);
    return fits;
  }));
  if (!fits) {
    return Status(Code::kResourceExhausted, "ARTIFACT_TOO_LARGE",
                  "artifact " + digest + " is over " + std::to_string(limit_bytes) + " bytes");
  }
  return bytes;
}

Result<v1::Artifact> Client::WriteArtifact(std::string_view bytes, const std::string& media_type) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::WriteArtifactResponse response;
  auto stream = stubs_->artifacts.WriteArtifact(&context, &response);
  v1::WriteArtifactRequest first;
  first.mutable_header()->set_media_type(media_type);
  first.mutable_header()->set_size_bytes(static_cast<std::int64_t>(bytes.size()));
  bool open = stream->Write(first);
  while (open && !bytes.empty()) {
    v1::WriteArtifactRequest next;
    next.set_data(std::string(bytes.substr(0, kChunkBytes)));
    bytes.remove_prefix(std::min(kChunkBytes, bytes.size()));
    open = stream->Write(next);
  }
  stream->WritesDone();
  TRY(FromGrpc(stream->Finish()));
  return response.artifact();
}

Result<v1::ReplayInvestigationResponse> Client::Replay(const std::string& name) {
  grpc::ClientContext context;
  v1::ReplayInvestigationResponse response;
  TRY(FromGrpc(stubs_->reports.ReplayInvestigation(
      &context, Named<v1::ReplayInvestigationRequest>(name), &response)));
  return response;
}

}  // namespace inquest::cli
