#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/formats/unified_diff.h"

// Against the real git, diff and patch.

namespace inquest::formats {
namespace {

class Tools : public testing::Test {
 protected:
  Tools() : folder_(testing::TempDir() + NewId()) { CHECK(MakeDirectories(folder_, 0700).ok()); }
  ~Tools() override { std::filesystem::remove_all(folder_); }

  // The exit code of a shell command in the folder.
  int Shell(const std::string& command) const {
    const std::string line = "cd " + folder_ + " && export HOME=" + folder_ +
                             " GIT_CONFIG_NOSYSTEM=1 && (" + command + ") > log 2>&1";
    const int status = std::system(line.c_str());
    return WEXITSTATUS(status);
  }
  void Write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(WriteFileAtomically(folder_ + '/' + name, text, 0600, Durability::kNone).ok());
  }
  std::string Read(const std::string& name) const {
    const auto text = ReadFile(folder_ + '/' + name, 1U << 24U);
    return text.ok() ? *text : "(" + text.status().message() + ")";
  }

  const std::string folder_;
};

// A text of few different lines, so that there is much to align; sometimes without its last
// newline.
std::string RandomText(std::mt19937& random) {
  std::string text;
  const auto lines = random() % 30;
  for (std::size_t i = 0; i < lines; ++i) {
    text += std::string(1, static_cast<char>('a' + random() % 5));
    text += random() % 7 == 0 ? "\r\n" : "\n";
  }
  if (!text.empty() && random() % 4 == 0) text.pop_back();
  return text;
}

std::string RandomEdit(std::string text, std::mt19937& random) {
  for (auto edits = random() % 4; edits > 0; --edits) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    if (random() % 2 == 0) {
      text.insert(at, "z\n");
    } else {
      text.erase(at, random() % 5);
    }
  }
  return text;
}

std::optional<std::string> Applied(const Patch& patch, const std::string& before) {
  if (patch.files.empty()) return before;
  const auto after = ApplyPatch(patch, [&](const std::string&) {
    return Result<std::optional<std::string>>(std::optional<std::string>(before));
  });
  if (!after.ok()) return after.status().message();
  return after->front().text;
}

TEST_F(Tools, EveryDiffAppliesReversesAndReadsBack) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    const std::string before = RandomText(random);
    const std::string after = round % 2 == 0 ? RandomText(random) : RandomEdit(before, random);
    const Patch patch = DiffTexts("f", before, after);
    const auto parsed = ParsePatch(FormatPatch(patch));

    ASSERT_TRUE(parsed.ok()) << parsed.status().message() << '\n' << FormatPatch(patch);
    ASSERT_EQ(FormatPatch(*parsed), FormatPatch(patch));
    ASSERT_EQ(Applied(*parsed, before), after) << FormatPatch(patch);
    ASSERT_EQ(Applied(Reverse(*parsed), after), before) << FormatPatch(Reverse(*parsed));
  }
}

TEST_F(Tools, GitAppliesWhatWePrint) {
  std::mt19937 random(2);
  for (int round = 0; round < 40; ++round) {
    const std::string before = RandomText(random) + "end\n";
    const std::string after = RandomEdit(before, random) + "x";
    const Patch patch = DiffTexts("a name.txt", before, after);
    Write("a name.txt", before);
    Write("p", FormatPatch(patch));
    Write("r", FormatPatch(Reverse(patch)));

    ASSERT_EQ(Shell("git apply p"), 0) << Read("log") << Read("p");
    ASSERT_EQ(Read("a name.txt"), after) << Read("p");
    ASSERT_EQ(Shell("git apply r"), 0) << Read("log") << Read("r");
    ASSERT_EQ(Read("a name.txt"), before) << Read("r");
  }
}

TEST_F(Tools, GitAndPatchMakeAndDeleteFilesAsWePrint) {
  const auto patch = ParsePatch(
      "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+hello\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 "
      "@@\n-x\n");
  ASSERT_TRUE(patch.ok());
  Write("p", FormatPatch(*patch));
  for (const std::string tool : {"git apply p", "patch -p1 < p"}) {
    Write("old", "x\n");

    ASSERT_EQ(Shell(tool), 0) << Read("log");
    EXPECT_EQ(Read("new"), "hello\n");
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/old"));
    std::filesystem::remove(folder_ + "/new");
  }
}

TEST_F(Tools, WhatGitDiffAndFormatPatchPrintIsRead) {
  ASSERT_EQ(Shell("git init -q . && git config user.email a@b && git config user.name n && "
                  "printf '1\\n2\\n3' > f && printf x > 'sp ace' && touch void && git add . && "
                  "git commit -qm base && printf '1\\n2\\n4\\n' > f && git rm -q 'sp ace' && "
                  "git mv void moved && printf new > n\xc3\xa9w && git add . && git commit -qm two "
                  "&& git tag two"),
            0)
      << Read("log");
  for (const std::string command :
       {"git diff HEAD~", "git diff --no-prefix HEAD~", "git format-patch --stdout HEAD~",
        "git -c diff.mnemonicPrefix=true diff HEAD~", "git show --stat -p"}) {
    ASSERT_EQ(Shell(command + " > d"), 0);
    const auto patch = ParsePatch(Read("d"));
    ASSERT_TRUE(patch.ok()) << command << ": " << patch.status().message() << Read("d");
    Write("p", FormatPatch(*patch));

    EXPECT_EQ(patch->files.size(), 4U) << Read("d");
    EXPECT_EQ(
        Shell("rm -rf t && git worktree prune && git worktree add -q --detach t HEAD~ && cd t "
              "&& git apply --index ../p && git diff --cached --quiet two"),
        0)
        << command << Read("log") << Read("p");
  }
}

TEST_F(Tools, WhatDiffPrintsForFoldersIsRead) {
  ASSERT_EQ(Shell("mkdir -p a/d b/d && printf '1\\n' > a/d/f && printf '2\\n' > b/d/f && "
                  "printf 'n\\n' > b/new && printf 'o\\n' > a/gone; diff -ruN a b > d; true"),
            0);
  const auto patch = ParsePatch(Read("d"));
  ASSERT_TRUE(patch.ok()) << patch.status().message() << Read("d");

  ASSERT_EQ(patch->files.size(), 3U);
  EXPECT_EQ(patch->files[0].old_path, "d/f");
  EXPECT_EQ(patch->files[1].new_path, "");
  EXPECT_EQ(patch->files[2].old_path, "");
}

}  // namespace
}  // namespace inquest::formats
