// The real daemon reads the evidence of what a person adds.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

constexpr char kSource[] =
    "def gcd(a, b):\n"
    "    if b == 0:\n"
    "        return a\n"
    "    return gcd(a % b, b)\n";

v1::Predicate OfControl(v1::Measurement measurement, v1::Comparison comparison, double value) {
  v1::Predicate predicate;
  predicate.set_arms(v1::ARM_SELECTOR_CONTROL);
  predicate.set_measurement(measurement);
  predicate.set_comparison(comparison);
  predicate.set_value(value);
  return predicate;
}

// A person's claim about the recursion: in it, the argument has this value.
v1::SteerInvestigationRequest Claim(const std::string& name, const char* value, double score) {
  v1::SteerInvestigationRequest steer;
  steer.set_name(name);
  v1::Hypothesis& claim = *steer.mutable_hypothesis();
  claim.set_mechanism(std::string("the recursion goes on with a = ") + value);
  claim.mutable_location()->set_path("numbers_kit.py");
  claim.mutable_location()->set_first_line(4);
  claim.mutable_location()->set_last_line(4);
  claim.set_score(score);
  v1::Citation& citation = *claim.add_citations();
  citation.set_digest(Sha256(kSource).ToHex());
  citation.set_end_byte(14);
  citation.set_quote("def gcd(a, b):");
  v1::Prediction& prediction = *claim.mutable_prediction();
  *prediction.add_if_true() =
      OfControl(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::COMPARISON_AT_LEAST, 1);
  *prediction.add_if_false() =
      OfControl(v1::MEASUREMENT_VALUE_MATCH_RATE, v1::COMPARISON_AT_MOST, 0);
  for (v1::Predicate* predicate : {prediction.mutable_if_true(0), prediction.mutable_if_false(0)}) {
    predicate->set_expression("a");
    predicate->set_matches(std::string("^") + value + "$");
  }
  v1::Predicate& output = *prediction.add_if_true();
  output = OfControl(v1::MEASUREMENT_OUTPUT_MATCH_RATE, v1::COMPARISON_AT_LEAST, 1);
  output.set_matches("^RecursionError");
  *prediction.add_if_true() = OfControl(v1::MEASUREMENT_WALL_SECONDS, v1::COMPARISON_AT_MOST, 60);
  *prediction.add_if_true() =
      OfControl(v1::MEASUREMENT_PEAK_MEMORY_BYTES, v1::COMPARISON_AT_LEAST, 1e6);
  return steer;
}

// Every judgement until so many were made.
std::vector<v1::Judgement> Judgements(v1::InvestigationService::Stub& stub, const std::string& name,
                                      std::size_t count) {
  v1::WatchInvestigationRequest watch;
  watch.set_name(name);
  grpc::ClientContext context;
  auto events = stub.WatchInvestigation(&context, watch);
  std::vector<v1::Judgement> judgements;
  v1::WatchInvestigationResponse message;
  while (judgements.size() < count && events->Read(&message)) {
    for (const v1::Event& event : message.events()) {
      if (event.step_settled().has_judgement()) {
        judgements.push_back(event.step_settled().judgement());
      }
      if (event.has_ended()) ADD_FAILURE() << event.ended().message();
    }
  }
  return judgements;
}

TEST(Steered, AHypothesisOfAPersonIsJudgedByTimeMemoryOutputAndValues) {
  RuntimeUnderTest runtime;
  runtime.Write("numbers_kit.py", kSource);
  runtime.Write("test_numbers_kit.py",
                "import unittest\n"
                "from numbers_kit import gcd\n"
                "\n"
                "\n"
                "class NumbersTest(unittest.TestCase):\n"
                "    def test_common(self):\n"
                "        self.assertEqual(gcd(12, 18), 6)\n");
  ASSERT_EQ(runtime.Inquest({"list"}).exit_code, 0);
  const auto stub = v1::InvestigationService::NewStub(
      grpc::CreateChannel("unix:" + runtime.socket(), grpc::InsecureChannelCredentials()));
  const std::string name = Begin(*stub, runtime.target());
  for (const auto& claim : {Claim(name, "99", 3), Claim(name, "12", 2)}) {
    v1::SteerInvestigationResponse steered;
    grpc::ClientContext context;
    const grpc::Status status = stub->SteerInvestigation(&context, claim, &steered);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  v1::ResumeInvestigationRequest resume;
  resume.set_name(name);
  v1::ResumeInvestigationResponse resumed;
  grpc::ClientContext context;
  ASSERT_TRUE(stub->ResumeInvestigation(&context, resume, &resumed).ok());

  const auto judgements = Judgements(*stub, name, 2);

  ASSERT_EQ(judgements.size(), 2U);
  EXPECT_EQ(judgements[0].verdict(), v1::HYPOTHESIS_STATUS_REFUTED) << judgements[0].reason();
  EXPECT_EQ(judgements[1].verdict(), v1::HYPOTHESIS_STATUS_SUPPORTED) << judgements[1].reason();
  const v1::ArmMeasurement& control = judgements[1].measurements(0);
  EXPECT_GT(control.wall_seconds_lower(), 0);
  EXPECT_GT(control.peak_memory_bytes_lower(), 1e6);
  EXPECT_EQ(control.value_matches().at("a =~ ^12$"), control.value_runs().at("a =~ ^12$"));
  // How execution got there, as code.
  const Finished shown = runtime.Inquest({"show", name.substr(name.find('/') + 1)});
  EXPECT_NE(shown.out.find("path to the failure\n  test_numbers_kit.py:7"), std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("  numbers_kit.py:4 (gcd)\n      return gcd(a % b, b)\n"
                           "        a                source         1     def gcd(a, b):\n"),
            std::string::npos)
      << shown.out;
}

}  // namespace
}  // namespace inquest::tests
