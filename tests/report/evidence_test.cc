#include "runtime/report/evidence.h"

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

TEST(Evidence, FindsArtifactsWhereverAnEventNamesThem) {
  v1::Event event;
  event.set_sequence(9);
  v1::RunOutcome& run = *event.mutable_effect_completed()->mutable_observation()->mutable_run();
  v1::PhaseOutcome& phase = *run.add_phases();
  phase.mutable_stdout()->set_digest(std::string(64, 'a'));
  phase.mutable_stdout()->set_size_bytes(12);
  run.add_collected()->mutable_artifact()->set_digest(std::string(64, 'b'));
  run.set_environment_digest(std::string(64, 'c'));

  const std::vector<EvidenceItem> items = EvidenceOf(event);

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].sequence, 9);
  EXPECT_EQ(items[0].digest, std::string(64, 'a'));
  EXPECT_EQ(items[0].size_bytes, 12);
  EXPECT_EQ(items[0].where, "effect_completed.observation.run.phases.stdout");
  EXPECT_EQ(items[1].digest, std::string(64, 'b'));
}

TEST(Evidence, FindsWhatIsNamedByDigestAlone) {
  v1::Event event;
  event.mutable_step_settled()->mutable_fix()->set_patch_digest(std::string(64, '0'));

  const std::vector<EvidenceItem> items = EvidenceOf(event);

  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].where, "step_settled.fix.patch_digest");
  EXPECT_EQ(items[0].size_bytes, -1);
}

TEST(Evidence, OfAnEventWithoutAnyIsEmpty) { EXPECT_TRUE(EvidenceOf(v1::Event()).empty()); }

}  // namespace
}  // namespace inquest::report
