#include "bench/watch/bare_server.h"

#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include "inquest/v1/investigation_service.grpc.pb.h"

namespace inquest::bench {
namespace {

class Writer final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Writer(const std::vector<std::string>& messages) : messages_(messages) { Next(); }
  void OnWriteDone(bool ok) override { ok ? Next() : Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (next_ == messages_.size()) {
      Finish(grpc::Status::OK);
      return;
    }
    const grpc::Slice slice(messages_[next_++]);
    in_flight_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&in_flight_);
  }

  const std::vector<std::string>& messages_;
  std::size_t next_ = 0;
  grpc::ByteBuffer in_flight_;
};

}  // namespace

class BareServer::Service final
    : public v1::InvestigationService::WithRawCallbackMethod_WatchInvestigation<
          v1::InvestigationService::Service> {
 public:
  explicit Service(const std::vector<std::string>& messages) : messages_(messages) {}
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchInvestigation(grpc::CallbackServerContext*,
                                                                 const grpc::ByteBuffer*) override {
    return new Writer(messages_);
  }

 private:
  const std::vector<std::string>& messages_;
};

BareServer::BareServer(const std::string& socket_path, const std::vector<std::string>& messages)
    : service_(std::make_unique<Service>(messages)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + socket_path, grpc::InsecureServerCredentials());
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
}

BareServer::~BareServer() { server_->Shutdown(); }

}  // namespace inquest::bench
