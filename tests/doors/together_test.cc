// The same request from many threads at once, as of a client that lost patience: it happens once,
// and all get one answer.
#include <gtest/gtest.h>

#include <barrier>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/doors/durable_fixture.h"

namespace inquest::doors {
namespace {

using Stub = v1::InvestigationService::Stub;

constexpr int kThreads = 24;  // fewer than one user may have calls in flight
constexpr int kRounds = 20;

class Together : public DurableDoors {
 protected:
  // What the call returned to each thread: the reason of a refusal, or what it made of `answer`.
  template <typename Ask>
  static std::vector<std::string> AllAtOnce(Ask ask) {
    std::vector<std::string> answers(kThreads);
    std::barrier start(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        answers[static_cast<std::size_t>(i)] = ask(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }
  static std::string NameOr(const grpc::Status& status, const v1::Investigation& investigation) {
    return status.ok() ? investigation.name() : Reason(status);
  }
  static std::set<std::string> Distinct(const std::vector<std::string>& all) {
    return {all.begin(), all.end()};
  }
  std::size_t Count() { return store_->List({})->size(); }

  template <typename Request, typename Response>
  std::string Ask(Method<Request, Response> method, const Request& request) {
    Response response;
    const grpc::Status status = Call(method, request, response);
    return NameOr(status, response.investigation());
  }
  static v1::CreateInvestigationRequest CreateRequest(const std::string& request_id) {
    v1::CreateInvestigationRequest request;
    request.mutable_target()->set_local_path("/");
    request.mutable_target()->set_test_command("false");
    request.set_request_id(request_id);
    return request;
  }
};

TEST_F(Together, TheSameCreateIsOneInvestigation) {
  for (int round = 0; round < kRounds; ++round) {
    const auto request = CreateRequest("create-" + std::to_string(round));
    const auto names =
        Distinct(AllAtOnce([&](int) { return Ask(&Stub::CreateInvestigation, request); }));
    ASSERT_EQ(names.size(), 1U) << *names.begin() << " and " << *names.rbegin();
    ASSERT_TRUE(names.begin()->starts_with("investigations/")) << *names.begin();
  }
  EXPECT_EQ(Count(), static_cast<std::size_t>(kRounds));
}

TEST_F(Together, OfTwoBodiesOneIsRefused) {
  for (int round = 0; round < kRounds; ++round) {
    const auto answers = AllAtOnce([&](int i) {
      auto request = CreateRequest("create-" + std::to_string(round));
      if (i % 2 == 1) request.mutable_target()->set_test_command("another command");
      return Ask(&Stub::CreateInvestigation, request);
    });
    std::set<std::string> even;
    std::set<std::string> odd;
    for (std::size_t i = 0; i < answers.size(); ++i) (i % 2 == 0 ? even : odd).insert(answers[i]);
    ASSERT_EQ(even.size(), 1U);
    ASSERT_EQ(odd.size(), 1U);
    EXPECT_EQ((*even.begin() == "REQUEST_ID_REUSED") + (*odd.begin() == "REQUEST_ID_REUSED"), 1)
        << *even.begin() << " and " << *odd.begin();
  }
  EXPECT_EQ(Count(), static_cast<std::size_t>(kRounds));
}

TEST_F(Together, TheSameSteerIsOneEvent) {
  v1::SteerInvestigationRequest request;
  request.set_name(Create().name());
  for (int round = 0; round < kRounds; ++round) {
    request.set_note("note " + std::to_string(round));
    request.set_request_id("steer-" + std::to_string(round));
    const auto names =
        Distinct(AllAtOnce([&](int) { return Ask(&Stub::SteerInvestigation, request); }));
    ASSERT_EQ(names, std::set<std::string>{request.name()});
  }
  std::size_t notes = 0;
  for (const v1::Event& event : Events(request.name())) {
    notes += event.steered().has_note() ? 1U : 0U;
  }
  EXPECT_EQ(notes, static_cast<std::size_t>(kRounds));
}

TEST_F(Together, TheSameForkIsOneFork) {
  v1::ForkInvestigationRequest request;
  request.set_name(Create().name());
  request.set_from_sequence(1);
  for (int round = 0; round < kRounds; ++round) {
    request.set_request_id("fork-" + std::to_string(round));
    const auto names =
        Distinct(AllAtOnce([&](int) { return Ask(&Stub::ForkInvestigation, request); }));
    ASSERT_EQ(names.size(), 1U) << *names.begin() << " and " << *names.rbegin();
    ASSERT_TRUE(names.begin()->starts_with("investigations/")) << *names.begin();
  }
  EXPECT_EQ(Count(), 1U + static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace inquest::doors
