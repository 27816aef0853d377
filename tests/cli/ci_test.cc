// Bugs that were fixed, asked after on the tree as it is now, with the real programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Ci : public VerifiedFix {
 protected:
  void SetUp() override {
    VerifiedFix::SetUp();
    std::filesystem::create_directories(tree() + "/.inquest/certificates");
    ASSERT_EQ(home_.Run({"export", "@last", "-o", tree() + "/.inquest/certificates/ages.inquest"})
                  .exit_code,
              0);
  }

  // As a CI job would: in a home without a store.
  Outcome Ask() {
    return Home().Run({"ci", "--source", tree(), "--junit", home_.path() + "/junit.xml", "--sarif",
                       home_.path() + "/ci.sarif"});
  }

  nlohmann::json Results() const {
    return nlohmann::json::parse(ReadWhole(home_.path() + "/ci.sarif"))["runs"][0]["results"];
  }
};

TEST_F(Ci, SaysThatABugIsGoneWhereItsFixIsApplied) {
  ASSERT_EQ(home_.Run({"apply", "@last", "--source", tree()}).exit_code, 0);

  const Outcome asked = Ask();

  EXPECT_EQ(asked.exit_code, 0) << asked.out << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("gone"));
  EXPECT_TRUE(Results().empty());
  EXPECT_THAT(ReadWhole(home_.path() + "/junit.xml"), HasSubstr("failures=\"0\""));
}

TEST_F(Ci, SaysThatABugIsBackAndWhereItWas) {
  const Outcome asked = Ask();

  EXPECT_EQ(asked.exit_code, 1) << asked.out << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("BACK"));
  ASSERT_EQ(Results().size(), 1U);
  EXPECT_EQ(Results()[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "ages.py");
  EXPECT_THAT(ReadWhole(home_.path() + "/junit.xml"), HasSubstr("failures=\"1\""));
}

TEST_F(Ci, DoesNotCallGoneWhatCannotBeRun) {
  std::filesystem::remove(tree() + "/test_ages.py");

  const Outcome asked = Ask();

  EXPECT_EQ(asked.exit_code, 1) << asked.out;
  EXPECT_THAT(asked.out, Not(HasSubstr("gone")));
}

TEST(CiWithoutBundles, SaysHowToKeepOne) {
  const Home home;

  const Outcome asked = home.Run({"ci", "--source", home.path()});

  EXPECT_EQ(asked.exit_code, 2);
  EXPECT_THAT(asked.err, HasSubstr("inquest export"));
  EXPECT_THAT(home.Run({"ci", "--workflow", "gitlab"}).out, HasSubstr("junit: inquest.xml"));
}

}  // namespace
}  // namespace inquest::cli
