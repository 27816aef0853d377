#include "sandbox/workspace/git_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "runtime/store/memory.h"
#include "sandbox/workspace/git_source.h"
#include "tests/sandbox/workspace/folder.h"

// Against real git repositories.

namespace inquest::sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class GitHistoryTest : public testing::Test {
 protected:
  GitHistoryTest() {
    options_.scratch_directory = folder_.At("scratch");
    CHECK(MakeDirectories(options_.scratch_directory, 0700).ok());
    CHECK(MakeDirectories(folder_.At("repo"), 0755).ok());
    CHECK(Git("init -q -b main . && git config user.email a@b && git config user.name n") == 0);
    Commit("a.py", "print(1)\n", "one");
    Commit("a.py", "print(2)\n", "two");
  }

  int Git(const std::string& arguments) const {
    const std::string line = "export HOME=" + folder_.path() + " GIT_CONFIG_NOSYSTEM=1 && cd " +
                             folder_.At("repo") + " && (git " + arguments + ") >> ../log 2>&1";
    return WEXITSTATUS(std::system(line.c_str()));
  }
  void Commit(const std::string& path, const std::string& text, const std::string& subject) {
    folder_.Write("repo/" + path, text);
    CHECK(Git("add -f . && git commit -qm '" + subject + "'") == 0);
  }

  Result<v1::History> Read(const std::string& good_revision = "") {
    CHECK(Git("rev-parse HEAD > ../head") == 0);
    return ReadCheckoutHistory(folder_.At("repo"), folder_.Read("head").substr(0, 40),
                               good_revision, store_, options_, {});
  }
  std::string PatchOf(const v1::Commit& commit) { return *store_.ReadAll(commit.patch_digest()); }

  Folder folder_;
  store::MemoryStore store_;
  CheckoutHistoryOptions options_;
};

TEST_F(GitHistoryTest, TellsWhatEachCommitChangedNewestFirst) {
  const auto history = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  ASSERT_EQ(history->commits_size(), 2);
  EXPECT_EQ(history->commits(0).subject(), "two");
  EXPECT_EQ(history->commits(1).subject(), "one");
  EXPECT_THAT(history->commits(0).paths(), ElementsAre("a.py"));
  EXPECT_GT(history->commits(0).time().seconds(), 0);
  EXPECT_THAT(PatchOf(history->commits(0)), HasSubstr("@@ -1 +1 @@\n-print(1)\n+print(2)\n"));
  EXPECT_THAT(PatchOf(history->commits(1)), HasSubstr("--- /dev/null\n+++ b/a.py\n"));
  EXPECT_TRUE(std::filesystem::is_empty(options_.scratch_directory));
}

TEST_F(GitHistoryTest, ComparesAMergeWithItsFirstParent) {
  ASSERT_EQ(Git("checkout -qb side HEAD~1"), 0);
  Commit("b.py", "print(3)\n", "side");
  ASSERT_EQ(Git("checkout -q main && git merge -qm merge side"), 0);

  const auto history = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  ASSERT_EQ(history->commits_size(), 3);
  EXPECT_EQ(history->commits(0).subject(), "merge");
  EXPECT_THAT(history->commits(0).paths(), ElementsAre("b.py"));
}

TEST_F(GitHistoryTest, NamesThePathsOfACommitThatIsNoTextWithoutAPatch) {
  Commit("image", std::string("\0\1\2", 3), "binary");

  const auto history = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  ASSERT_EQ(history->commits_size(), 3);
  EXPECT_THAT(history->commits(0).paths(), ElementsAre("image"));
  EXPECT_EQ(history->commits(0).patch_digest(), "");
  EXPECT_NE(history->commits(1).patch_digest(), "");
}

TEST_F(GitHistoryTest, RunsNothingThatTheRepositoryNames) {
  const std::string run = "'touch " + folder_.At("ran") + "'";
  folder_.Write("repo/.gitattributes", "*.py diff=evil filter=evil\n");
  Commit("a.py", "print(3)\n", "three");
  ASSERT_EQ(
      Git("config diff.evil.textconv " + run + " && git config diff.external " + run +
          " && git config core.fsmonitor " + run + " && git config filter.evil.smudge " + run),
      0);

  const auto history = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  EXPECT_THAT(PatchOf(history->commits(0)), HasSubstr("+print(3)\n"));
  EXPECT_FALSE(std::filesystem::exists(folder_.At("ran")));
}

TEST_F(GitHistoryTest, EndsWhereTheLimitsAre) {
  Commit("big.txt", std::string(100'000, 'x') + "\n", "three");
  Commit("a.py", "print(4)\n", "four");
  options_.limits.diff_bytes = 5'000;

  const auto history = Read();
  options_.limits.commits = 1;
  const auto one = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  EXPECT_EQ(history->commits_size(), 1);
  EXPECT_EQ(history->commits(0).subject(), "four");
  EXPECT_THAT(PatchOf(history->commits(0)), Not(HasSubstr("xxx")));
  EXPECT_EQ(one->commits_size(), 1);
}

TEST_F(GitHistoryTest, BeginsAfterARevisionThatIsKnownToBeGood) {
  ASSERT_EQ(Git("tag good"), 0);
  Commit("a.py", "print(3)\n", "three");

  const auto history = Read("good");

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  EXPECT_EQ(history->commits_size(), 1);
  EXPECT_EQ(history->commits(0).subject(), "three");
  EXPECT_EQ(Read("bad").status().reason(), "GIT_REVISION_NOT_FOUND");
  EXPECT_EQ(Read("--output=x").status().reason(), "BAD_GIT_REVISION");
}

TEST_F(GitHistoryTest, IsNotTakenInByFilesThatLookLikeItsOwnMarks) {
  CHECK(Git("rev-parse HEAD > ../forged") == 0);
  const std::string mark = "\1" + folder_.Read("forged").substr(0, 40) + "\1\n";
  Commit("forged.txt", "a\n" + mark + "b\n", "three");

  const auto history = Read();

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  ASSERT_EQ(history->commits_size(), 3);
  EXPECT_THAT(PatchOf(history->commits(0)), HasSubstr("+b\n"));
  EXPECT_THAT(PatchOf(history->commits(1)), HasSubstr("+print(2)\n"));
}

TEST_F(GitHistoryTest, LeavesOutTheCommitAtWhichAShallowCloneEnds) {
  ASSERT_EQ(Git("clone -q --depth 1 file://" + folder_.At("repo") + " ../shallow"), 0);
  CHECK(Git("rev-parse HEAD > ../head") == 0);

  const auto history = ReadCheckoutHistory(
      folder_.At("shallow"), folder_.Read("head").substr(0, 40), "", store_, options_, {});

  ASSERT_TRUE(history.ok()) << history.status().ToString();
  EXPECT_EQ(history->commits_size(), 0);
}

TEST_F(GitHistoryTest, ComesWithARevisionOfARepository) {
  GitOptions options;
  options.scratch_directory = options_.scratch_directory;

  const auto snapshot =
      SnapshotGit("file://" + folder_.At("repo"), "main", store_, options, std::stop_token());

  ASSERT_TRUE(snapshot.ok()) << snapshot.status().ToString();
  v1::History history;
  ASSERT_TRUE(history.ParseFromString(*store_.ReadAll(snapshot->history_digest)));
  EXPECT_EQ(history.commits_size(), 2);
}

}  // namespace
}  // namespace inquest::sandbox
