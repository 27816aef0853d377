#include "runtime/cli/evidence_list.h"

#include <gtest/gtest.h>

namespace inquest::cli {
namespace {

TEST(Evidence, SaysWhatItsSandboxLacked) {
  v1::Event event;
  v1::RunOutcome& run = *event.mutable_effect_completed()->mutable_observation()->mutable_run();
  run.add_phases()->mutable_stdout()->set_digest(std::string(64, 'a'));
  run.add_missing_layers("cgroup-memory");
  run.add_missing_layers("uid");

  const std::vector<report::EvidenceItem> items = report::EvidenceOf(event);

  EXPECT_NE(EvidenceAsText(items).find("(sandbox without cgroup-memory, uid)"), std::string::npos);
  EXPECT_NE(EvidenceAsJson(items).find("\"cgroup-memory\""), std::string::npos);
}

}  // namespace
}  // namespace inquest::cli
