// What changes an investigation, over the door: once a request_id, also across a restart; only at
// the sequence that the client saw; every kind of steering; forks.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/doors/durable_fixture.h"

namespace inquest::doors {
namespace {

using Stub = v1::InvestigationService::Stub;

v1::SteerInvestigationRequest NoteFor(const std::string& name, const std::string& text) {
  v1::SteerInvestigationRequest request;
  request.set_name(name);
  request.set_note(text);
  return request;
}

class Mutations : public DurableDoors {
 protected:
  std::size_t CountArtifactFiles() const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + "/data")) {
      files += entry.is_regular_file() ? 1U : 0U;
    }
    return files;
  }
};

TEST_F(Mutations, ARepeatedCreateIsOneInvestigationAlsoAfterARestart) {
  const std::string name = Create("create-1").name();
  EXPECT_EQ(Create("create-1").name(), name);
  Restart();
  EXPECT_EQ(Create("create-1").name(), name);
  EXPECT_NE(Create("create-2").name(), name);

  v1::CreateInvestigationRequest other;
  other.mutable_target()->set_local_path("/");
  other.mutable_target()->set_test_command("another command");
  other.set_request_id("create-1");
  v1::CreateInvestigationResponse response;
  const grpc::Status status = Call(&Stub::CreateInvestigation, other, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(Reason(status), "REQUEST_ID_REUSED");
}

TEST_F(Mutations, ARepeatedSteerIsOneEventAlsoAfterARestart) {
  const std::string name = Create().name();
  v1::SteerInvestigationRequest request = NoteFor(name, "look at the cache");
  request.set_request_id("steer-1");
  ASSERT_TRUE(Steer(request).ok());
  const std::size_t events = Events(name).size();
  ASSERT_TRUE(Steer(request).ok());
  Restart();
  ASSERT_TRUE(Steer(request).ok());

  std::size_t notes = 0;
  for (const v1::Event& event : Events(name)) notes += event.steered().has_note() ? 1U : 0U;
  EXPECT_EQ(notes, 1U);
  EXPECT_GE(Events(name).size(), events);
  request.set_note("something else");
  EXPECT_EQ(Reason(Steer(request)), "REQUEST_ID_REUSED");
}

TEST_F(Mutations, ARepeatedForkIsOneForkAlsoAfterARestart) {
  v1::ForkInvestigationRequest request;
  request.set_name(Create().name());
  request.set_from_sequence(1);
  request.set_request_id("fork-1");
  v1::ForkInvestigationResponse first;
  ASSERT_TRUE(Call(&Stub::ForkInvestigation, request, first).ok());
  v1::ForkInvestigationResponse again;
  ASSERT_TRUE(Call(&Stub::ForkInvestigation, request, again).ok());
  EXPECT_EQ(again.investigation().name(), first.investigation().name());
  Restart();
  ASSERT_TRUE(Call(&Stub::ForkInvestigation, request, again).ok());
  EXPECT_EQ(again.investigation().name(), first.investigation().name());
  request.set_from_sequence(2);
  EXPECT_EQ(Reason(Call(&Stub::ForkInvestigation, request, again)), "REQUEST_ID_REUSED");
}

TEST_F(Mutations, ARequestIdThatIsNoneIsRefused) {
  v1::SteerInvestigationRequest request = NoteFor(Create().name(), "x");
  request.set_request_id(std::string(65, 'a'));
  EXPECT_EQ(Reason(Steer(request)), "INVALID_FIELD");
  request.set_request_id("a b");
  EXPECT_EQ(Reason(Steer(request)), "INVALID_FIELD");
}

TEST_F(Mutations, EveryMethodChecksTheSequenceThatTheClientSaw) {
  const v1::Investigation made = Create();
  ASSERT_TRUE(Steer(NoteFor(made.name(), "moves the sequence on")).ok());
  const std::int64_t now = Get(made.name()).last_sequence();
  const std::int64_t stale = now - 1;

  const auto aborted = [](const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::ABORTED &&
           Reason(status) == "SEQUENCE_MISMATCH";
  };
  v1::SteerInvestigationRequest steer = NoteFor(made.name(), "late");
  steer.set_expected_sequence(stale);
  EXPECT_TRUE(aborted(Steer(steer)));
  v1::PauseInvestigationRequest pause;
  pause.set_name(made.name());
  pause.set_expected_sequence(stale);
  v1::PauseInvestigationResponse paused;
  EXPECT_TRUE(aborted(Call(&Stub::PauseInvestigation, pause, paused)));
  v1::ResumeInvestigationRequest resume;
  resume.set_name(made.name());
  resume.set_expected_sequence(stale);
  v1::ResumeInvestigationResponse resumed;
  EXPECT_TRUE(aborted(Call(&Stub::ResumeInvestigation, resume, resumed)));
  v1::CancelInvestigationRequest cancel;
  cancel.set_name(made.name());
  cancel.set_expected_sequence(stale);
  v1::CancelInvestigationResponse cancelled;
  EXPECT_TRUE(aborted(Call(&Stub::CancelInvestigation, cancel, cancelled)));
  EXPECT_EQ(Get(made.name()).last_sequence(), now) << "a refused request left a trace";

  steer.set_expected_sequence(now);
  EXPECT_TRUE(Steer(steer).ok());
}

TEST_F(Mutations, PauseResumeAndCancelDoWhatTheySayAndCancelTwiceIsTheSame) {
  const std::string name = Create().name();
  v1::PauseInvestigationRequest pause;
  pause.set_name(name);
  v1::PauseInvestigationResponse paused;
  ASSERT_TRUE(Call(&Stub::PauseInvestigation, pause, paused).ok());
  EXPECT_EQ(paused.investigation().state(), v1::STATE_PAUSED);
  v1::ResumeInvestigationRequest resume;
  resume.set_name(name);
  v1::ResumeInvestigationResponse resumed;
  ASSERT_TRUE(Call(&Stub::ResumeInvestigation, resume, resumed).ok());
  EXPECT_EQ(resumed.investigation().state(), v1::STATE_RUNNING);
  v1::CancelInvestigationRequest cancel;
  cancel.set_name(name);
  v1::CancelInvestigationResponse cancelled;
  ASSERT_TRUE(Call(&Stub::CancelInvestigation, cancel, cancelled).ok());
  EXPECT_EQ(cancelled.investigation().ended_by(), v1::ENDED_BY_CANCELLED);
  const std::int64_t last = cancelled.investigation().last_sequence();
  ASSERT_TRUE(Call(&Stub::CancelInvestigation, cancel, cancelled).ok());
  EXPECT_EQ(cancelled.investigation().last_sequence(), last);
  const grpc::Status late = Call(&Stub::PauseInvestigation, pause, paused);
  EXPECT_EQ(late.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_NE(Reason(late), "");
}

TEST_F(Mutations, EvidenceIsWhatTheStoreKnowsOfIt) {
  const std::string name = Create().name();
  v1::SteerInvestigationRequest request;
  request.set_name(name);
  request.mutable_evidence()->set_digest(Sha256("not there").ToHex());
  EXPECT_EQ(Reason(Steer(request)), "ARTIFACT_NOT_FOUND");

  const v1::Artifact artifact = Upload("a core dump");
  request.mutable_evidence()->set_digest(artifact.digest());
  request.mutable_evidence()->set_size_bytes(1'000'000);  // a lie
  ASSERT_TRUE(Steer(request).ok());
  EXPECT_EQ(Events(name).back().steered().evidence().size_bytes(), 11);
  EXPECT_EQ(Events(name).back().steered().principal(), "uid:" + std::to_string(::getuid()));
}

TEST_F(Mutations, AHypothesisWithoutWhatTheGateAsksIsRefusedByName) {
  v1::SteerInvestigationRequest request;
  request.set_name(Create().name());
  request.mutable_hypothesis();
  EXPECT_EQ(Reason(Steer(request)), "INVALID_FIELD");
  request.mutable_hypothesis()->set_mechanism("the cache is shared");
  const grpc::Status status = Steer(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_NE(Reason(status), "");
  request.mutable_hypothesis()->set_mechanism(std::string(300'000, 'x'));
  EXPECT_EQ(Reason(Steer(request)), "INVALID_FIELD");
}

TEST_F(Mutations, AVetoNamesAHypothesisThatIsThere) {
  v1::SteerInvestigationRequest request;
  request.set_name(Create().name());
  request.set_veto("no-such");
  const grpc::Status status = Steer(request);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(Reason(status), "");
}

TEST_F(Mutations, ABudgetChangesOnlyWhatItNames) {
  const v1::Investigation made = Create();
  v1::SteerInvestigationRequest request;
  request.set_name(made.name());
  request.mutable_budget()->set_runs(made.budget().runs() - 1);
  v1::Investigation now;
  ASSERT_TRUE(Steer(request, &now).ok());
  EXPECT_EQ(now.budget().runs(), made.budget().runs() - 1);
  EXPECT_EQ(now.budget().iterations(), made.budget().iterations());
  request.mutable_budget()->set_runs(-1);
  EXPECT_EQ(Reason(Steer(request)), "INVALID_FIELD");
}

TEST_F(Mutations, NotesAreBoundedAndSteeringNeedsAKind) {
  const std::string name = Create().name();
  EXPECT_TRUE(Steer(NoteFor(name, std::string(16'384, 'x'))).ok());
  EXPECT_EQ(Reason(Steer(NoteFor(name, std::string(16'385, 'x')))), "INVALID_FIELD");
  v1::SteerInvestigationRequest nothing;
  nothing.set_name(name);
  EXPECT_EQ(Reason(Steer(nothing)), "INVALID_FIELD");
}

TEST_F(Mutations, AForkFromAnyEventSharesThePastAndCopiesNoArtifact) {
  const std::string parent = Create().name();
  v1::SteerInvestigationRequest evidence;
  evidence.set_name(parent);
  evidence.mutable_evidence()->set_digest(Upload(std::string(300'000, 'e')).digest());
  ASSERT_TRUE(Steer(evidence).ok());
  ASSERT_TRUE(Steer(NoteFor(parent, "after the evidence")).ok());
  const std::vector<v1::Event> past = Events(parent);
  const std::size_t files = CountArtifactFiles();

  for (std::int64_t from = 1; from <= static_cast<std::int64_t>(past.size()); ++from) {
    v1::ForkInvestigationRequest request;
    request.set_name(parent);
    request.set_from_sequence(from);
    v1::ForkInvestigationResponse response;
    const grpc::Status status = Call(&Stub::ForkInvestigation, request, response);
    ASSERT_TRUE(status.ok()) << from << ": " << status.error_message();
    EXPECT_EQ(response.investigation().forked_at_sequence(), from);
    const std::vector<v1::Event> forked = Events(response.investigation().name());
    ASSERT_GT(forked.size(), static_cast<std::size_t>(from));
    for (std::size_t i = 0; i < static_cast<std::size_t>(from); ++i) {
      EXPECT_EQ(forked[i].SerializeAsString(), past[i].SerializeAsString());
    }
    EXPECT_TRUE(forked[static_cast<std::size_t>(from)].has_forked());
  }
  EXPECT_EQ(CountArtifactFiles(), files);
  EXPECT_EQ(Events(parent).size(), past.size()) << "the parent knows nothing of it";

  v1::ForkInvestigationRequest request;
  request.set_name(parent);
  for (const std::int64_t none : {std::int64_t{0}, static_cast<std::int64_t>(past.size()) + 1}) {
    request.set_from_sequence(none);
    v1::ForkInvestigationResponse response;
    const grpc::Status status = Call(&Stub::ForkInvestigation, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE) << none;
    EXPECT_NE(Reason(status), "") << none;
  }
}

TEST_F(Mutations, WhatIsNotInTheContractDoesNotReachTheJournal) {
  v1::CreateInvestigationRequest request;
  request.mutable_target()->set_local_path("/");
  request.mutable_target()->set_test_command("false");
  request.mutable_problem()
      ->GetReflection()
      ->MutableUnknownFields(request.mutable_problem())
      ->AddLengthDelimited(999, "smuggled");
  v1::CreateInvestigationResponse response;
  ASSERT_TRUE(Call(&Stub::CreateInvestigation, request, response).ok());
  for (const v1::Event& event : Events(response.investigation().name())) {
    EXPECT_EQ(event.SerializeAsString().find("smuggled"), std::string::npos);
  }
}

}  // namespace
}  // namespace inquest::doors
