#include "runtime/doors/grpc/validate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace inquest::doors {
namespace {

v1::Target LocalTarget(const std::string& path) {
  v1::Target target;
  target.set_local_path(path);
  target.set_test_command("false");
  return target;
}

TEST(Validate, TakesAnExistingDirectoryFromThisMachine) {
  EXPECT_TRUE(CheckTarget(LocalTarget("/"), Reach::kThisMachine).ok());
}

TEST(Validate, RefusesALocalPathFromTheNetwork) {
  const Refusal refusal = CheckTarget(LocalTarget("/"), Reach::kNetwork);

  EXPECT_EQ(refusal.status.reason(), "LOCAL_PATH_NEEDS_UNIX_SOCKET");
  EXPECT_EQ(refusal.field, "target.local_path");
}

TEST(Validate, RefusesAPathThatIsNoDirectory) {
  EXPECT_EQ(CheckTarget(LocalTarget("/no/such"), Reach::kThisMachine).status.reason(),
            "TARGET_NOT_FOUND");
}

TEST(Validate, RefusesAFileUrlAndAnOptionLikeRevisionOfGit) {
  v1::Target target = LocalTarget("/");
  target.mutable_git()->set_url("file:///srv/repository");
  target.mutable_git()->set_revision("main");
  EXPECT_EQ(CheckTarget(target, Reach::kNetwork).status.reason(), "LOCAL_PATH_NEEDS_UNIX_SOCKET");

  target.mutable_git()->set_url("https://example.org/x.git");
  target.mutable_git()->set_revision("--upload-pack=x");
  EXPECT_EQ(CheckTarget(target, Reach::kNetwork).field, "target.git.revision");

  target.mutable_git()->set_url("ext::sh -c x");
  target.mutable_git()->set_revision("main");
  EXPECT_EQ(CheckTarget(target, Reach::kNetwork).field, "target.git.url");
}

TEST(Validate, RefusesAGoodRevisionOfAnUploadedTree) {
  v1::Target target = LocalTarget("/");
  target.set_good_revision("v1");
  EXPECT_TRUE(CheckTarget(target, Reach::kThisMachine).ok());

  target.set_tree_digest(std::string(64, 'a'));
  EXPECT_EQ(CheckTarget(target, Reach::kThisMachine).field, "target.good_revision");
}

TEST(Validate, RefusesAnOracleOfWhatCannotBeTooMuch) {
  v1::Target target = LocalTarget("/");
  v1::Excess& excess = *target.mutable_oracle()->mutable_more_than();
  excess.set_measurement(v1::MEASUREMENT_WALL_SECONDS);
  for (const double value : {0.0, -1.0, std::nan(""), 1e16}) {
    excess.set_value(value);
    EXPECT_EQ(CheckTarget(target, Reach::kThisMachine).field, "target.oracle.more_than.value");
  }
  excess.set_value(0.5);
  EXPECT_TRUE(CheckTarget(target, Reach::kThisMachine).ok());
  excess.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  EXPECT_EQ(CheckTarget(target, Reach::kThisMachine).field, "target.oracle.more_than.measurement");
}

TEST(Validate, ReadsTheFilterOfTheContract) {
  const auto query = ParseFilter(
      "state=RUNNING AND title:\"a b\" AND "
      "create_time>\"2026-01-31T00:00:00Z\"");

  ASSERT_TRUE(query.ok()) << query.status().ToString();
  EXPECT_EQ(query->state, v1::STATE_RUNNING);
  EXPECT_EQ(query->title_contains, "a b");
  EXPECT_EQ(query->created_after_us, 1769817600000000);
}

TEST(Validate, RefusesFiltersThatItDoesNotUnderstand) {
  for (const char* filter : {"state", "state=SLEEPING", "state=UNSPECIFIED", "colour=RED",
                             "title:\"open", "state=RUNNING OR outcome=NOTHING",
                             "state=RUNNING AND ", "state=RUNNING AND state=ENDED"}) {
    EXPECT_EQ(ParseFilter(filter).status().reason(), "BAD_FILTER") << filter;
  }
}

TEST(Validate, BindsAPageTokenToItsFilter) {
  const std::string token = MakePageToken("state=RUNNING", "abc");

  EXPECT_EQ(*ReadPageToken("state=RUNNING", token), "abc");
  EXPECT_EQ(ReadPageToken("state=ENDED", token).status().reason(), "BAD_PAGE_TOKEN");
}

}  // namespace
}  // namespace inquest::doors
