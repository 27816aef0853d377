#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/refusal.h"
#include "runtime/doors/grpc/watch_catch_up.h"
#include "runtime/engine/engine.h"
#include "runtime/store/store.h"

namespace inquest::doors {

// What the evidence says against a hypothesis about a tree: locations that are not there, citations
// that do not resolve. Called from gRPC's threads; blocks on I/O. Empty: nobody can add hypotheses
// (UNIMPLEMENTED).
using CheckHypothesis = std::function<Result<std::vector<v1::Defect>>(
    const std::string& tree_digest, const v1::Hypothesis& hypothesis)>;

// inquest.v1.InvestigationService: checks what comes in and hands it to the engine. Unary methods
// are gRPC's sync ones and wait for the engine; the watch is a reaction. Borrows everything.
class InvestigationService final
    : public v1::InvestigationService::WithRawCallbackMethod_WatchInvestigation<
          v1::InvestigationService::Service> {
 public:
  InvestigationService(engine::Engine& engine, store::Store& store,
                       CheckHypothesis check_hypothesis, Admission& admission,
                       WatchCatchUp& catch_up)
      : engine_(engine),
        store_(store),
        check_hypothesis_(std::move(check_hypothesis)),
        admission_(admission),
        catch_up_(catch_up) {}

  grpc::Status CreateInvestigation(grpc::ServerContext* context,
                                   const v1::CreateInvestigationRequest* request,
                                   v1::CreateInvestigationResponse* response) override;
  grpc::Status GetInvestigation(grpc::ServerContext* context,
                                const v1::GetInvestigationRequest* request,
                                v1::GetInvestigationResponse* response) override;
  grpc::Status ListInvestigations(grpc::ServerContext* context,
                                  const v1::ListInvestigationsRequest* request,
                                  v1::ListInvestigationsResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchInvestigation(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::Status CancelInvestigation(grpc::ServerContext* context,
                                   const v1::CancelInvestigationRequest* request,
                                   v1::CancelInvestigationResponse* response) override;
  grpc::Status PauseInvestigation(grpc::ServerContext* context,
                                  const v1::PauseInvestigationRequest* request,
                                  v1::PauseInvestigationResponse* response) override;
  grpc::Status ResumeInvestigation(grpc::ServerContext* context,
                                   const v1::ResumeInvestigationRequest* request,
                                   v1::ResumeInvestigationResponse* response) override;
  grpc::Status ForkInvestigation(grpc::ServerContext* context,
                                 const v1::ForkInvestigationRequest* request,
                                 v1::ForkInvestigationResponse* response) override;
  grpc::Status SteerInvestigation(grpc::ServerContext* context,
                                  const v1::SteerInvestigationRequest* request,
                                  v1::SteerInvestigationResponse* response) override;

 private:
  Refusal CheckEvidence(const grpc::ServerContext& context, const std::string& id,
                        const v1::Hypothesis& hypothesis);

  engine::Engine& engine_;
  store::Store& store_;
  const CheckHypothesis check_hypothesis_;
  Admission& admission_;
  WatchCatchUp& catch_up_;
};

}  // namespace inquest::doors
