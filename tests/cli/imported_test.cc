// An investigation that came in a bundle: what another machine says is not what this one knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ImportedFix : public VerifiedFix {
 protected:
  void SetUp() override {
    VerifiedFix::SetUp();
    ASSERT_EQ(home_.Run({"export", "@last", "-o", bundle()}).exit_code, 0);
    const Outcome imported = elsewhere_.Run({"import", bundle()});
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
    ASSERT_THAT(imported.err, HasSubstr("its verdict is that of the machine that made it"));
  }
  std::string bundle() const { return home_.path() + "/bug.inquest"; }

  Home elsewhere_;
};

TEST_F(ImportedFix, IsShownAsAnothersWordInEveryForm) {
  EXPECT_THAT(elsewhere_.Run({"show", "@last"}).out, HasSubstr("VERIFIED_FIX, imported"));
  const auto shown = nlohmann::json::parse(elsewhere_.Run({"show", "@last", "--json"}).out);
  EXPECT_EQ(shown["outcome"], "VERIFIED_FIX");
  EXPECT_EQ(shown["outcome_imported"], true);
  EXPECT_THAT(elsewhere_.Run({"report", "@last", "--format", "md"}).out,
              HasSubstr("So says the machine that it was imported from"));
  EXPECT_THAT(elsewhere_.Run({"report", "@last", "--format", "html"}).out,
              HasSubstr("VERIFIED_FIX, imported"));
  EXPECT_THAT(elsewhere_.Run({"report", "@last", "--format", "junit"}).out,
              HasSubstr("failures=\"1\""));
  const auto json =
      nlohmann::json::parse(elsewhere_.Run({"report", "@last", "--format", "json"}).out);
  EXPECT_EQ(json["outcome_imported"], true);
  const auto own = nlohmann::json::parse(home_.Run({"show", "@last", "--json"}).out);
  EXPECT_EQ(own["outcome_imported"], false);
}

TEST_F(ImportedFix, IsNotAppliedUnlessAskedFor) {
  const Outcome refused = elsewhere_.Run({"apply", "@last", "--source", tree()});

  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("NOT_PROVEN_HERE"));
  EXPECT_THAT(ReadWhole(tree() + "/ages.py"), Not(HasSubstr(">=")));
  EXPECT_EQ(elsewhere_.Run({"apply", "@last", "--source", tree(), "--unverified"}).exit_code, 0);
  EXPECT_THAT(ReadWhole(tree() + "/ages.py"), HasSubstr(">="));
}

TEST_F(ImportedFix, AForkOfItIsAnothersWordToo) {
  const Outcome forked = elsewhere_.Run({"fork", "@last"});
  ASSERT_EQ(forked.exit_code, 0) << forked.err;

  EXPECT_THAT(elsewhere_.Run({"show", "@last"}).out, HasSubstr("VERIFIED_FIX, imported"));
  EXPECT_EQ(elsewhere_.Run({"apply", "@last", "--source", tree()}).exit_code, 1);
}

TEST_F(ImportedFix, TheSameBundleWhereItWasMadeChangesNothing) {
  const Outcome again = home_.Run({"import", bundle()});

  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("it was here already"));
  EXPECT_THAT(home_.Run({"show", "@last"}).out, Not(HasSubstr("imported")));
}

}  // namespace
}  // namespace inquest::cli
