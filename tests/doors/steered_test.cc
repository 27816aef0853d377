// The real daemon reads the evidence of what a person adds.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inquest/v1/investigation_service.grpc.pb.h"
#include "runtime/base/digest.h"
#include "tests/end_to_end/buggy_target.h"
#include "tests/end_to_end/runtime_under_test.h"

namespace inquest::tests {
namespace {

v1::Predicate AnyIntervention(v1::Comparison comparison) {
  v1::Predicate predicate;
  predicate.set_arms(v1::ARM_SELECTOR_ANY_INTERVENTION);
  predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  predicate.set_comparison(comparison);
  predicate.set_value(0.5);
  return predicate;
}

// Begins an investigation, and pauses it when its tree has been taken.
std::string Begin(v1::InvestigationService::Stub& stub, const std::string& target) {
  v1::CreateInvestigationRequest create;
  create.mutable_target()->set_local_path(target);
  create.mutable_target()->set_test_command("/usr/bin/python3 -m unittest -q");
  v1::CreateInvestigationResponse created;
  grpc::ClientContext creating;
  EXPECT_TRUE(stub.CreateInvestigation(&creating, create, &created).ok());

  v1::WatchInvestigationRequest watch;
  watch.set_name(created.investigation().name());
  grpc::ClientContext watching;
  auto events = stub.WatchInvestigation(&watching, watch);
  v1::WatchInvestigationResponse message;
  bool taken = false;
  while (!taken && events->Read(&message)) {
    for (const v1::Event& event : message.events()) taken = taken || event.has_effect_completed();
  }
  EXPECT_TRUE(taken);
  v1::PauseInvestigationRequest pause;
  pause.set_name(watch.name());
  v1::PauseInvestigationResponse paused;
  grpc::ClientContext pausing;
  EXPECT_TRUE(stub.PauseInvestigation(&pausing, pause, &paused).ok());
  return watch.name();
}

TEST(Steered, AHypothesisOfAPersonIsCheckedAgainstTheTreeAndTheEvidence) {
  RuntimeUnderTest runtime;
  WriteBuggyTarget(runtime);
  ASSERT_EQ(runtime.Inquest({"list"}).exit_code, 0);
  const auto stub = v1::InvestigationService::NewStub(
      grpc::CreateChannel("unix:" + runtime.socket(), grpc::InsecureChannelCredentials()));
  v1::SteerInvestigationRequest steer;
  steer.set_name(Begin(*stub, runtime.target()));
  v1::Hypothesis& claim = *steer.mutable_hypothesis();
  claim.set_mechanism("adds one too much");
  claim.mutable_location()->set_path("no/such/file.py");
  claim.mutable_location()->set_first_line(1);
  claim.mutable_location()->set_last_line(1);
  v1::Citation& citation = *claim.add_citations();
  citation.set_digest(Sha256("nobody printed this").ToHex());
  citation.set_end_byte(4);
  citation.set_quote("seen");
  *claim.mutable_prediction()->add_if_true() = AnyIntervention(v1::COMPARISON_AT_MOST);
  *claim.mutable_prediction()->add_if_false() = AnyIntervention(v1::COMPARISON_AT_LEAST);

  const auto reason = [&] {
    v1::SteerInvestigationResponse steered;
    grpc::ClientContext context;
    const grpc::Status status = stub->SteerInvestigation(&context, steer, &steered);
    google::rpc::Status details;
    google::rpc::ErrorInfo info;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_TRUE(details.ParseFromString(status.error_details()) && details.details_size() > 0 &&
                details.details(0).UnpackTo(&info));
    return info.reason();
  };

  EXPECT_EQ(reason(), "CITATION_DOES_NOT_RESOLVE");
  claim.clear_citations();
  EXPECT_EQ(reason(), "CITATION_MISSING");
}

}  // namespace
}  // namespace inquest::tests
