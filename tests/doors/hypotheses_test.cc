// The ledger over the door: what a person adds is a hypothesis like any other, and what has fallen
// stays.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "sandbox/workspace/tree.h"
#include "tests/doors/durable_fixture.h"

namespace inquest::doors {
namespace {

constexpr char kLog[] = "E   assert 3 == 4\nseen in the log\n";
constexpr char kSource[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

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
  // The log that is cited, and a tree with the one file a.py.
  Ledger() {
    Upload(kLog);
    sandbox::TreeEntry file;
    file.path = "a.py";
    file.content = *DigestFromHex(Upload(kSource).digest());
    file.size_bytes = static_cast<std::int64_t>(sizeof(kSource)) - 1;
    tree_digest_ = Upload(sandbox::EncodeTree({{file}})).digest();
  }

  // An investigation whose tree was taken.
  std::string Begin() {
    runner_.SetTree(tree_digest_);
    const std::string name = Create().name();
    v1::WatchInvestigationRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    auto events = stub_->WatchInvestigation(&context, request);
    v1::WatchInvestigationResponse response;
    while (events->Read(&response)) {
      for (const v1::Event& event : response.events()) {
        if (event.has_effect_completed()) return name;
      }
    }
    ADD_FAILURE() << "the watch ended before the tree was taken";
    return name;
  }
  static v1::Hypothesis Claim(int line) {
    v1::Hypothesis claim;
    claim.set_mechanism("line " + std::to_string(line) + " computes a wrong value");
    claim.mutable_location()->set_path("a.py");
    claim.mutable_location()->set_first_line(line);
    claim.mutable_location()->set_last_line(line);
    v1::Citation& citation = *claim.add_citations();
    citation.set_digest(Sha256(kLog).ToHex());
    citation.set_begin_byte(18);
    citation.set_end_byte(33);
    citation.set_quote("seen in the log");
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

  std::string tree_digest_;
};

TEST_F(Ledger, WhatAPersonAddsIsKeptWithItsPredictionsAndEvidence) {
  const std::string name = Begin();
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
  const std::string name = Begin();
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

TEST_F(Ledger, AHypothesisIsAboutAPlaceThatIsThere) {
  const std::string name = Begin();
  v1::Hypothesis claim = Claim(7);
  claim.mutable_location()->set_path("b.py");
  const grpc::Status status = Add(name, claim);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(status), "LOCATION_UNKNOWN");
  EXPECT_EQ(Reason(Add(name, Claim(10))), "LOCATION_UNKNOWN");
  claim.mutable_location()->set_path("../a.py");
  EXPECT_EQ(Reason(Add(name, claim)), "LOCATION_UNKNOWN");
  EXPECT_EQ(All(name).hypotheses_size(), 0);
}

TEST_F(Ledger, AHypothesisCitesWhatStandsThere) {
  const std::string name = Begin();
  const auto refused = [&](const auto& change) {
    v1::Hypothesis claim = Claim(7);
    *claim.add_citations() = claim.citations(0);
    change(*claim.mutable_citations(1));
    const grpc::Status status = Add(name, claim);
    return status.error_code() == grpc::StatusCode::INVALID_ARGUMENT &&
           Reason(status) == "CITATION_DOES_NOT_RESOLVE";
  };
  EXPECT_TRUE(refused([](v1::Citation& at) { at.set_quote("seen in the fog"); }));
  EXPECT_TRUE(refused([](v1::Citation& at) { at.set_quote("seen"); }));
  EXPECT_TRUE(refused([](v1::Citation& at) { at.set_digest(Sha256("not there").ToHex()); }));
  EXPECT_TRUE(refused([](v1::Citation& at) { at.set_digest("E3"); }));
  EXPECT_TRUE(refused([](v1::Citation& at) {
    at.set_begin_byte(1000);
    at.set_end_byte(1015);
  }));
  EXPECT_TRUE(
      refused([](v1::Citation& at) { at.set_end_byte(std::numeric_limits<std::int64_t>::min()); }));
  EXPECT_TRUE(refused([](v1::Citation& at) {
    at.set_begin_byte(0);
    at.set_end_byte(0);
    at.clear_quote();
  }));
  EXPECT_EQ(All(name).hypotheses_size(), 0);
  v1::Hypothesis many = Claim(7);
  for (int i = 0; i < 64; ++i) *many.add_citations() = many.citations(0);
  EXPECT_EQ(Reason(Add(name, many)), "INVALID_FIELD");
  many.mutable_citations()->RemoveLast();
  EXPECT_TRUE(Add(name, many).ok());
}

TEST_F(Ledger, BeforeTheTreeIsTakenNoHypothesisCanBeChecked) {
  const std::string name = Create().name();
  const grpc::Status status = Add(name, Claim(7));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(status), "TREE_NOT_TAKEN");
  // What has not even the form is told that.
  v1::Hypothesis claim = Claim(7);
  claim.clear_citations();
  EXPECT_EQ(Reason(Add(name, claim)), "CITATION_MISSING");
  EXPECT_EQ(All(name).hypotheses_size(), 0);
}

TEST_F(Ledger, AfterTheEndOnlyWhatWasTakenBeforeIsAnswered) {
  const std::string name = Begin();
  v1::SteerInvestigationRequest request;
  request.set_name(name);
  request.set_request_id("steer-1");
  *request.mutable_hypothesis() = Claim(7);
  ASSERT_TRUE(Steer(request).ok());
  v1::CancelInvestigationRequest cancel;
  cancel.set_name(name);
  v1::CancelInvestigationResponse cancelled;
  ASSERT_TRUE(Call(&v1::InvestigationService::Stub::CancelInvestigation, cancel, cancelled).ok());

  EXPECT_TRUE(Steer(request).ok());
  const grpc::Status late = Add(name, Claim(8));
  EXPECT_EQ(late.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(late), "INVESTIGATION_ENDED");
  EXPECT_EQ(All(name).hypotheses_size(), 1);
}

TEST_F(Ledger, WhatWasStruckOutStaysAndIsNotTakenAgain) {
  const std::string name = Begin();
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
  const std::string name = Begin();
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
