#include "runtime/effects/acquire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/store/memory.h"

namespace inquest::effects {
namespace {

class AcquireTest : public testing::Test {
 protected:
  AcquireTest()
      : folder_(testing::TempDir() + NewId()),
        acquirer_(store_, {}, folder_ + "/scratch", [](const std::vector<std::string>& paths) {
          LanguageChoice choice;
          if (paths.front() != "a.py") return choice;
          choice.language = "python";
          choice.coverage_instrument = "python-coverage";
          choice.sanitizer_instrument = "overflows";
          choice.leak_instrument = "overflows and leaks";
          return choice;
        }) {
    CHECK(MakeDirectories(folder_ + "/target", 0755).ok());
  }
  ~AcquireTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, std::string_view bytes) const {
    CHECK(WriteFileAtomically(folder_ + "/target/" + name, bytes, 0644, Durability::kNone).ok());
  }
  v1::Observation AcquirePath(const std::string& path) {
    v1::AcquireWork work;
    work.mutable_target()->set_local_path(path);
    return acquirer_.Acquire(work, {});
  }

  const std::string folder_;
  store::MemoryStore store_;
  Acquirer acquirer_;
};

TEST_F(AcquireTest, TakesALocalDirectoryAndThenItsTree) {
  Write("a.py", "print(1)\n");
  const v1::Observation local = AcquirePath(folder_ + "/target");
  ASSERT_TRUE(local.has_acquired()) << local.failure().message();
  v1::AcquireWork work;
  work.mutable_target()->set_tree_digest(local.acquired().tree_digest());

  const v1::Observation uploaded = acquirer_.Acquire(work, {});

  EXPECT_EQ(local.acquired().files(), 1);
  EXPECT_EQ(local.acquired().size_bytes(), 9);
  EXPECT_EQ(local.acquired().language(), "python");
  EXPECT_EQ(local.acquired().coverage_instrument(), "python-coverage");
  EXPECT_EQ(uploaded.SerializeAsString(), local.SerializeAsString());
}

TEST_F(AcquireTest, ChoosesTheSanitizerThatTracesWhereTheTargetMayBeTraced) {
  Write("a.py", "print(1)\n");
  v1::AcquireWork work;
  work.mutable_target()->set_local_path(folder_ + "/target");
  EXPECT_EQ(acquirer_.Acquire(work, {}).acquired().sanitizer_instrument(), "overflows");
  work.mutable_target()->set_debugger(true);
  EXPECT_EQ(acquirer_.Acquire(work, {}).acquired().sanitizer_instrument(), "overflows and leaks");
}

TEST_F(AcquireTest, TakesARevisionOfAGitRepository) {
  Write("a.py", "print(1)\n");
  const std::string command = "cd " + folder_ +
                              "/target && export HOME=. GIT_CONFIG_NOSYSTEM=1 && git init -q . && "
                              "git add a.py && git -c user.name=n -c user.email=a@b commit -qm one";
  ASSERT_EQ(std::system(command.c_str()), 0);
  v1::AcquireWork work;
  work.mutable_target()->mutable_git()->set_url("file://" + folder_ + "/target");

  const v1::Observation git = acquirer_.Acquire(work, {});

  const v1::Observation local = AcquirePath(folder_ + "/target");
  ASSERT_TRUE(git.has_acquired()) << git.failure().message();
  EXPECT_EQ(git.acquired().commit().size(), 40U);
  EXPECT_EQ(git.acquired().commit(), local.acquired().commit());
  v1::History history;
  ASSERT_TRUE(history.ParseFromString(*store_.ReadAll(git.acquired().history_digest())));
  EXPECT_EQ(history.commits(0).subject(), "one");
  EXPECT_EQ(git.acquired().history_digest(), local.acquired().history_digest());
}

TEST_F(AcquireTest, RemovesWhatAKilledDaemonLeftOfAFetch) {
  CHECK(MakeDirectories(folder_ + "/scratch/git-abc/objects", 0700).ok());

  acquirer_.RemoveLeftovers();

  EXPECT_FALSE(std::filesystem::exists(folder_ + "/scratch"));
}

TEST_F(AcquireTest, SaysWhichFailuresPass) {
  v1::AcquireWork work;
  work.mutable_target()->mutable_git()->set_url("https://127.0.0.1:1/nobody/listens.git");

  const v1::EffectFailure unreachable = acquirer_.Acquire(work, {}).failure();

  EXPECT_EQ(unreachable.reason(), "GIT_FETCH_FAILED");
  EXPECT_TRUE(unreachable.transient());
  EXPECT_FALSE(AcquirePath(folder_ + "/none").failure().transient());
}

TEST_F(AcquireTest, SaysWhyATargetCannotBeTaken) {
  v1::AcquireWork bad_tree;
  bad_tree.mutable_target()->set_tree_digest(std::string(64, '0'));

  Write("b.py", "print(1)\n");
  v1::AcquireWork no_checkout;
  no_checkout.mutable_target()->set_local_path(folder_ + "/target");
  no_checkout.mutable_target()->set_good_revision("v1");

  EXPECT_EQ(acquirer_.Acquire(no_checkout, {}).failure().reason(), "GIT_REVISION_NOT_FOUND");
  std::filesystem::remove(folder_ + "/target/b.py");
  EXPECT_EQ(AcquirePath(folder_ + "/none").failure().reason(), "TARGET_NOT_FOUND");
  EXPECT_EQ(AcquirePath(folder_ + "/target").failure().reason(), "TARGET_EMPTY");
  EXPECT_EQ(acquirer_.Acquire(bad_tree, {}).failure().reason(), "TREE_NOT_FOUND");
  EXPECT_EQ(acquirer_.Acquire({}, {}).failure().reason(), "TARGET_MISSING");
}

TEST_F(AcquireTest, CarriesHostileNamesAsValidText) {
  Write("\xff\x1b[2J", "");
  std::filesystem::create_symlink("/etc/passwd", folder_ + "/target/l\xff");

  const v1::Observation observation = AcquirePath(folder_ + "/target");
  v1::Observation copy;

  EXPECT_TRUE(copy.ParseFromString(observation.SerializeAsString()));
  EXPECT_THAT(copy.acquired().left_out(0), testing::StartsWith("l\\xff: "));
}

}  // namespace
}  // namespace inquest::effects
