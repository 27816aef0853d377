#include "runtime/effects/oracle.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/store/memory.h"

namespace inquest::effects {
namespace {

class OracleTest : public testing::Test {
 protected:
  std::string Keep(const std::string& bytes) { return store_.Put(bytes, "text/plain")->digest(); }

  v1::OracleAnswer Ask(const v1::Oracle& oracle, int exit_code, const std::string& out) {
    v1::RunSpec spec;
    spec.add_phases();
    *spec.mutable_oracle() = oracle;
    v1::RunOutcome outcome;
    v1::PhaseOutcome& phase = *outcome.add_phases();
    phase.set_ending(v1::ENDING_EXITED);
    phase.set_exit_code(exit_code);
    phase.mutable_stdout()->set_digest(Keep(out));
    status_ = AskOracle(spec, store_, outcome);
    return outcome.oracle_answer();
  }

  store::MemoryStore store_;
  Status status_ = Status::Ok();
};

TEST_F(OracleTest, AMatchingLineShowsTheBugThoughTheTriggerExitedZero) {
  v1::Oracle oracle;
  oracle.set_output_matches("^total: -[0-9]+$");
  EXPECT_EQ(Ask(oracle, 0, "sum\ntotal: -3\n"), v1::ORACLE_ANSWER_BUG_SHOWS);
  EXPECT_EQ(Ask(oracle, 0, "sum\ntotal: 3\n"), v1::ORACLE_ANSWER_CLEAN);
}

TEST_F(OracleTest, AFailureWithoutTheMatchIsAnotherFailure) {
  v1::Oracle oracle;
  oracle.set_output_matches("^total: -");
  EXPECT_EQ(Ask(oracle, 1, "no such file\n"), v1::ORACLE_ANSWER_OTHER_FAILURE);
}

TEST_F(OracleTest, AnExpressionThatIsNoneIsAnErrorAndNoAnswer) {
  v1::Oracle oracle;
  oracle.set_output_matches("(");
  EXPECT_EQ(Ask(oracle, 0, "("), v1::ORACLE_ANSWER_UNSPECIFIED);
  EXPECT_FALSE(status_.ok());
}

TEST_F(OracleTest, OutputThatDiffersFromTheExpectedShowsTheBugAndBlanksAtLineEndsDoNotCount) {
  v1::Oracle oracle;
  oracle.set_any_failure(true);
  oracle.set_expected_stdout_digest(Keep("a b\nc\n"));
  EXPECT_EQ(Ask(oracle, 0, "a b  \r\nc"), v1::ORACLE_ANSWER_CLEAN);
  EXPECT_EQ(Ask(oracle, 0, "a  b\nc\n"), v1::ORACLE_ANSWER_BUG_SHOWS);
  EXPECT_EQ(Ask(oracle, 0, "a b\n\nc\n"), v1::ORACLE_ANSWER_BUG_SHOWS);
  EXPECT_EQ(Ask(oracle, 1, "a b\nc\n"), v1::ORACLE_ANSWER_BUG_SHOWS);
}

TEST_F(OracleTest, MoreTimeThanIsRightShowsTheBugOnlyInARunThatEndsWell) {
  v1::RunSpec spec;
  spec.add_phases();
  spec.mutable_oracle()->mutable_more_than()->set_measurement(v1::MEASUREMENT_WALL_SECONDS);
  spec.mutable_oracle()->mutable_more_than()->set_value(1.5);
  v1::RunOutcome outcome;
  v1::PhaseOutcome& phase = *outcome.add_phases();
  phase.set_ending(v1::ENDING_EXITED);
  phase.mutable_wall_time()->set_seconds(1);
  const auto ask = [&] {
    EXPECT_TRUE(AskOracle(spec, store_, outcome).ok());
    return outcome.oracle_answer();
  };

  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_CLEAN);
  phase.mutable_wall_time()->set_nanos(600'000'000);
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_BUG_SHOWS);
  phase.set_exit_code(1);
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_OTHER_FAILURE);
  phase.set_ending(v1::ENDING_TIMED_OUT);
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_BUG_SHOWS);
}

TEST_F(OracleTest, MoreMemoryThanIsRightShowsTheBugAlsoWhereTheSandboxEndsIt) {
  v1::RunSpec spec;
  spec.add_phases();
  spec.mutable_oracle()->mutable_more_than()->set_measurement(v1::MEASUREMENT_PEAK_MEMORY_BYTES);
  spec.mutable_oracle()->mutable_more_than()->set_value(1000);
  v1::RunOutcome outcome;
  v1::PhaseOutcome& phase = *outcome.add_phases();
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_peak_memory_bytes(1000);
  const auto ask = [&] {
    EXPECT_TRUE(AskOracle(spec, store_, outcome).ok());
    return outcome.oracle_answer();
  };

  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_CLEAN);
  phase.set_peak_memory_bytes(1001);
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_BUG_SHOWS);
  phase.set_ending(v1::ENDING_LIMIT);
  phase.set_limit("processes");
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_OTHER_FAILURE);
  phase.set_limit("memory");
  EXPECT_EQ(ask(), v1::ORACLE_ANSWER_BUG_SHOWS);
}

}  // namespace
}  // namespace inquest::effects
