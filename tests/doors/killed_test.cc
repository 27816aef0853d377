// The real daemon, killed: what a request_id promises holds across it.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <future>
#include <memory>
#include <set>
#include <string>

#include "inquest/v1/investigation_service.grpc.pb.h"
#include "tests/end_to_end/buggy_target.h"
#include "tests/end_to_end/runtime_under_test.h"

namespace inquest::tests {
namespace {

using Stub = v1::InvestigationService::Stub;

constexpr int kRounds = 6;
constexpr std::chrono::seconds kPatience{60};

class Killed : public testing::Test {
 protected:
  Killed() { WriteBuggyTarget(runtime_); }

  // The daemon is there (again), and so is a client that knows nothing of the one before.
  void Connect() {
    const Finished listed = runtime_.Inquest({"list"});
    ASSERT_EQ(listed.exit_code, 0) << listed.err;
    grpc::ChannelArguments own;
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = v1::InvestigationService::NewStub(grpc::CreateCustomChannel(
        "unix:" + runtime_.socket(), grpc::InsecureChannelCredentials(), own));
  }
  template <typename Method, typename Request, typename Response>
  grpc::Status Call(Method method, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    return (stub_.get()->*method)(&context, request, &response);
  }
  // The answer's name; "" when there was none.
  std::string Create(const std::string& request_id) {
    v1::CreateInvestigationRequest request;
    request.mutable_target()->set_local_path(runtime_.target());
    request.mutable_target()->set_test_command("/usr/bin/python3 -m unittest -q");
    request.set_request_id(request_id);
    v1::CreateInvestigationResponse response;
    const grpc::Status status = Call(&Stub::CreateInvestigation, request, response);
    return status.ok() ? response.investigation().name() : "";
  }
  void KillAndConnect() {
    ASSERT_TRUE(runtime_.KillDaemon());
    Connect();
  }

  RuntimeUnderTest runtime_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(Killed, AfterItsAnswerTheSameCreateIsTheSameInvestigation) {
  Connect();
  const std::string name = Create("create-1");
  ASSERT_NE(name, "");
  KillAndConnect();
  EXPECT_EQ(Create("create-1"), name);
  ASSERT_TRUE(runtime_.KillDaemon());
  EXPECT_EQ(runtime_.FoldAll().size(), 1U);
}

TEST_F(Killed, InTheMiddleOfACallTheSameCreateMakesOneInvestigation) {
  Connect();
  std::set<std::string> names;
  for (int round = 0; round < kRounds; ++round) {
    const std::string id = "create-" + std::to_string(round);
    const pid_t daemon = runtime_.DaemonPid();
    auto first = std::async(std::launch::async, [&] { return Create(id); });
    // At any moment between before its arrival and after its answer.
    first.wait_for(std::chrono::microseconds(400 * round));
    ::kill(daemon, SIGKILL);
    const std::string answered = first.get();
    runtime_.KillDaemon();
    Connect();

    const std::string again = Create(id);
    ASSERT_NE(again, "");
    if (!answered.empty()) {
      EXPECT_EQ(again, answered);
    }
    EXPECT_EQ(Create(id), again);
    EXPECT_TRUE(names.insert(again).second);
  }
  ASSERT_TRUE(runtime_.KillDaemon());
  EXPECT_EQ(runtime_.FoldAll().size(), static_cast<std::size_t>(kRounds));
}

TEST_F(Killed, AfterTheirAnswersTheSameSteerAndForkHappenOnce) {
  Connect();
  const std::string name = Create("create-1");
  ASSERT_NE(name, "");
  // Paused, so that it does not end by itself.
  v1::PauseInvestigationRequest pause;
  pause.set_name(name);
  v1::PauseInvestigationResponse paused;
  ASSERT_TRUE(Call(&Stub::PauseInvestigation, pause, paused).ok());
  v1::SteerInvestigationRequest steer;
  steer.set_name(name);
  steer.set_request_id("steer-1");
  steer.set_note("look at the cache");
  v1::SteerInvestigationResponse steered;
  ASSERT_TRUE(Call(&Stub::SteerInvestigation, steer, steered).ok());
  v1::ForkInvestigationRequest fork;
  fork.set_name(name);
  fork.set_from_sequence(1);
  fork.set_request_id("fork-1");
  v1::ForkInvestigationResponse forked;
  ASSERT_TRUE(Call(&Stub::ForkInvestigation, fork, forked).ok());
  KillAndConnect();

  v1::ForkInvestigationResponse forked_again;
  ASSERT_TRUE(Call(&Stub::ForkInvestigation, fork, forked_again).ok());
  EXPECT_EQ(forked_again.investigation().name(), forked.investigation().name());
  ASSERT_TRUE(Call(&Stub::SteerInvestigation, steer, steered).ok());

  ASSERT_TRUE(runtime_.KillDaemon());
  const auto states = runtime_.FoldAll();
  EXPECT_EQ(states.size(), 2U);
  EXPECT_EQ(states.at(name.substr(name.find('/') + 1)).brief.notes.size(), 1U);
}

}  // namespace
}  // namespace inquest::tests
