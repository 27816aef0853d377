#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "inquest/v1/artifact_service.grpc.pb.h"
#include "inquest/v1/hypothesis_service.grpc.pb.h"
#include "runtime/effects/check_submission.h"
#include "runtime/store/sqlite/sqlite_store.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {

// Takes the tree that it was told, if any, at once; investigations stay where their next effect
// would start.
class TakesTree final : public engine::EffectRunner {
 public:
  // Before the investigation whose tree it is.
  void SetTree(std::string digest) { tree_digest_ = std::move(digest); }

  void Start(engine::StartOrder order, Done done) override {
    if (!order.effect.has_acquire() || tree_digest_.empty()) return;
    v1::Observation observation;
    observation.mutable_acquired()->set_tree_digest(tree_digest_);
    done(std::move(observation));
  }
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}

 private:
  std::string tree_digest_;
};

// Doors over the store on disk, which can be closed and opened again: what a restart of the daemon
// leaves.
class DurableDoors : public testing::Test {
 protected:
  DurableDoors() {
    char name[] = "/tmp/doors-XXXXXX";
    folder_ = ::mkdtemp(name);
    Open();
  }
  ~DurableDoors() override {
    Close();
    std::filesystem::remove_all(folder_);
  }

  void Restart() {
    Close();
    Open();
  }

  template <typename Request, typename Response>
  using Method = grpc::Status (v1::InvestigationService::Stub::*)(grpc::ClientContext*,
                                                                  const Request&, Response*);
  template <typename Request, typename Response>
  grpc::Status Call(Method<Request, Response> method, const Request& request, Response& response) {
    grpc::ClientContext context;
    return (stub_.get()->*method)(&context, request, &response);
  }

  v1::Investigation Create(const std::string& request_id = "") {
    v1::CreateInvestigationRequest request;
    request.mutable_target()->set_local_path("/");
    request.mutable_target()->set_test_command("false");
    request.set_request_id(request_id);
    v1::CreateInvestigationResponse response;
    const grpc::Status status =
        Call(&v1::InvestigationService::Stub::CreateInvestigation, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.investigation();
  }
  grpc::Status Steer(const v1::SteerInvestigationRequest& request,
                     v1::Investigation* now = nullptr) {
    v1::SteerInvestigationResponse response;
    const grpc::Status status =
        Call(&v1::InvestigationService::Stub::SteerInvestigation, request, response);
    if (now != nullptr) *now = response.investigation();
    return status;
  }
  v1::Investigation Get(const std::string& name) {
    v1::GetInvestigationRequest request;
    request.set_name(name);
    v1::GetInvestigationResponse response;
    const grpc::Status status =
        Call(&v1::InvestigationService::Stub::GetInvestigation, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.investigation();
  }
  v1::Artifact Upload(const std::string& bytes) {
    grpc::ClientContext context;
    v1::WriteArtifactResponse response;
    auto writer = v1::ArtifactService::NewStub(channel_)->WriteArtifact(&context, &response);
    v1::WriteArtifactRequest message;
    message.mutable_header()->set_media_type("text/plain");
    message.set_data(bytes);
    writer->Write(message);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    return response.artifact();
  }
  std::vector<v1::Event> Events(const std::string& name) {
    std::vector<v1::Event> events;
    const auto stored = store_->ReadEvents(name.substr(name.find('/') + 1), 0, 1000);
    EXPECT_TRUE(stored.ok()) << stored.status().ToString();
    for (const auto& one : *stored) {
      EXPECT_TRUE(events.emplace_back().ParseFromString(one.payload));
    }
    return events;
  }

  std::string folder_;
  std::unique_ptr<store::SqliteStore> store_;
  TakesTree runner_;
  SystemClock clock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::InvestigationService::Stub> stub_;

 private:
  void Open() {
    store::SqliteOptions sqlite;
    sqlite.directory = folder_ + "/data";
    auto store = store::SqliteStore::Open(sqlite);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = *std::move(store);
    auto policies = policies::LoadPolicies({INQUEST_BINARY_DIR "/share/inquest/policies"});
    ASSERT_TRUE(policies.ok()) << policies.status().ToString();
    engine_ = std::make_unique<engine::Engine>(
        *store_, runner_, clock_,
        engine::EngineOptions{.policies = *std::move(policies), .investigators = {"builtin"}});
    ASSERT_TRUE(engine_->Start().ok());
    ServerOptions options;
    options.socket_path = folder_ + "/s/inquest.sock";
    options.check_hypothesis = [this](const auto& tree, const auto& hypothesis) {
      return effects::CheckHypothesis(tree, hypothesis, *store_);
    };
    auto server = Server::Start(std::move(options), *engine_, *store_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel("unix:" + folder_ + "/s/inquest.sock",
                                   grpc::InsecureChannelCredentials());
    stub_ = v1::InvestigationService::NewStub(channel_);
  }
  void Close() {
    stub_.reset();
    channel_.reset();
    server_->Stop(std::chrono::milliseconds(100));
    server_.reset();
    engine_->Stop();
    engine_.reset();
    store_.reset();
  }
};

}  // namespace inquest::doors
