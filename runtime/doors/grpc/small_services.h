#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "inquest/v1/artifact_service.grpc.pb.h"
#include "inquest/v1/hypothesis_service.grpc.pb.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/stall_guard.h"
#include "runtime/engine/engine.h"
#include "runtime/store/artifacts.h"

namespace inquest::doors {

// Turns the bytes of a tar archive into a tree; its digest. Called from gRPC's threads; blocks on
// I/O. Empty: trees cannot be uploaded (UNIMPLEMENTED).
using UnpackTree = std::function<Result<std::string>(std::string_view tar)>;

class HypothesisService final : public v1::HypothesisService::Service {
 public:
  HypothesisService(engine::Engine& engine, Admission& admission)
      : engine_(engine), admission_(admission) {}

  grpc::Status ListHypotheses(grpc::ServerContext* context,
                              const v1::ListHypothesesRequest* request,
                              v1::ListHypothesesResponse* response) override;

 private:
  engine::Engine& engine_;
  Admission& admission_;
};

class ArtifactService final : public v1::ArtifactService::Service {
 public:
  ArtifactService(store::ArtifactStore& artifacts, UnpackTree unpack, Admission& admission,
                  StallGuard& stall_guard)
      : artifacts_(artifacts),
        unpack_(std::move(unpack)),
        admission_(admission),
        stall_guard_(stall_guard) {}

  grpc::Status GetArtifact(grpc::ServerContext* context, const v1::GetArtifactRequest* request,
                           v1::GetArtifactResponse* response) override;
  grpc::Status ReadArtifact(grpc::ServerContext* context, const v1::ReadArtifactRequest* request,
                            grpc::ServerWriter<v1::ReadArtifactResponse>* writer) override;
  grpc::Status WriteArtifact(grpc::ServerContext* context,
                             grpc::ServerReader<v1::WriteArtifactRequest>* reader,
                             v1::WriteArtifactResponse* response) override;

 private:
  store::ArtifactStore& artifacts_;
  const UnpackTree unpack_;
  Admission& admission_;
  StallGuard& stall_guard_;
};

}  // namespace inquest::doors
