// The real daemon, told to stop while its streams are open: it ends all the same, and soon.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/artifact_service.grpc.pb.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "runtime/base/fd.h"
#include "tests/end_to_end/buggy_target.h"
#include "tests/end_to_end/runtime_under_test.h"

namespace inquest::tests {
namespace {

constexpr int kWatches = 50;
constexpr int kArtifactChunks = 24;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
// The daemon gives its calls 5 s; a little more for it to leave. Not a speed: a hang has no end.
constexpr int kEndMs = 30'000;
constexpr int kRounds = 2;

int Rounds() {
  const char* wanted = std::getenv("INQUEST_STOP_ROUNDS");
  return wanted == nullptr ? kRounds : std::atoi(wanted);
}

bool EndsInTime(pid_t pid) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid()) return true;
  pollfd watched{process.get(), POLLIN, 0};
  ::kill(pid, SIGTERM);
  return ::poll(&watched, 1, kEndMs) == 1;
}

// A client with everything open that can be.
class OpenCalls {
 public:
  explicit OpenCalls(const std::string& socket)
      : channel_(grpc::CreateCustomChannel("unix:" + socket, grpc::InsecureChannelCredentials(),
                                           Arguments())),
        investigations_(v1::InvestigationService::NewStub(channel_)),
        artifacts_(v1::ArtifactService::NewStub(channel_)) {}

  void Watch(const std::string& target) {
    v1::CreateInvestigationRequest create;
    create.mutable_target()->set_local_path(target);
    create.mutable_target()->set_test_command("/usr/bin/python3 -m unittest -q");
    v1::CreateInvestigationResponse created;
    grpc::ClientContext context;
    ASSERT_TRUE(investigations_->CreateInvestigation(&context, create, &created).ok());
    // Paused, so that no watch ends by itself.
    v1::PauseInvestigationRequest pause;
    pause.set_name(created.investigation().name());
    v1::PauseInvestigationResponse paused;
    grpc::ClientContext pausing;
    ASSERT_TRUE(investigations_->PauseInvestigation(&pausing, pause, &paused).ok());
    v1::WatchInvestigationRequest watch;
    watch.set_name(pause.name());
    for (int i = 0; i < kWatches; ++i) {
      watch_contexts_.push_back(std::make_unique<grpc::ClientContext>());
      watches_.push_back(investigations_->WatchInvestigation(watch_contexts_.back().get(), watch));
      v1::WatchInvestigationResponse snapshot;
      ASSERT_TRUE(watches_.back()->Read(&snapshot));
    }
  }
  // One read up to its first chunk, and an upload up to the middle.
  void Transfer() {
    grpc::ClientContext context;
    v1::WriteArtifactResponse whole;
    auto writer = artifacts_->WriteArtifact(&context, &whole);
    Send(*writer, kArtifactChunks);
    writer->WritesDone();
    ASSERT_TRUE(writer->Finish().ok());
    v1::ReadArtifactRequest read;
    read.set_digest(whole.artifact().digest());
    reader_ = artifacts_->ReadArtifact(&read_context_, read);
    v1::ReadArtifactResponse chunk;
    ASSERT_TRUE(reader_->Read(&chunk));
    upload_ = artifacts_->WriteArtifact(&upload_context_, &uploaded_);
    Send(*upload_, kArtifactChunks / 2);
  }
  // When the daemon is gone: every call ends, and says why.
  void ExpectEnds() {
    for (auto& watch : watches_) {
      v1::WatchInvestigationResponse message;
      while (watch->Read(&message)) {
      }
      EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
    }
    EXPECT_FALSE(upload_->Finish().ok());
    v1::ReadArtifactResponse chunk;
    while (reader_->Read(&chunk)) {
    }
    EXPECT_FALSE(reader_->Finish().ok());
  }

 private:
  static grpc::ChannelArguments Arguments() {
    grpc::ChannelArguments own;
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return own;
  }
  static void Send(grpc::ClientWriter<v1::WriteArtifactRequest>& writer, int chunks) {
    for (int i = 0; i < chunks; ++i) {
      v1::WriteArtifactRequest message;
      if (i == 0) message.mutable_header()->set_media_type("application/octet-stream");
      message.set_data(std::string(kChunkBytes, static_cast<char>('a' + i)));
      ASSERT_TRUE(writer.Write(message));
    }
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::InvestigationService::Stub> investigations_;
  std::unique_ptr<v1::ArtifactService::Stub> artifacts_;
  std::vector<std::unique_ptr<grpc::ClientContext>> watch_contexts_;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchInvestigationResponse>>> watches_;
  grpc::ClientContext read_context_;
  std::unique_ptr<grpc::ClientReader<v1::ReadArtifactResponse>> reader_;
  grpc::ClientContext upload_context_;
  v1::WriteArtifactResponse uploaded_;
  std::unique_ptr<grpc::ClientWriter<v1::WriteArtifactRequest>> upload_;
};

// INQUEST_STOP_ROUNDS: more of them.
TEST(Stopped, WithEverythingOpenItEndsAndSoDoesWhatWasOpen) {
  RuntimeUnderTest runtime;
  WriteBuggyTarget(runtime);
  for (int round = 0; round < Rounds(); ++round) {
    SCOPED_TRACE(round);
    const Finished listed = runtime.Inquest({"list"});
    ASSERT_EQ(listed.exit_code, 0) << listed.err;
    const pid_t daemon = runtime.DaemonPid();
    ASSERT_GT(daemon, 0);
    OpenCalls calls(runtime.socket());
    calls.Watch(runtime.target());
    calls.Transfer();
    if (HasFatalFailure()) return;

    ASSERT_TRUE(EndsInTime(daemon)) << "pid " << daemon;

    calls.ExpectEnds();
  }
}

}  // namespace
}  // namespace inquest::tests
