#include "runtime/doors/grpc/health.h"

#include <gtest/gtest.h>

#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

TEST_F(Doors, HealthSaysServing) {
  auto stub = Health::NewStub(Unix());
  HealthCheckResponse response;
  grpc::ClientContext context;

  ASSERT_TRUE(stub->Check(&context, {}, &response).ok());

  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
}

TEST_F(Doors, HealthKnowsEveryServiceAndNoOther) {
  auto stub = Health::NewStub(Unix());
  for (const char* name : {"inquest.v1.InvestigationService", "inquest.v1.HypothesisService",
                           "inquest.v1.ArtifactService", "grpc.health.v1.Health"}) {
    HealthCheckRequest request;
    request.set_service(name);
    HealthCheckResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(stub->Check(&context, request, &response).ok()) << name;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING) << name;
  }
  HealthCheckRequest request;
  request.set_service("inquest.v1.NoSuchService");
  HealthCheckResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub->Check(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(status), "SERVICE_UNKNOWN");
}

TEST_F(Doors, AHealthWatchHearsServingThenNotServingThenThatTheDaemonGoes) {
  auto stub = Health::NewStub(Unix());
  grpc::ClientContext context;
  auto stream = stub->Watch(&context, {});
  HealthCheckResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);

  server_->Stop(std::chrono::seconds(5));

  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Reason(status), "SHUTTING_DOWN");
}

TEST_F(Doors, AHealthWatchOfAnUnknownServiceSaysSoAndStaysOpen) {
  auto stub = Health::NewStub(Unix());
  HealthCheckRequest request;
  request.set_service("no.such.Service");
  grpc::ClientContext context;
  auto stream = stub->Watch(&context, request);
  HealthCheckResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);

  context.TryCancel();

  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace inquest::doors
