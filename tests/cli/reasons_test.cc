#include "tests/cli/reasons.h"

#include <gtest/gtest.h>

namespace inquest::cli {
namespace {

using Ids = std::set<std::string>;

TEST(Reasons, AreLiteralsInCapitalsWithUnderscores) {
  EXPECT_EQ(IdsIn(R"(return {Code::kNotFound, "NO_PATCH", "there is no patch"};)"),
            Ids{"NO_PATCH"});
  EXPECT_EQ(IdsIn(R"(f({"DISK_FULL", "RUN_LOST"}, "No_patch", "A B_C", "STATE_");)"),
            (Ids{"DISK_FULL", "RUN_LOST"}));
}

TEST(Reasons, AreNotWhatSomethingIsComparedWith) {
  EXPECT_EQ(IdsIn(R"(if (reason == "NO_PATCH" || reason !=
                        "NO_FIX") return;)"),
            Ids());
}

TEST(Reasons, OfOneWordAreThoseThatAStatusIsMadeOf) {
  EXPECT_EQ(IdsIn(R"(return {Code::kInvalidArgument, "USAGE", "say where to"};)"), Ids{"USAGE"});
  EXPECT_EQ(IdsIn("SettleWith(v1::SETTLEMENT_REFUTED,\n  \"VETOED\", x)"), Ids{"VETOED"});
  EXPECT_EQ(IdsIn("ended.set_reason(\"CANCELLED\");"), Ids{"CANCELLED"});
  EXPECT_EQ(IdsIn("case Code::kAborted:\n  return \"ABORTED\";"), Ids{"ABORTED"});
}

TEST(Reasons, OfOneWordAreNotOthers) {
  EXPECT_EQ(IdsIn(R"(Prepare("COMMIT"); ->type_name("DIR"); Variable("HOME", ""); return "BACK";)"),
            Ids());
}

}  // namespace
}  // namespace inquest::cli
