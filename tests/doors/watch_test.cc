#include <gtest/gtest.h>

#include <vector>

#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

TEST_F(Doors, AWatchGivesTheSnapshotThenEveryEventThenEndsWithTheInvestigation) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  const v1::Investigation made = Create(*stub);
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(Note(*stub, made.name(), "note").ok());
  v1::WatchInvestigationRequest request;
  request.set_name(made.name());
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.snapshot().name(), made.name());
  ASSERT_TRUE(Cancel(*stub, made.name()).ok());

  std::vector<v1::Event> events;
  while (stream->Read(&message)) {
    events.insert(events.end(), message.events().begin(), message.events().end());
  }

  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_GE(events.size(), 11U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence(), static_cast<std::int64_t>(i) + 1);
  }
  EXPECT_TRUE(events.back().has_ended());
}

TEST_F(Doors, AQuietWatchHearsTheHeart) {
  auto stub = v1::InvestigationService::NewStub(Unix({.heartbeat = std::chrono::milliseconds(40)}));
  v1::WatchInvestigationRequest request;
  request.set_name(Create(*stub).name());
  request.set_only_new(true);
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  ASSERT_TRUE(stream->Read(&message));

  ASSERT_TRUE(stream->Read(&message));

  EXPECT_FALSE(message.has_snapshot());
  EXPECT_EQ(message.events_size(), 0);
  EXPECT_GE(message.last_sequence(), 1);
  context.TryCancel();
  stream->Finish();
}

TEST_F(Doors, AWatchEndsAsUnavailableWhenTheDaemonGoesDown) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  v1::WatchInvestigationRequest request;
  request.set_name(Create(*stub).name());
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  ASSERT_TRUE(stream->Read(&message));

  server_->Stop(std::chrono::seconds(5));
  while (stream->Read(&message)) {
  }

  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Doors, AWatchOfAnUnknownInvestigationIsNotFound) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  v1::WatchInvestigationRequest request;
  request.set_name("investigations/unknown");
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;

  EXPECT_FALSE(stream->Read(&message));

  EXPECT_EQ(Reason(stream->Finish()), "INVESTIGATION_NOT_FOUND");
}

}  // namespace
}  // namespace inquest::doors
