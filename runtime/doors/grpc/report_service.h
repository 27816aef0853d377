#pragma once

#include "inquest/v1/report_service.grpc.pb.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/stall_guard.h"
#include "runtime/engine/engine.h"
#include "runtime/store/store.h"

namespace inquest::doors {

class ReportService final : public v1::ReportService::Service {
 public:
  ReportService(engine::Engine& engine, store::Store& store, Admission& admission,
                StallGuard& stall_guard)
      : engine_(engine), store_(store), admission_(admission), stall_guard_(stall_guard) {}

  grpc::Status RenderReport(grpc::ServerContext* context, const v1::RenderReportRequest* request,
                            grpc::ServerWriter<v1::RenderReportResponse>* writer) override;
  grpc::Status ExportBundle(grpc::ServerContext* context, const v1::ExportBundleRequest* request,
                            grpc::ServerWriter<v1::ExportBundleResponse>* writer) override;
  grpc::Status ImportBundle(grpc::ServerContext* context,
                            grpc::ServerReader<v1::ImportBundleRequest>* reader,
                            v1::ImportBundleResponse* response) override;
  grpc::Status ReplayInvestigation(grpc::ServerContext* context,
                                   const v1::ReplayInvestigationRequest* request,
                                   v1::ReplayInvestigationResponse* response) override;

 private:
  engine::Engine& engine_;
  store::Store& store_;
  Admission& admission_;
  StallGuard& stall_guard_;
};

}  // namespace inquest::doors
