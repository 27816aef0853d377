// The ledger over the door: what a person adds is a hypothesis like any other, and what has fallen
// stays.
#include <gtest/gtest.h>

#include <string>

#include "tests/doors/durable_fixture.h"

namespace inquest::doors {
namespace {

v1::Predicate FailureRate(v1::ArmSelector arms, v1::Comparison comparison, double value) {
  v1::Predicate predicate;
  predicate.set_arms(arms);
  predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  predicate.set_comparison(comparison);
  predicate.set_value(value);
  return predicate;
}

class Ledger : public DurableDoors {
 protected:
  static v1::Hypothesis Claim(int line) {
    v1::Hypothesis claim;
    claim.set_mechanism("line " + std::to_string(line) + " computes a wrong value");
    claim.mutable_location()->set_path("a.py");
    claim.mutable_location()->set_first_line(line);
    claim.mutable_location()->set_last_line(line);
    claim.add_citations()->set_quote("seen in the log");
    *claim.mutable_prediction()->add_if_true() =
        FailureRate(v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST, 0);
    *claim.mutable_prediction()->add_if_false() =
        FailureRate(v1::ARM_SELECTOR_EVERY_INTERVENTION, v1::COMPARISON_AT_LEAST, 0.01);
    return claim;
  }
  grpc::Status Add(const std::string& name, const v1::Hypothesis& claim) {
    v1::SteerInvestigationRequest request;
    request.set_name(name);
    *request.mutable_hypothesis() = claim;
    return Steer(request);
  }
  grpc::Status Veto(const std::string& name, const std::string& id) {
    v1::SteerInvestigationRequest request;
    request.set_name(name);
    request.set_veto(id);
    return Steer(request);
  }
  grpc::Status List(const v1::ListHypothesesRequest& request,
                    v1::ListHypothesesResponse& response) {
    grpc::ClientContext context;
    return v1::HypothesisService::NewStub(channel_)->ListHypotheses(&context, request, &response);
  }
  v1::ListHypothesesResponse All(const std::string& name) {
    v1::ListHypothesesRequest request;
    request.set_parent(name);
    v1::ListHypothesesResponse response;
    const grpc::Status status = List(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
};

TEST_F(Ledger, WhatAPersonAddsIsKeptWithItsPredictionsAndEvidence) {
  const std::string name = Create().name();
  v1::Hypothesis claim = Claim(7);
  claim.set_id("h99");  // what the runtime gives is not the client's to say
  claim.set_status(v1::HYPOTHESIS_STATUS_SUPPORTED);
  claim.set_verdict_reason("trust me");
  claim.add_measurements()->set_runs(1000);
  claim.set_proposed_by("builtin");
  ASSERT_TRUE(Add(name, claim).ok());
  Restart();

  const auto all = All(name);

  ASSERT_EQ(all.hypotheses_size(), 1);
  v1::Hypothesis expected = Claim(7);
  expected.set_id("h1");
  expected.set_status(v1::HYPOTHESIS_STATUS_PROPOSED);
  expected.set_proposed_by("person:uid:" + std::to_string(::getuid()));
  expected.set_proposed_sequence(all.hypotheses(0).proposed_sequence());
  EXPECT_EQ(all.hypotheses(0).SerializeAsString(), expected.SerializeAsString());
  const auto events = Events(name);
  const auto proposed = static_cast<std::size_t>(expected.proposed_sequence());
  ASSERT_GE(events.size(), proposed);
  EXPECT_TRUE(events[proposed - 1].steered().has_hypothesis());
}

TEST_F(Ledger, AHypothesisNamesAPlaceEvidenceAndPredictions) {
  const std::string name = Create().name();
  v1::Hypothesis claim = Claim(7);
  claim.mutable_location()->set_last_line(6);
  EXPECT_EQ(Reason(Add(name, claim)), "LOCATION_MISSING");
  claim = Claim(7);
  claim.clear_citations();
  EXPECT_EQ(Reason(Add(name, claim)), "CITATION_MISSING");
  claim = Claim(7);
  claim.mutable_prediction()->clear_if_false();
  EXPECT_EQ(Reason(Add(name, claim)), "PREDICTION_MISSING");
  EXPECT_EQ(All(name).hypotheses_size(), 0);
}

TEST_F(Ledger, WhatWasStruckOutStaysAndIsNotTakenAgain) {
  const std::string name = Create().name();
  ASSERT_TRUE(Add(name, Claim(7)).ok());
  ASSERT_TRUE(Add(name, Claim(8)).ok());
  ASSERT_TRUE(Veto(name, "h1").ok());
  EXPECT_EQ(Reason(Add(name, Claim(7))), "REPEATS_REFUTED");
  Restart();

  const auto all = All(name);

  ASSERT_EQ(all.hypotheses_size(), 2);
  EXPECT_EQ(all.hypotheses(0).id(), "h1");
  EXPECT_EQ(all.hypotheses(0).status(), v1::HYPOTHESIS_STATUS_VETOED);
  EXPECT_EQ(all.hypotheses(0).verdict_reason(), "struck out by uid:" + std::to_string(::getuid()));
  EXPECT_EQ(all.hypotheses(0).location().first_line(), 7);
  EXPECT_EQ(all.hypotheses(1).status(), v1::HYPOTHESIS_STATUS_PROPOSED);
}

TEST_F(Ledger, ComesInPagesAndOfWhatIsNotThereNotAtAll) {
  const std::string name = Create().name();
  for (int line = 1; line <= 3; ++line) ASSERT_TRUE(Add(name, Claim(line)).ok());
  v1::ListHypothesesRequest request;
  request.set_parent(name);
  request.set_page_size(2);
  v1::ListHypothesesResponse first;
  ASSERT_TRUE(List(request, first).ok());
  ASSERT_EQ(first.hypotheses_size(), 2);
  request.set_page_token(first.next_page_token());
  v1::ListHypothesesResponse second;
  ASSERT_TRUE(List(request, second).ok());
  ASSERT_EQ(second.hypotheses_size(), 1);
  EXPECT_EQ(second.hypotheses(0).id(), "h3");
  EXPECT_EQ(second.next_page_token(), "");

  v1::ListHypothesesRequest unknown;
  unknown.set_parent("investigations/nobody");
  const grpc::Status status = List(unknown, second);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(status), "INVESTIGATION_NOT_FOUND");
}

}  // namespace
}  // namespace inquest::doors
