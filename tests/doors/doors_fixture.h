#pragma once

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "policies/load.h"
#include "runtime/base/digest.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/server.h"
#include "runtime/store/memory.h"

namespace inquest::doors {

// Investigations stay where their first effect would start.
class StartsNothing final : public engine::EffectRunner {
 public:
  void Start(engine::StartOrder, Done) override {}
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
};

inline constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

// The real engine over a store in memory, behind real doors, in a folder of its own.
class Doors : public testing::Test {
 protected:
  Doors() {
    char name[] = "/tmp/doors-XXXXXX";
    folder_ = ::mkdtemp(name);
    ::chmod(folder_.c_str(), 0755);
    auto policies = policies::LoadPolicies({INQUEST_BINARY_DIR "/share/inquest/policies"});
    EXPECT_TRUE(policies.ok()) << policies.status().ToString();
    engine_ = std::make_unique<engine::Engine>(
        store_, runner_, clock_,
        engine::EngineOptions{.policies = *std::move(policies), .investigators = {"builtin"}});
    const Status started = engine_->Start();
    EXPECT_TRUE(started.ok()) << started.ToString();
  }
  ~Doors() override {
    if (server_ != nullptr) server_->Stop(std::chrono::milliseconds(100));
    server_.reset();
    engine_->Stop();
    ::rmdir((folder_ + "/s").c_str());
    ::rmdir(folder_.c_str());
  }

  std::string SocketPath() const { return folder_ + "/s/inquest.sock"; }

  Status Start(ServerOptions options) {
    auto started = Server::Start(std::move(options), *engine_, store_);
    if (!started.ok()) return started.status();
    server_ = *std::move(started);
    return Status::Ok();
  }
  std::shared_ptr<grpc::Channel> Unix(WatchLimits limits = {}) {
    ServerOptions options;
    options.socket_path = SocketPath();
    options.watch = limits;
    const Status started = Start(std::move(options));
    EXPECT_TRUE(started.ok()) << started.ToString();
    return grpc::CreateChannel("unix:" + SocketPath(), grpc::InsecureChannelCredentials());
  }

  static v1::CreateInvestigationRequest Valid(const std::string& title = "") {
    v1::CreateInvestigationRequest request;
    request.mutable_problem()->set_title(title);
    request.mutable_target()->set_local_path("/");
    request.mutable_target()->set_test_command("false");
    return request;
  }
  static v1::Investigation Create(v1::InvestigationService::Stub& stub,
                                  const std::string& title = "") {
    v1::CreateInvestigationResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub.CreateInvestigation(&context, Valid(title), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.investigation();
  }
  static grpc::Status Note(v1::InvestigationService::Stub& stub, const std::string& name,
                           const std::string& note) {
    v1::SteerInvestigationRequest request;
    request.set_name(name);
    request.set_note(note);
    v1::SteerInvestigationResponse response;
    grpc::ClientContext context;
    return stub.SteerInvestigation(&context, request, &response);
  }
  static grpc::Status Cancel(v1::InvestigationService::Stub& stub, const std::string& name) {
    v1::CancelInvestigationRequest request;
    request.set_name(name);
    v1::CancelInvestigationResponse response;
    grpc::ClientContext context;
    return stub.CancelInvestigation(&context, request, &response);
  }

  std::string folder_;
  store::MemoryStore store_;
  StartsNothing runner_;
  SystemClock clock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Server> server_;
};

// ErrorInfo.reason of a failed call; empty when the details are not as the contract promises.
inline std::string Reason(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details().empty()) return "";
  if (details.code() != status.error_code() || details.message() != status.error_message()) {
    return "";
  }
  return details.details(0).UnpackTo(&info) && info.domain() == "inquest.dev" ? info.reason() : "";
}

}  // namespace inquest::doors
