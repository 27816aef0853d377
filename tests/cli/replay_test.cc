// Decisions made again from a journal, with the real programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inquest/v1/event.pb.h"
#include "tests/cli/bundle_tools.h"
#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;

class Replay : public VerifiedFix {
 protected:
  // The bundle with the first event changed that `change` changes; its sequence.
  template <typename Change>
  std::int64_t Rewrite(Change change) {
    EXPECT_EQ(home_.Run({"export", "@last", "-o", Bundle()}).exit_code, 0);
    Files files = Unpack(ReadWhole(Bundle()));
    std::vector<std::string> payloads = SplitJournal(files[1].second);
    std::int64_t changed = 0;
    for (std::string& payload : payloads) {
      v1::Event event;
      EXPECT_TRUE(event.ParseFromString(payload));
      if (!change(event)) continue;
      changed = event.sequence();
      payload = event.SerializeAsString();
      break;
    }
    files[1].second = JoinJournal(payloads);
    MakeChain(files);
    WriteFile(Bundle(), Pack(files));
    return changed;
  }

  std::string Bundle() const { return home_.path() + "/proof.inquest"; }

  void ExpectNamed(std::int64_t sequence) {
    const Outcome replayed = Home().Run({"replay", Bundle()});
    EXPECT_EQ(replayed.exit_code, 1) << replayed.out;
    EXPECT_THAT(replayed.err, HasSubstr("event " + std::to_string(sequence) + " does not follow"));
  }
};

TEST_F(Replay, MakesTheSameDecisionsOfAJournalAndOfItsBundle) {
  const Outcome replayed = home_.Run({"replay", "@last"});
  EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
  EXPECT_THAT(replayed.out, HasSubstr("come out as recorded"));

  ASSERT_EQ(home_.Run({"export", "@last", "-o", Bundle()}).exit_code, 0);
  EXPECT_EQ(Home().Run({"replay", Bundle()}).out, replayed.out);
}

TEST_F(Replay, NamesAResultThatWasChanged) {
  ExpectNamed(Rewrite([](v1::Event& event) {
    if (!event.has_effect_completed()) return false;
    v1::RunOutcome& run = *event.mutable_effect_completed()->mutable_observation()->mutable_run();
    if (run.oracle_answer() != v1::ORACLE_ANSWER_BUG_SHOWS) return false;
    run.set_oracle_answer(v1::ORACLE_ANSWER_CLEAN);
    return true;
  }));
}

TEST_F(Replay, NamesAnAnalysisThatWasChanged) {
  ExpectNamed(Rewrite([](v1::Event& event) {
    if (!event.effect_completed().observation().has_analysis()) return false;
    v1::Analysis& analysis =
        *event.mutable_effect_completed()->mutable_observation()->mutable_analysis();
    if (analysis.readings().empty()) return false;
    analysis.mutable_readings(0)->clear_failures();
    return true;
  }));
}

TEST_F(Replay, NamesADecisionThatWasChanged) {
  ExpectNamed(Rewrite([](v1::Event& event) {
    if (!event.step_settled().has_reproduction()) return false;
    event.mutable_step_settled()->mutable_reproduction()->set_rate_lower(0.99);
    return true;
  }));
}

}  // namespace
}  // namespace inquest::cli
