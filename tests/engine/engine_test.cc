// The engine with its thread: what requests mean across a restart.
#include "runtime/engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "tests/fakes/simulated_world.h"

namespace inquest::engine {
namespace {

// Takes orders, never does them.
class Collects final : public EffectRunner {
 public:
  void Start(StartOrder order, Done) override {
    std::lock_guard lock(mutex_);
    orders_.push_back(order.investigation + "." + std::to_string(order.effect.id()) + "." +
                      std::to_string(order.attempt));
  }
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
  std::vector<std::string> orders() {
    std::lock_guard lock(mutex_);
    return orders_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> orders_;
};

class EngineTest : public testing::Test {
 protected:
  EngineTest() { Restart(); }

  void Restart() {
    engine_.reset();
    runner_ = std::make_unique<Collects>();
    EngineOptions options;
    options.policies = {fakes::SimulatedWorld::Policy()};
    options.investigators = {"builtin", "other"};
    engine_ = std::make_unique<Engine>(store_, *runner_, clock_, options);
    CHECK(engine_->Start().ok());
  }

  // Calls a method of the engine and waits for its answer.
  template <typename Call>
  Result<v1::Investigation> Await(Call call) {
    std::promise<Result<v1::Investigation>> answer;
    call([&](Result<v1::Investigation> result) { answer.set_value(std::move(result)); });
    return answer.get_future().get();
  }

  Result<v1::Investigation> Create(const std::string& request_id, const std::string& body = "b") {
    CreateRequest request;
    request.target.set_local_path("/target");
    request.target.set_test_command("test");
    request.request_id = request_id;
    request.body = Sha256(body);
    return Await([&](auto done) { engine_->Create(request, {"uid:1"}, done); });
  }
  Result<v1::Investigation> Fork(const std::string& id, std::int64_t from,
                                 const std::string& request_id) {
    ForkRequest request{id, from, "", request_id, Sha256("f")};
    return Await([&](auto done) { engine_->Fork(request, {"uid:1"}, done); });
  }
  Result<v1::Investigation> Note(const std::string& id, const std::string& request_id,
                                 std::int64_t expected = 0) {
    SteerRequest request;
    request.id = id;
    request.expected_sequence = expected;
    request.what.set_note("note");
    request.request_id = request_id;
    request.body = Sha256("n");
    return Await([&](auto done) { engine_->Steer(request, {"uid:1"}, done); });
  }
  static std::string IdOf(const v1::Investigation& investigation) {
    return investigation.name().substr(investigation.name().find('/') + 1);
  }

  store::MemoryStore store_;
  fakes::FakeClock clock_;
  std::unique_ptr<Collects> runner_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, ARepeatedCreateIsTheSameInvestigationAlsoAfterARestart) {
  const auto first = Create("r1");
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  const auto again = Create("r1");
  Restart();
  const auto later = Create("r1");

  ASSERT_TRUE(again.ok() && later.ok());
  EXPECT_EQ(again->name(), first->name());
  EXPECT_EQ(later->name(), first->name());
  EXPECT_EQ(Create("r1", "another body").status().reason(), "REQUEST_ID_REUSED");
  EXPECT_NE(Create("r2")->name(), first->name());
  EXPECT_NE(Create("")->name(), Create("")->name());
  EXPECT_EQ(store_.List({})->size(), 4U);
}

// While the engine is in the middle of an append, further requests come in.
class DuringAnAppend : public EngineTest {
 protected:
  using Answer = std::future<Result<v1::Investigation>>;

  // Holds the next append until Release, which lets it end with `fault_`.
  void Hold() {
    store_.SetAppendFault([this](const store::AppendRequest&) {
      if (std::exchange(held_, true)) return Status::Ok();
      begun_.set_value();
      released_.get_future().wait();
      return fault_;
    });
  }
  template <typename Call>
  Answer Begin(Call call) {
    auto answer = std::make_shared<std::promise<Result<v1::Investigation>>>();
    call([answer](Result<v1::Investigation> result) { answer->set_value(std::move(result)); });
    return answer->get_future();
  }
  // One call, four more like it and one with another body while its append is under way; their
  // answers in this order.
  template <typename Call>
  std::vector<Result<v1::Investigation>> Together(Call call) {
    Hold();
    std::vector<Answer> answers;
    answers.push_back(Begin([&](auto done) { call("body", done); }));
    begun_.get_future().wait();
    for (int i = 0; i < 4; ++i) {
      answers.push_back(Begin([&](auto done) { call("body", done); }));
    }
    answers.push_back(Begin([&](auto done) { call("another body", done); }));
    released_.set_value();
    std::vector<Result<v1::Investigation>> results;
    for (Answer& answer : answers) results.push_back(answer.get());
    return results;
  }
  void ExpectOneAnswer(const std::vector<Result<v1::Investigation>>& results) {
    ASSERT_EQ(results.size(), 6U);
    ASSERT_TRUE(results[0].ok()) << results[0].status().ToString();
    for (std::size_t i = 1; i < 5; ++i) {
      ASSERT_TRUE(results[i].ok()) << results[i].status().ToString();
      EXPECT_EQ(results[i]->SerializeAsString(), results[0]->SerializeAsString());
    }
    EXPECT_EQ(results[5].status().reason(), "REQUEST_ID_REUSED");
  }
  auto CreateCall() {
    return [this](const std::string& body, const Engine::Done<v1::Investigation>& done) {
      CreateRequest request;
      request.target.set_local_path("/target");
      request.target.set_test_command("test");
      request.request_id = "same";
      request.body = Sha256(body);
      engine_->Create(request, {"uid:1"}, done);
    };
  }

  Status fault_ = Status::Ok();

 private:
  bool held_ = false;
  std::promise<void> begun_;
  std::promise<void> released_;
};

TEST_F(DuringAnAppend, TheSameCreateGetsTheSameAnswer) {
  ExpectOneAnswer(Together(CreateCall()));
  EXPECT_EQ(store_.List({})->size(), 1U);
}

TEST_F(DuringAnAppend, TheSameSteerGetsTheSameAnswer) {
  const std::string id = IdOf(*Create(""));
  ExpectOneAnswer(Together([&](const std::string& body, const auto& done) {
    SteerRequest request;
    request.id = id;
    request.what.set_note(body);
    request.request_id = "same";
    request.body = Sha256(body);
    engine_->Steer(request, {"uid:1"}, done);
  }));
  const auto journal = store_.ReadEvents(id, 0, 1000);
  ASSERT_TRUE(journal.ok());
  EXPECT_EQ(std::count_if(journal->begin(), journal->end(),
                          [](const store::JournalEvent& stored) {
                            v1::Event event;
                            return event.ParseFromString(stored.payload) && event.has_steered();
                          }),
            1);
}

TEST_F(DuringAnAppend, TheSameForkGetsTheSameAnswer) {
  const std::string id = IdOf(*Create(""));
  ExpectOneAnswer(Together([&](const std::string& body, const auto& done) {
    engine_->Fork(ForkRequest{id, 1, "", "same", Sha256(body)}, {"uid:1"}, done);
  }));
  EXPECT_EQ(store_.List({})->size(), 2U);
}

TEST_F(DuringAnAppend, TheSameRequestsFailTogetherAndTheNextBeginsAnew) {
  fault_ = Status(Code::kResourceExhausted, "DISK_FULL", "no space left");
  const auto results = Together(CreateCall());
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(results[i].status().reason(), "DISK_FULL");
  EXPECT_EQ(results[5].status().reason(), "REQUEST_ID_REUSED");

  const auto again = Await([&](auto done) { CreateCall()("another body", done); });

  EXPECT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_EQ(store_.List({})->size(), 1U);
}

TEST_F(EngineTest, AForkFromFarOnCopiesAllThatWas) {
  const std::string id = IdOf(*Create("r1"));
  Result<v1::Investigation> last = Note(id, "");
  for (int i = 0; i < 1500; ++i) last = Note(id, "");
  ASSERT_TRUE(last.ok()) << last.status().ToString();
  ASSERT_GT(last->last_sequence(), 1500);

  const auto forked = Fork(id, last->last_sequence(), "");

  ASSERT_TRUE(forked.ok()) << forked.status().ToString();
  EXPECT_GT(forked->last_sequence(), last->last_sequence());
}

TEST_F(EngineTest, ARepeatedSteerAndForkHappenOnceAlsoAfterARestart) {
  const std::string id = IdOf(*Create("r1"));
  const auto noted = Note(id, "n1");
  const auto forked = Fork(id, noted->last_sequence(), "f1");
  ASSERT_TRUE(noted.ok() && forked.ok());
  Restart();

  const auto noted_again = Note(id, "n1");
  const auto forked_again = Fork(id, noted->last_sequence(), "f1");

  ASSERT_TRUE(noted_again.ok() && forked_again.ok());
  EXPECT_EQ(forked_again->name(), forked->name());
  int notes = 0;
  const auto journal = store_.ReadEvents(id, 0, 1000);
  ASSERT_TRUE(journal.ok());
  for (const store::JournalEvent& stored : *journal) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(stored.payload));
    if (event.has_steered()) ++notes;
  }
  EXPECT_EQ(notes, 1);
}

TEST_F(EngineTest, ARestartAsksForWhatWasInFlightUnderItsOldKey) {
  const std::string id = IdOf(*Create("r1"));
  // An answer comes after all that was asked before it has begun.
  ASSERT_TRUE(Note(id, "n1").ok());
  const auto before = runner_->orders();
  ASSERT_EQ(before.size(), 1U);

  Restart();
  while (runner_->orders().empty()) ASSERT_TRUE(Note(id, "").ok());

  EXPECT_EQ(runner_->orders(), before);
}

TEST_F(EngineTest, AStaleSequenceIsRefusedAndWritesNothing) {
  const auto created = Create("r1");
  ASSERT_TRUE(created.ok());
  const std::string id = IdOf(*created);

  const auto stale = Note(id, "n1", created->last_sequence() + 1);
  const auto right = Note(id, "n2", created->last_sequence());

  EXPECT_EQ(stale.status().reason(), "SEQUENCE_MISMATCH");
  ASSERT_TRUE(right.ok()) << right.status().ToString();
  EXPECT_EQ(right->last_sequence(), created->last_sequence() + 1);
  EXPECT_FALSE(store_.FindRequest("n1")->has_value());
}

TEST_F(EngineTest, WhatIsNotThereIsNamed) {
  EXPECT_EQ(Note("nobody", "").status().reason(), "INVESTIGATION_NOT_FOUND");
  EXPECT_EQ(Await([&](auto done) { engine_->Get("nobody", done); }).status().reason(),
            "INVESTIGATION_NOT_FOUND");
  const std::string id = IdOf(*Create("r1"));
  EXPECT_EQ(Fork(id, 999, "").status().reason(), "NO_SUCH_EVENT");
  EXPECT_EQ(Fork(id, 0, "").status().reason(), "NO_SUCH_EVENT");
  CreateRequest request;
  request.policy = "none";
  EXPECT_EQ(Await([&](auto done) { engine_->Create(request, {"uid:1"}, done); }).status().reason(),
            "POLICY_UNKNOWN");
  request.policy = "";
  request.investigator = "none";
  EXPECT_EQ(Await([&](auto done) { engine_->Create(request, {"uid:1"}, done); }).status().reason(),
            "INVESTIGATOR_UNKNOWN");
}

TEST_F(EngineTest, AfterStopEveryCallIsAnswered) {
  const std::string id = IdOf(*Create("r1"));
  engine_->Stop();

  EXPECT_EQ(Note(id, "").status().reason(), "SHUTTING_DOWN");
  EXPECT_TRUE(engine_->feed().closed());
}

}  // namespace
}  // namespace inquest::engine
