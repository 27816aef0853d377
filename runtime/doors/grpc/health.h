#pragma once

#include <mutex>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/open_streams.h"

namespace inquest::doors {

// grpc.health.v1.Health, ours because the library's own is hidden from reflection and asks nobody
// who they are. The empty service name stands for the daemon, others for the services of the
// authorization table.
class HealthService final
    : public grpc::health::v1::Health::WithCallbackMethod_Watch<grpc::health::v1::Health::Service> {
 public:
  explicit HealthService(Admission& admission) : admission_(admission) {}

  // Watchers are told. From any thread.
  void SetServing(bool serving);
  // NOT_SERVING for good; watches end once they were told.
  void Close();

  grpc::Status Check(grpc::ServerContext* context,
                     const grpc::health::v1::HealthCheckRequest* request,
                     grpc::health::v1::HealthCheckResponse* response) override;

  // The status now, then each change; SERVICE_UNKNOWN for a service that is none of ours.
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  using Answer = grpc::health::v1::HealthCheckResponse;
  class Watcher;

  Admission& admission_;
  std::mutex mutex_;  // guards serving_, held while watchers are told: changes come in order
  bool serving_ = false;
  OpenStreams watchers_;
};

}  // namespace inquest::doors
