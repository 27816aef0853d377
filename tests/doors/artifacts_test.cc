// Artifacts over the door: metadata, reading from an offset, uploads and how they may go wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/artifact_service.grpc.pb.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

class Artifacts : public Doors {
 protected:
  void Open(TransferLimits limits = {}) {
    ServerOptions options;
    options.socket_path = SocketPath();
    options.transfers = limits;
    const Status started = Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.ToString();
    stub_ = v1::ArtifactService::NewStub(
        grpc::CreateChannel("unix:" + SocketPath(), grpc::InsecureChannelCredentials()));
  }

  grpc::Status Write(const std::vector<v1::WriteArtifactRequest>& messages) {
    grpc::ClientContext context;
    auto writer = stub_->WriteArtifact(&context, &written_);
    for (const auto& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  grpc::Status Read(std::int64_t offset, std::int64_t limit, std::string& bytes) {
    v1::ReadArtifactRequest request;
    request.set_digest(written_.artifact().digest());
    request.set_offset(offset);
    request.set_limit_bytes(limit);
    grpc::ClientContext context;
    auto reader = stub_->ReadArtifact(&context, request);
    v1::ReadArtifactResponse chunk;
    bytes.clear();
    while (reader->Read(&chunk)) {
      EXPECT_LE(chunk.data().size(), 65536U);
      bytes += chunk.data();
    }
    return reader->Finish();
  }

  std::unique_ptr<v1::ArtifactService::Stub> stub_;
  v1::WriteArtifactResponse written_;
};

v1::WriteArtifactRequest First(const std::string& data, const std::string& digest = "",
                               std::int64_t size = 0) {
  v1::WriteArtifactRequest message;
  message.mutable_header()->set_media_type("text/plain");
  message.mutable_header()->set_digest(digest);
  message.mutable_header()->set_size_bytes(size);
  message.set_data(data);
  return message;
}

v1::WriteArtifactRequest More(const std::string& data) {
  v1::WriteArtifactRequest message;
  message.set_data(data);
  return message;
}

TEST_F(Artifacts, GoInInPiecesAndComeBackFromAnyOffset) {
  Open();
  std::string bytes(3'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 / 7);
  ASSERT_TRUE(Write({First(bytes.substr(0, 1'000'000), Sha256(bytes).ToHex(), 3'000'000),
                     More(bytes.substr(1'000'000, 1'000'000)), More(bytes.substr(2'000'000))})
                  .ok());
  EXPECT_EQ(written_.artifact().size_bytes(), 3'000'000);
  EXPECT_EQ(written_.artifact().digest(), Sha256(bytes).ToHex());

  std::string back;
  ASSERT_TRUE(Read(0, 0, back).ok());
  EXPECT_EQ(back, bytes);
  ASSERT_TRUE(Read(2'999'990, 0, back).ok());
  EXPECT_EQ(back, bytes.substr(2'999'990));
  ASSERT_TRUE(Read(100, 70'000, back).ok());
  EXPECT_EQ(back, bytes.substr(100, 70'000));
  ASSERT_TRUE(Read(3'000'000, 0, back).ok()) << "at the end there is nothing, and nothing wrong";
  EXPECT_EQ(back, "");
  const grpc::Status past = Read(3'000'001, 0, back);
  EXPECT_EQ(past.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(past), "OFFSET_OUT_OF_RANGE");
  EXPECT_EQ(Read(-1, 0, back).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Artifacts, SayWhatTheyAre) {
  Open();
  ASSERT_TRUE(Write({First("some text")}).ok());
  v1::GetArtifactRequest request;
  request.set_digest(Sha256("some text").ToHex());
  v1::GetArtifactResponse response;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->GetArtifact(&context, request, &response).ok());
  }
  EXPECT_EQ(response.artifact().size_bytes(), 9);
  EXPECT_EQ(response.artifact().media_type(), "text/plain");

  request.set_digest(Sha256("never seen").ToHex());
  grpc::ClientContext unknown;
  EXPECT_EQ(Reason(stub_->GetArtifact(&unknown, request, &response)), "ARTIFACT_NOT_FOUND");
  request.set_digest("../../etc/passwd");
  grpc::ClientContext malformed;
  const grpc::Status status = stub_->GetArtifact(&malformed, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(Reason(status), "");
}

TEST_F(Artifacts, UploadsThatAreNotWhatTheySayAreRefusedAndNotKept) {
  Open();
  EXPECT_EQ(Reason(Write({First("one", Sha256("two").ToHex())})), "DIGEST_MISMATCH");
  EXPECT_EQ(Reason(Write({First("one", "", 4)})), "SIZE_MISMATCH");
  EXPECT_EQ(Reason(Write({More("no header")})), "INVALID_FIELD");
  EXPECT_EQ(Reason(Write({First("one"), First("another header")})), "INVALID_FIELD");
  EXPECT_EQ(Reason(Write({})), "INVALID_FIELD");
  EXPECT_FALSE(store_.Describe(Sha256("one")).ok());
}

TEST_F(Artifacts, AnUploadOverTheLimitIsCutOff) {
  Open();
  std::vector<v1::WriteArtifactRequest> messages = {First("")};
  const std::string piece(1U << 20U, 'x');
  for (int i = 0; i < 65; ++i) messages.push_back(More(piece));

  const grpc::Status status = Write(messages);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Reason(status), "ARTIFACT_TOO_LARGE");
}

TEST_F(Artifacts, AMessageOverTheLimitIsRefused) {
  Open();
  EXPECT_EQ(Write({First(std::string(5U << 20U, 'x'))}).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(Artifacts, UploadsTogetherHoldABoundedAmount) {
  Open({.bytes = 1'000'000});
  EXPECT_EQ(Reason(Write({First(std::string(600'000, 'x')), More(std::string(600'000, 'y'))})),
            "TOO_MANY_UPLOADS");
  EXPECT_TRUE(Write({First(std::string(600'000, 'x'))}).ok()) << "what was held is free again";
}

TEST_F(Artifacts, AnAbandonedUploadLeavesNothing) {
  Open();
  {
    grpc::ClientContext context;
    auto writer = stub_->WriteArtifact(&context, &written_);
    writer->Write(First("half"));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_->Stop(std::chrono::hours(1));  // returns when the call is gone on the other side too
  EXPECT_FALSE(store_.Describe(Sha256("half")).ok());
}

TEST_F(Artifacts, AStalledUploadIsCut) {
  Open({.stalled = std::chrono::milliseconds(50)});
  grpc::ClientContext context;
  auto writer = stub_->WriteArtifact(&context, &written_);
  writer->Write(First("and then nothing"));
  // Nothing is sent any more, and the stream is not closed: only the daemon can end it.
  writer->WaitForInitialMetadata();
  EXPECT_FALSE(writer->Finish().ok());
}

TEST_F(Artifacts, AReaderThatNeverReadsIsCutAndTheOthersGoOn) {
  Open({.stalled = std::chrono::milliseconds(200)});
  const std::string piece(1U << 20U, 'z');
  ASSERT_TRUE(Write({First(piece), More(piece), More(piece), More(piece)}).ok());
  v1::ReadArtifactRequest request;
  request.set_digest(written_.artifact().digest());
  grpc::ClientContext never;
  auto silent = stub_->ReadArtifact(&never, request);
  std::string bytes;
  EXPECT_TRUE(Read(0, 0, bytes).ok());
  EXPECT_EQ(bytes.size(), 4U << 20U);

  server_->Stop(std::chrono::hours(1));  // returns only because the silent call was cut

  v1::ReadArtifactResponse chunk;
  while (silent->Read(&chunk)) {
  }
  EXPECT_FALSE(silent->Finish().ok());
}

TEST_F(Artifacts, SlowTransfersLeaveRoomForCalls) {
  Open();
  struct SlowUpload {
    grpc::ClientContext context;
    v1::WriteArtifactResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::WriteArtifactRequest>> writer;
  };
  std::deque<SlowUpload> slow;
  const auto open_one = [&] {
    SlowUpload& upload = slow.emplace_back();
    upload.writer = stub_->WriteArtifact(&upload.context, &upload.response);
    upload.writer->Write(First("x"));
  };
  for (size_t n = 0; n < AdmissionLimits{}.transfers_per_peer; ++n) open_one();
  // The slow ones hold every place once one more is refused. Calls overtake each other on their
  // way: a probe that was let in may have taken the place of a slow one, which was then refused.
  while (Reason(Write({First("one more")})) != "TOO_MANY_TRANSFERS") open_one();
  v1::GetArtifactRequest request;
  request.set_digest(Sha256("nothing").ToHex());
  v1::GetArtifactResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(Reason(stub_->GetArtifact(&context, request, &response)), "ARTIFACT_NOT_FOUND");
  for (SlowUpload& upload : slow) upload.context.TryCancel();
  for (SlowUpload& upload : slow) upload.writer->Finish();
}

}  // namespace
}  // namespace inquest::doors
