// What fell stays in the ledger: the verdict in words, what was measured, and the evidence for
// both, read over the door after a restart.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "tests/doors/durable_fixture.h"

namespace inquest::doors {
namespace {

using google::protobuf::TextFormat;
using google::protobuf::util::MessageDifferencer;

constexpr char kControlOutput[] = "E   assert 3 == 4\n";
constexpr char kPatchedOutput[] = "E   assert 3 == 4 (still)\n";
constexpr char kVerdict[] =
    "fails in 1 of 1 runs with the intervention, predicted was a failure rate of at most 0";

// A hypothesis was proposed, tested and refuted: events 1 to 15. %1 and %2 are the digests of the
// outputs.
constexpr char kJournal[] = R"(
  events { created {
    id: "refuted" investigator: "builtin" policy: "scratch" logic_version: 1 principal: "uid:1"
    target { local_path: "/" test_command: "false" }
    budget { wall_time { seconds: 86400 } runs: 1000 iterations: 10 disk_bytes: 1000000000 } } }
  events { visit_started { step: STEP_OBSERVE visit: 1 } }
  events { effect_scheduled { effect { id: 3 key: "acquire" acquire {} } } }
  events { effect_completed { effect_id: 3 attempt: 1 observation {
    acquired { tree_digest: "%1" } } } }
  events { step_settled { step: STEP_OBSERVE visit: 1 settlement: SETTLEMENT_DONE
    symptom { failing_runs: 1 } } }
  events { visit_started { step: STEP_HYPOTHESIZE visit: 1 } }
  events { step_settled { step: STEP_HYPOTHESIZE visit: 1 settlement: SETTLEMENT_DONE
    hypotheses { active_id: "h1" hypotheses {
      id: "h1" mechanism: "adds one too much" proposed_by: "builtin" score: 0.5
      status: HYPOTHESIS_STATUS_PROPOSED
      location { path: "a.py" first_line: 7 last_line: 7 }
      citations { digest: "%1" begin_byte: 4 end_byte: 17 quote: "assert 3 == 4" }
      prediction {
        if_true { arms: ARM_SELECTOR_ANY_INTERVENTION measurement: MEASUREMENT_FAILURE_RATE
          comparison: COMPARISON_AT_MOST value: 0 }
        if_false { arms: ARM_SELECTOR_EVERY_INTERVENTION measurement: MEASUREMENT_FAILURE_RATE
          comparison: COMPARISON_AT_LEAST value: 0.5 } } } } } }
  events { visit_started { step: STEP_REPRODUCE visit: 1 } }
  events { step_settled { step: STEP_REPRODUCE visit: 1 settlement: SETTLEMENT_DONE
    reproduction { runs: 3 failures: 3 } } }
  events { visit_started { step: STEP_TEST visit: 1 } }
  events { effect_scheduled { effect { id: 11 key: "control 1" run {} } } }
  events { effect_scheduled { effect { id: 12 key: "intervention 1" run {} } } }
  events { effect_completed { effect_id: 11 attempt: 1 observation {
    run { phases { stdout { digest: "%1" } } } } } }
  events { effect_completed { effect_id: 12 attempt: 1 observation {
    run { phases { stdout { digest: "%2" } } } } } }
  events { step_settled { step: STEP_TEST visit: 1 settlement: SETTLEMENT_REFUTED
    reason: "PREDICTION_FAILED" judgement {
      hypothesis_id: "h1" verdict: HYPOTHESIS_STATUS_REFUTED reason: "%3"
      measurements { arm: "control" runs: 1 failures: 1 runs_with_location: 1 effect_ids: 11
        wall_seconds: 0.25 peak_memory_bytes: 4096 }
      measurements { arm: "without the addition" intervention: true runs: 1 failures: 1
        runs_with_location: -1 effect_ids: 12 wall_seconds: 0.5 peak_memory_bytes: 8192 } } } }
)";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class Refuted : public DurableDoors {
 protected:
  // The journal is there when the daemon starts.
  Refuted() {
    const std::string control = Upload(kControlOutput).digest();
    const std::string patched = Upload(kPatchedOutput).digest();
    v1::WatchInvestigationResponse journal;
    EXPECT_TRUE(TextFormat::ParseFromString(
        Replaced(Replaced(Replaced(kJournal, "%1", control), "%2", patched), "%3", kVerdict),
        &journal));
    store::AppendRequest append;
    append.id = "refuted";
    append.recorded_at_us = clock_.NowUs();
    append.head.state = v1::STATE_RUNNING;
    for (int i = 0; i < journal.events_size(); ++i) {
      v1::Event& event = *journal.mutable_events(i);
      event.set_sequence(i + 1);
      event.mutable_event_time()->set_seconds(append.recorded_at_us / 1'000'000);
      append.events.push_back(event.SerializeAsString());
    }
    claim_ = journal.events(6).step_settled().hypotheses().hypotheses(0);
    judgement_ = journal.events(14).step_settled().judgement();
    std::promise<bool> written;
    store_->Append(append, [&](const auto& events) { written.set_value(events.ok()); });
    EXPECT_TRUE(written.get_future().get());
    Restart();
  }

  std::vector<v1::Hypothesis> All(const std::string& name) {
    v1::ListHypothesesRequest request;
    request.set_parent(name);
    v1::ListHypothesesResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        v1::HypothesisService::NewStub(channel_)->ListHypotheses(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.hypotheses().begin(), response.hypotheses().end()};
  }
  std::string Read(const std::string& digest, std::int64_t begin, std::int64_t bytes) {
    v1::ReadArtifactRequest request;
    request.set_digest(digest);
    request.set_offset(begin);
    request.set_limit_bytes(bytes);
    grpc::ClientContext context;
    auto chunks = v1::ArtifactService::NewStub(channel_)->ReadArtifact(&context, request);
    std::string all;
    v1::ReadArtifactResponse chunk;
    while (chunks->Read(&chunk)) all += chunk.data();
    EXPECT_TRUE(chunks->Finish().ok());
    return all;
  }
  // What a run that a measurement names printed.
  std::string OutputOf(const std::string& name, std::int64_t effect_id) {
    for (const v1::Event& event : Events(name)) {
      if (event.effect_completed().effect_id() != effect_id) continue;
      const v1::RunOutcome& run = event.effect_completed().observation().run();
      return Read(run.phases(0).stdout().digest(), 0, 0);
    }
    return "no run of that id";
  }

  v1::Hypothesis claim_;
  v1::Judgement judgement_;
};

TEST_F(Refuted, AHypothesisIsKeptWithVerdictMeasurementsAndPrediction) {
  const std::vector<v1::Hypothesis> all = All("investigations/refuted");

  ASSERT_EQ(all.size(), 1U);
  v1::Hypothesis expected = claim_;
  expected.set_status(v1::HYPOTHESIS_STATUS_REFUTED);
  expected.set_verdict_reason(kVerdict);
  *expected.mutable_measurements() = judgement_.measurements();
  expected.set_proposed_sequence(7);
  EXPECT_TRUE(MessageDifferencer::Equals(all[0], expected)) << all[0].DebugString();
}

TEST_F(Refuted, AHypothesisLeadsToTheBytesThatItRestsOnAndFellBy) {
  const std::string name = "investigations/refuted";
  const std::vector<v1::Hypothesis> all = All(name);

  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].citations_size(), 1);
  const v1::Citation& citation = all[0].citations(0);
  EXPECT_EQ(
      Read(citation.digest(), citation.begin_byte(), citation.end_byte() - citation.begin_byte()),
      citation.quote());
  ASSERT_EQ(all[0].measurements_size(), 2);
  EXPECT_EQ(OutputOf(name, all[0].measurements(0).effect_ids(0)), kControlOutput);
  EXPECT_EQ(OutputOf(name, all[0].measurements(1).effect_ids(0)), kPatchedOutput);
}

TEST_F(Refuted, AForkKeepsWhatFellBeforeAndNotWhatFellAfter) {
  v1::ForkInvestigationRequest fork;
  fork.set_name("investigations/refuted");
  fork.set_from_sequence(15);
  v1::ForkInvestigationResponse forked;
  ASSERT_TRUE(Call(&v1::InvestigationService::Stub::ForkInvestigation, fork, forked).ok());
  auto all = All(forked.investigation().name());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].status(), v1::HYPOTHESIS_STATUS_REFUTED);
  EXPECT_EQ(all[0].measurements_size(), 2);

  fork.set_from_sequence(14);
  ASSERT_TRUE(Call(&v1::InvestigationService::Stub::ForkInvestigation, fork, forked).ok());
  all = All(forked.investigation().name());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].status(), v1::HYPOTHESIS_STATUS_ACTIVE);
  EXPECT_EQ(all[0].measurements_size(), 0);
}

}  // namespace
}  // namespace inquest::doors
