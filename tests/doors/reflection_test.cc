#include "runtime/doors/grpc/reflection.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "runtime/doors/grpc/authorization.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

namespace v1r = grpc::reflection::v1;

class Reflection : public Doors {
 protected:
  // The answer to one question, or how the stream ended without one.
  grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel,
                   const v1r::ServerReflectionRequest& question,
                   v1r::ServerReflectionResponse& answer, const std::string& token = "") {
    auto stub = v1r::ServerReflection::NewStub(channel);
    grpc::ClientContext context;
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    auto stream = stub->ServerReflectionInfo(&context);
    stream->Write(question);
    stream->Read(&answer);
    stream->WritesDone();
    return stream->Finish();
  }

  std::shared_ptr<grpc::Channel> Both(bool reflection_on_tcp) {
    ServerOptions options;
    options.socket_path = SocketPath();
    options.tcp_address = "127.0.0.1:0";
    options.bearer_token = kToken;
    options.reflection_on_tcp = reflection_on_tcp;
    const Status started = Start(std::move(options));
    EXPECT_TRUE(started.ok()) << started.ToString();
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->tcp_port()),
                               grpc::InsecureChannelCredentials());
  }
};

v1r::ServerReflectionRequest ListServices() {
  v1r::ServerReflectionRequest request;
  request.set_list_services("*");
  return request;
}

TEST_F(Reflection, ListsEveryServiceOfTheTable) {
  v1r::ServerReflectionResponse answer;
  ASSERT_TRUE(Ask(Unix(), ListServices(), answer).ok());

  std::set<std::string> listed;
  for (const auto& service : answer.list_services_response().service()) {
    listed.insert(service.name());
  }
  std::set<std::string> expected;
  for (const RpcRule& rule : kRpcRules) {
    expected.emplace(rule.method.substr(0, rule.method.find('/')));
  }
  EXPECT_EQ(listed, expected);
}

TEST_F(Reflection, GivesAServicesFileWithAllThatItImports) {
  v1r::ServerReflectionRequest request;
  request.set_file_containing_symbol("inquest.v1.InvestigationService");
  v1r::ServerReflectionResponse answer;
  ASSERT_TRUE(Ask(Unix(), request, answer).ok());

  std::set<std::string> given;
  std::set<std::string> imported;
  for (const std::string& bytes : answer.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    given.insert(file.name());
    imported.insert(file.dependency().begin(), file.dependency().end());
  }
  EXPECT_TRUE(given.contains("inquest/v1/investigation_service.proto"));
  for (const std::string& name : imported) EXPECT_TRUE(given.contains(name)) << name;
}

TEST_F(Reflection, SaysSoWhenItKnowsNothingOfThatName) {
  v1r::ServerReflectionRequest request;
  request.set_file_containing_symbol("no.such.Symbol");
  v1r::ServerReflectionResponse answer;
  ASSERT_TRUE(Ask(Unix(), request, answer).ok());
  EXPECT_EQ(answer.error_response().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(Reflection, IsOnTheSocketButNotOnThePortUnlessAsked) {
  const auto tcp = Both(false);
  v1r::ServerReflectionResponse answer;
  EXPECT_EQ(Reason(Ask(tcp, ListServices(), answer, kToken)), "RPC_NOT_OPEN_HERE");

  const auto socket =
      grpc::CreateChannel("unix:" + SocketPath(), grpc::InsecureChannelCredentials());
  EXPECT_TRUE(Ask(socket, ListServices(), answer).ok());
}

TEST_F(Reflection, OnThePortAsksWhoIsThere) {
  const auto tcp = Both(true);
  v1r::ServerReflectionResponse answer;
  EXPECT_EQ(Reason(Ask(tcp, ListServices(), answer)), "TOKEN_REQUIRED");
  EXPECT_TRUE(Ask(tcp, ListServices(), answer, kToken).ok());
  EXPECT_GT(answer.list_services_response().service_size(), 0);
}

TEST_F(Reflection, AnOpenStreamDoesNotHoldTheDaemonUp) {
  auto stub = v1r::ServerReflection::NewStub(Unix());
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  stream->Write(ListServices());
  v1r::ServerReflectionResponse answer;
  ASSERT_TRUE(stream->Read(&answer));

  server_->Stop(std::chrono::hours(1));

  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(Reason(stream->Finish()), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace inquest::doors
