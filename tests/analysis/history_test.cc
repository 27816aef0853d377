#include "runtime/analysis/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The commits that made the last text of the first, newest first.
std::vector<CommitChanges> Commits(const std::vector<std::string>& texts) {
  std::vector<CommitChanges> commits;
  for (std::size_t i = texts.size() - 1; i > 0; --i) {
    commits.push_back({.known = true,
                       .patch = formats::DiffTexts("a.py", texts[i - 1], texts[i]),
                       .paths = {"a.py"}});
  }
  return commits;
}

std::string TakenBack(const std::string& text, const Reversal& reversal) {
  return Replace(text, reversal.replacements);
}

TEST(FollowFile, TellsWhichCommitWroteEachLine) {
  const std::vector<std::string> texts = {"a\nb\nc\n", "a\nB\nc\n", "0\na\nB\nc\nd\n"};

  const FileHistory history = FollowFile("a.py", texts.back(), Commits(texts));

  EXPECT_THAT(history.written_by, ElementsAre(0, -1, 1, -1, 0));
}

TEST(FollowFile, TakesAChangeBackWhereItStandsNow) {
  const std::vector<std::string> texts = {"a\nb\nc\n", "a\nB\nC\nc\n", "0\n1\na\nB\nC\nc\n"};

  const FileHistory history = FollowFile("a.py", texts.back(), Commits(texts));

  ASSERT_EQ(history.reversals.size(), 2U);
  EXPECT_EQ(history.reversals[1].commit, 1);
  EXPECT_EQ(TakenBack(texts.back(), history.reversals[1]), "0\n1\na\nb\nc\n");
}

TEST(FollowFile, PutsDeletedLinesBackBetweenTheirNeighbours) {
  const std::vector<std::string> texts = {"a\nguard\nb\nc\n", "a\nb\nc\n", "0\na\nb\nC\n"};

  const FileHistory history = FollowFile("a.py", texts.back(), Commits(texts));

  ASSERT_EQ(history.reversals.size(), 2U);
  EXPECT_EQ(TakenBack(texts.back(), history.reversals[1]), "0\na\nguard\nb\nC\n");
}

TEST(FollowFile, DoesNotTakeBackWhatALaterCommitChangedAgain) {
  const std::vector<std::string> texts = {"a\nb\n", "a\nB\n", "a\nBB\n"};

  const FileHistory history = FollowFile("a.py", texts.back(), Commits(texts));

  ASSERT_EQ(history.reversals.size(), 1U);
  EXPECT_EQ(history.reversals[0].commit, 0);
}

TEST(FollowFile, TakesBackEachHunkByItself) {
  std::string before = "first\n";
  for (int i = 0; i < 20; ++i) before += std::to_string(i) + "\n";
  const std::string after = "FIRST\n" + before.substr(6) + "last\n";

  const FileHistory history = FollowFile("a.py", after, Commits({before, after}));

  ASSERT_EQ(history.reversals.size(), 2U);
  EXPECT_EQ(TakenBack(after, history.reversals[0]), before + "last\n");
  EXPECT_EQ(TakenBack(after, history.reversals[1]), after.substr(0, after.size() - 5));
}

TEST(FollowFile, StopsWhereACommitDoesNotFitTheText) {
  const FileHistory history = FollowFile("a.py", "a\nedited\n", Commits({"a\nb\n", "a\nB\n"}));

  EXPECT_THAT(history.written_by, ElementsAre(-1, -1));
  EXPECT_THAT(history.reversals, IsEmpty());
}

TEST(FollowFile, StopsAtACommitWhoseChangeOfTheFileIsNotKnown) {
  const std::vector<std::string> texts = {"a\n", "b\n"};
  std::vector<CommitChanges> commits = Commits(texts);
  commits.insert(commits.begin(), {.known = false, .patch = {}, .paths = {"a.py"}});

  EXPECT_THAT(FollowFile("a.py", "b\n", commits).written_by, ElementsAre(-1));
  commits[0].paths = {"image.png"};
  EXPECT_THAT(FollowFile("a.py", "b\n", commits).written_by, ElementsAre(1));
  commits[0].all_paths = false;
  EXPECT_THAT(FollowFile("a.py", "b\n", commits).written_by, ElementsAre(-1));
}

TEST(FollowFile, DoesNotTakeBackThatAFileWasMade) {
  std::vector<CommitChanges> commits = Commits({"", "a\n"});
  commits[0].patch.files[0].old_path = "";

  const FileHistory history = FollowFile("a.py", "a\n", commits);

  EXPECT_THAT(history.written_by, ElementsAre(0));
  EXPECT_THAT(history.reversals, IsEmpty());
}

TEST(FollowFile, MindsTheLastLineWithoutANewline) {
  const std::vector<std::string> texts = {"a\nb", "a\nc"};

  const FileHistory history = FollowFile("a.py", "a\nc", Commits(texts));

  ASSERT_EQ(history.reversals.size(), 1U);
  EXPECT_EQ(TakenBack("a\nc", history.reversals[0]), "a\nb");
}

}  // namespace
}  // namespace inquest::analysis
