#include "runtime/doors/grpc/server.h"

#include <gtest/gtest.h>

#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

TEST_F(Doors, CreateOverTheSocketRecordsThePeersUid) {
  auto stub = v1::InvestigationService::NewStub(Unix());

  const v1::Investigation made = Create(*stub);

  const auto events = store_.ReadEvents(made.name().substr(15), 0, 1);
  v1::Event created;
  ASSERT_TRUE(created.ParseFromString((*events)[0].payload));
  EXPECT_EQ(created.created().principal(), "uid:" + std::to_string(::getuid()));
}

TEST_F(Doors, TheSocketIsForItsOwnerAlone) {
  Unix();
  struct stat info {};
  ASSERT_EQ(::stat(SocketPath().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((folder_ + "/s").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(Doors, ASecondDaemonOnTheSameSocketIsRefused) {
  Unix();
  ServerOptions options;
  options.socket_path = SocketPath();

  const auto second = Server::Start(std::move(options), *engine_, store_);

  EXPECT_EQ(second.status().reason(), "SOCKET_IN_USE");
}

TEST_F(Doors, AMissingCommandIsNamedInTheDetails) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  v1::CreateInvestigationRequest request;
  request.mutable_target()->set_local_path("/");
  v1::CreateInvestigationResponse response;
  grpc::ClientContext context;

  const grpc::Status status = stub->CreateInvestigation(&context, request, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(status), "INVALID_FIELD");
  google::rpc::Status details;
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "target.test_command");
}

TEST_F(Doors, ListPagesThroughAFilterWithoutGapsOrRepeats) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  for (const char* title : {"leak 1", "crash", "leak 2", "leak 3"}) Create(*stub, title);
  v1::ListInvestigationsRequest request;
  request.set_filter("title:leak");
  request.set_page_size(2);
  std::vector<std::string> titles;
  do {
    grpc::ClientContext context;
    v1::ListInvestigationsResponse response;
    ASSERT_TRUE(stub->ListInvestigations(&context, request, &response).ok());
    for (const auto& each : response.investigations()) titles.push_back(each.problem().title());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(titles, (std::vector<std::string>{"leak 3", "leak 2", "leak 1"}));
}

TEST_F(Doors, TheLoopbackPortTakesTheTokenAndNoLocalPath) {
  ServerOptions options;
  options.tcp_address = "127.0.0.1:0";
  options.bearer_token = kToken;
  const Status started = Start(std::move(options));
  ASSERT_TRUE(started.ok()) << started.ToString();
  auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->tcp_port()),
                                     grpc::InsecureChannelCredentials());
  auto stub = v1::InvestigationService::NewStub(channel);
  v1::CreateInvestigationRequest request;
  request.mutable_target()->set_local_path("/");
  request.mutable_target()->set_test_command("false");
  v1::CreateInvestigationResponse response;
  grpc::ClientContext without;
  EXPECT_EQ(stub->CreateInvestigation(&without, request, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext wrong;
  wrong.AddMetadata("authorization", "Bearer 0123456789abcdef0123456789abcdeg");
  EXPECT_EQ(stub->CreateInvestigation(&wrong, request, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext right;
  right.AddMetadata("authorization", std::string("Bearer ") + kToken);
  EXPECT_EQ(Reason(stub->CreateInvestigation(&right, request, &response)),
            "LOCAL_PATH_NEEDS_UNIX_SOCKET");
}

TEST_F(Doors, AnAddressThatIsNotLoopbackIsRefusedWithoutTlsAndAProxy) {
  ServerOptions options;
  options.tcp_address = "0.0.0.0:0";
  options.bearer_token = kToken;

  EXPECT_EQ(Start(std::move(options)).reason(), "ADDRESS_NEEDS_TLS_AND_PROXY");
}

}  // namespace
}  // namespace inquest::doors
