#include "runtime/formats/unified_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace inquest::formats {
namespace {

using Files = std::map<std::string, std::string>;

Result<std::vector<PatchedFile>> Apply(const Patch& patch, const Files& files) {
  return ApplyPatch(patch, [&](const std::string& path) -> Result<std::optional<std::string>> {
    const auto file = files.find(path);
    if (file == files.end()) return std::optional<std::string>();
    return std::optional<std::string>(file->second);
  });
}

std::string Why(std::string_view diff) {
  const auto patch = ParsePatch(diff);
  if (patch.ok()) return "accepted";
  EXPECT_EQ(patch.status().reason(), "BAD_PATCH");
  return patch.status().message();
}

TEST(DiffTexts, GivesAHunkWithThreeLinesOfContext) {
  const Patch patch =
      DiffTexts("f.py", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nV\n6\n7\n8\n9\n");

  EXPECT_EQ(FormatPatch(patch),
            "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -2,7 +2,7 @@\n"
            " 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n");
}

TEST(DiffTexts, IsEmptyForEqualTexts) {
  EXPECT_TRUE(DiffTexts("f", "same\n", "same\n").files.empty());
  EXPECT_EQ(FormatPatch(Patch{}), "");
}

TEST(DiffTexts, ShowsALostNewlineAtTheEnd) {
  const Patch patch = DiffTexts("f", "a\nb\n", "a\nb");

  EXPECT_EQ(FormatPatch(patch),
            "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n"
            "\\ No newline at end of file\n");
}

TEST(DiffTexts, KeepsCarriageReturns) {
  const Patch patch = DiffTexts("f", "a\r\nb\r\n", "a\r\nc\r\n");
  const auto after = Apply(patch, {{"f", "a\r\nb\r\n"}});

  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->front().text, "a\r\nc\r\n");
}

TEST(DiffTexts, OfTextsWithoutACommonLineIsReplacement) {
  std::string before;
  std::string after;
  for (int i = 0; i < 6000; ++i) before += "old " + std::to_string(i) + '\n';
  for (int i = 0; i < 6000; ++i) after += "new " + std::to_string(i) + '\n';
  const auto patched = Apply(DiffTexts("f", before, after), {{"f", before}});

  ASSERT_TRUE(patched.ok());
  EXPECT_EQ(patched->front().text, after);
}

TEST(FormatPatch, QuotesNamesThatWouldBreakAHeader) {
  for (const std::string name :
       {"a b", "tab\there", "new\nline", "quo\"te", "back\\slash", "\xc3\xa9"}) {
    const Patch patch = DiffTexts(name, "x\n", "y\n");
    const auto parsed = ParsePatch(FormatPatch(patch));

    ASSERT_TRUE(parsed.ok()) << name << ": " << parsed.status().message();
    EXPECT_EQ(parsed->files.front().new_path, name);
    EXPECT_EQ(FormatPatch(*parsed), FormatPatch(patch));
  }
}

TEST(FormatPatch, RenumbersWhatFollowsAHunkThatWasTakenOut) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  Patch patch = DiffTexts("f", before, "0\n" + before + "13\n");
  ASSERT_EQ(patch.files.front().hunks.size(), 2U);
  patch.files.front().hunks.erase(patch.files.front().hunks.begin());

  const auto parsed = ParsePatch(FormatPatch(patch));

  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const auto after = Apply(*parsed, {{"f", before}});
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->front().text, before + "13\n");
}

TEST(ParsePatch, ReadsANewADeletedAndARenamedFile) {
  const auto patch = ParsePatch(
      "Some words before.\n"
      "diff --git a/new.txt b/new.txt\nnew file mode 100644\nindex 000..111\n"
      "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+hello\n"
      "diff --git a/gone b/gone\ndeleted file mode 100644\nindex 111..000\n"
      "--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n"
      "diff --git a/from b/to\nsimilarity index 100%\nrename from from\nrename to to\n"
      "diff --git a/empty b/empty\nnew file mode 100644\nindex 000..e69\n"
      "-- \n2.39.5\n");
  ASSERT_TRUE(patch.ok()) << patch.status().message();

  const auto after = Apply(*patch, {{"gone", "bye\n"}, {"from", "same"}});

  ASSERT_TRUE(after.ok()) << after.status().message();
  Files files;
  for (const PatchedFile& file : *after) files[file.path] = file.text.value_or("(deleted)");
  EXPECT_EQ(files, (Files{{"new.txt", "hello\n"},
                          {"gone", "(deleted)"},
                          {"from", "(deleted)"},
                          {"to", "same"},
                          {"empty", ""}}));
}

TEST(ParsePatch, TakesTheNamesOfPlainDiffs) {
  const auto path_of = [](const std::string& old_name, const std::string& new_name) {
    const auto patch =
        ParsePatch("--- " + old_name + "\n+++ " + new_name + "\n@@ -1 +1 @@\n-a\n+b\n");
    return patch.ok() ? patch->files.front().new_path : patch.status().message();
  };

  EXPECT_EQ(path_of("a/dir/f", "b/dir/f"), "dir/f");
  EXPECT_EQ(path_of("dir/f", "dir/f"), "dir/f");
  EXPECT_EQ(path_of("orig/dir/f\t2024-01-01", "new/dir/f\t2024-01-02"), "dir/f");
  EXPECT_THAT(path_of("f.orig", "f"), testing::HasSubstr("renames with changes"));
}

TEST(ParsePatch, RefusesPathsThatLeaveTheTree) {
  const std::string hunk = "@@ -1 +1 @@\n-a\n+b\n";

  EXPECT_THAT(Why("--- /etc/passwd\n+++ /etc/passwd\n" + hunk), testing::HasSubstr("absolute"));
  EXPECT_THAT(Why("--- a/../x\n+++ b/../x\n" + hunk), testing::HasSubstr("'..'"));
  EXPECT_THAT(Why("--- a/d/.GIT/hooks/x\n+++ b/d/.GIT/hooks/x\n" + hunk),
              testing::HasSubstr(".git folder"));
  EXPECT_THAT(Why("--- \"a/x\\000y\"\n+++ \"b/x\\000y\"\n" + hunk), testing::HasSubstr("NUL"));
}

TEST(ParsePatch, RefusesWhatItCannotCarryAndNamesTheLine) {
  const std::string header = "--- a/f\n+++ b/f\n";

  EXPECT_THAT(Why("diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"),
              testing::StartsWith("line 2 of the patch: mode changes"));
  EXPECT_THAT(Why("diff --git a/f b/f\nnew file mode 120000\n"), testing::HasSubstr("plain files"));
  EXPECT_THAT(Why("diff --git a/f b/f\nGIT binary patch\n"), testing::HasSubstr("binary"));
  EXPECT_THAT(Why("Binary files a/x and b/x differ\n"), testing::HasSubstr("binary"));
  EXPECT_THAT(
      Why("diff --git a/f b/g\nrename from f\nrename to g\n--- a/f\n+++ b/g\n@@ -1 +1 @@\n"),
      testing::HasSubstr("renames with changes"));
  EXPECT_THAT(Why("no diff here\n"), testing::HasSubstr("no file header"));
  EXPECT_THAT(Why(header), testing::HasSubstr("without a hunk"));
  EXPECT_THAT(Why(header + "@@ -1 +1 @@\n-a\n"), testing::HasSubstr("ends inside a hunk"));
  EXPECT_THAT(Why(header + "@@ -1 +1 @@\n-a\n+b\n+c\n"), testing::HasSubstr("more lines"));
  EXPECT_THAT(Why(header + "@@ -1 +1 @@\n-a\n+b\n\n+c\n"), testing::HasSubstr("more lines"));
  EXPECT_THAT(Why(header + "@@ -1,2 +1 @@\n-a\n+b\n-c\n-d\n"), testing::HasSubstr("more lines"));
  EXPECT_THAT(Why(header + "@@ -1 +7 @@\n-a\n+b\n"), testing::HasSubstr("start at line 1"));
  EXPECT_THAT(Why(header + "@@ -99999999999999999999 +1 @@\n"), testing::HasSubstr("hunk header"));
  EXPECT_THAT(Why(header + "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n-b\n"),
              testing::HasSubstr("no line end"));
}

TEST(ApplyPatch, NamesTheLineThatIsNotAsExpected) {
  const Patch patch = DiffTexts("d/f", "1\n2\n3\n", "1\n2\nx\n");

  const auto missing = Apply(patch, {});
  const auto other = Apply(patch, {{"d/f", "1\n2\n4\n"}});

  EXPECT_EQ(missing.status().reason(), "PATCH_DOES_NOT_APPLY");
  EXPECT_EQ(missing.status().message(), "d/f: there is no such file");
  EXPECT_EQ(other.status().message(), "d/f: line 3 is not what the patch expects there");
}

TEST(ApplyPatch, RefusesToMakeAFileThatExistsAndToDeleteOneThatHasMore) {
  const auto made = ParsePatch("--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n");
  const auto gone = ParsePatch("--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
  ASSERT_TRUE(made.ok() && gone.ok());

  EXPECT_THAT(Apply(*made, {{"f", ""}}).status().message(), testing::HasSubstr("exists"));
  EXPECT_THAT(Apply(*gone, {{"f", "a\nb\n"}}).status().message(),
              testing::HasSubstr("not all of its lines"));
}

TEST(ApplyPatch, PassesOnWhyAFileCannotBeRead) {
  const auto after = ApplyPatch(DiffTexts("f", "a\n", "b\n"), [](const std::string&) {
    return Result<std::optional<std::string>>(Status(Code::kDataLoss, "ARTIFACT_DAMAGED", "f"));
  });

  EXPECT_EQ(after.status().reason(), "ARTIFACT_DAMAGED");
}

}  // namespace
}  // namespace inquest::formats
