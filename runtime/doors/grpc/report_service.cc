#include "runtime/doors/grpc/report_service.h"

#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/doors/grpc/await.h"
#include "runtime/doors/grpc/status_map.h"
#include "runtime/doors/grpc/validate.h"
#include "runtime/report/bundle.h"
#include "runtime/report/dossier.h"
#include "runtime/report/render.h"
#include "runtime/report/replay.h"

namespace inquest::doors {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;

TimeUs NowUs() { return SystemClock().NowUs(); }

// Sends bytes in chunks; CANCELLED when nobody reads them any more.
template <typename Response>
Status Send(std::string_view bytes, grpc::ServerWriter<Response>& writer,
            StallGuard::Transfer& transfer) {
  while (!bytes.empty()) {
    TRY(transfer.Check());
    Response chunk;
    chunk.set_data(std::string(bytes.substr(0, kChunkBytes)));
    bytes.remove_prefix(std::min(kChunkBytes, bytes.size()));
    if (!writer.Write(chunk)) {
      TRY(transfer.Check());
      return {Code::kCancelled, "CANCELLED", "the reader is gone"};
    }
    transfer.Moved();
  }
  return Status::Ok();
}

Result<std::string> Render(const v1::RenderReportRequest& request, store::Store& store) {
  TRY_ASSIGN(const std::string id, InvestigationId(request.name()));
  std::string (*render)(const report::Dossier&) = nullptr;
  switch (request.format()) {
    case v1::REPORT_FORMAT_MARKDOWN:
      render = &report::RenderMarkdown;
      break;
    case v1::REPORT_FORMAT_HTML:
      render = &report::RenderHtml;
      break;
    case v1::REPORT_FORMAT_JSON:
      render = &report::RenderJson;
      break;
    case v1::REPORT_FORMAT_SARIF:
      render = &report::RenderSarif;
      break;
    case v1::REPORT_FORMAT_JUNIT:
      render = &report::RenderJunit;
      break;
    default:
      return Status(Code::kInvalidArgument, "INVALID_FIELD", "format: no such format");
  }
  TRY_ASSIGN(const report::Dossier dossier, report::Gather(id, store, NowUs()));
  return render(dossier);
}

}  // namespace

grpc::Status ReportService::RenderReport(grpc::ServerContext* context,
                                         const v1::RenderReportRequest* request,
                                         grpc::ServerWriter<v1::RenderReportResponse>* writer) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ReportService/RenderReport");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  StallGuard::Transfer transfer(stall_guard_, *context);
  const Result<std::string> text = Render(*request, store_);
  if (!text.ok()) return ToGrpc(text.status());
  return ToGrpc(Send(*text, *writer, transfer));
}

grpc::Status ReportService::ExportBundle(grpc::ServerContext* context,
                                         const v1::ExportBundleRequest* request,
                                         grpc::ServerWriter<v1::ExportBundleResponse>* writer) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ReportService/ExportBundle");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  const auto id = InvestigationId(request->name());
  if (!id.ok()) return ToGrpc(id.status());
  StallGuard::Transfer transfer(stall_guard_, *context);
  const report::BundleSink sink = [&](std::string_view bytes) {
    return Send(bytes, *writer, transfer);
  };
  return ToGrpc(report::WriteBundle(*id, store_, {request->withhold_outputs()}, sink));
}

grpc::Status ReportService::ImportBundle(grpc::ServerContext* context,
                                         grpc::ServerReader<v1::ImportBundleRequest>* reader,
                                         v1::ImportBundleResponse* response) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ReportService/ImportBundle");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  if (!engine_.Writing()) {
    return ToGrpc({Code::kUnavailable, "STORAGE_UNAVAILABLE", "the store cannot be written"});
  }
  StallGuard::Transfer transfer(stall_guard_, *context);
  const report::BundleSource source = [&]() -> Result<std::string> {
    v1::ImportBundleRequest message;
    while (reader->Read(&message)) {
      transfer.Moved();
      if (!message.data().empty()) return std::move(*message.mutable_data());
    }
    TRY(transfer.Check());
    return std::string();
  };
  const Result<report::Imported> imported =
      report::ReadBundle(source, store_, admitted->caller().principal, NowUs());
  if (!imported.ok()) return ToGrpc(imported.status());
  response->set_name("investigations/" + imported->id);
  response->set_known(imported->known);
  response->set_withheld(imported->withheld);
  response->set_artifacts(imported->artifacts);
  response->set_events(imported->events);
  return grpc::Status::OK;
}

grpc::Status ReportService::ReplayInvestigation(grpc::ServerContext* context,
                                                const v1::ReplayInvestigationRequest* request,
                                                v1::ReplayInvestigationResponse* response) {
  auto admitted = admission_.Admit(*context, "inquest.v1.ReportService/ReplayInvestigation");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  const auto id = InvestigationId(request->name());
  if (!id.ok()) return ToGrpc(id.status());
  const auto investigation =
      Await<v1::Investigation>(*context, [&](auto done) { engine_.Get(*id, std::move(done)); });
  if (!investigation.ok()) return ToGrpc(investigation.status());
  const v1::Policy* policy = engine_.FindPolicy(investigation->policy());
  if (policy == nullptr) {
    return ToGrpc({Code::kFailedPrecondition, "POLICY_UNKNOWN",
                   "there is no policy " + investigation->policy() + " here"});
  }
  const auto replayed = report::Replay(*id, store_, *policy, [&] { return StillWanted(*context); });
  if (!replayed.ok()) return ToGrpc(replayed.status());
  response->set_events(replayed->events);
  response->set_decisions(replayed->decisions);
  response->set_analyses(replayed->analyses);
  response->set_oracle_answers(replayed->oracles);
  response->set_diverges_at(replayed->diverges_at);
  response->set_divergence(replayed->divergence);
  return grpc::Status::OK;
}

}  // namespace inquest::doors
