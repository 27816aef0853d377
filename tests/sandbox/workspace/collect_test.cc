#include "sandbox/workspace/collect.h"

#include <gmock/gmock.h>

#include "tests/sandbox/workspace/folder.h"

namespace inquest::sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Collect, GivesTheFilesThatARunLeft) {
  Folder out;
  out.Write("b.json", "{}");
  out.Write("a/x", std::string("\0\xff", 2));

  const auto files = Collect(out.path(), {});

  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ((*files)[0].path, "a/x");
  EXPECT_EQ((*files)[0].bytes, std::string("\0\xff", 2));
  EXPECT_EQ((*files)[1].size_bytes, 2);
  EXPECT_FALSE((*files)[1].truncated);
}

TEST(Collect, NeverOpensLinksFifosAndSockets) {
  Folder out;
  Folder secret;
  secret.Write("key", "secret");
  out.Link("link", secret.At("key"));
  out.Link("folder", secret.path());
  ASSERT_EQ(::mkfifo(out.At("fifo").c_str(), 0666), 0);
  out.Write("real", "1");

  std::vector<std::string> left_out;
  const auto files = Collect(out.path(), {}, &left_out);

  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().path, "real");
  EXPECT_THAT(left_out,
              ElementsAre(HasSubstr("fifo: "), HasSubstr("folder: "), HasSubstr("link: ")));
}

TEST(Collect, RefusesAFolderThatIsALink) {
  Folder out;
  out.Link("out", "/etc");

  EXPECT_FALSE(Collect(out.At("out"), {}).ok());
}

TEST(Collect, CutsFilesAtTheLimitsAndSaysSo) {
  Folder out;
  out.Write("1", std::string(8, 'a'));
  out.Write("2", std::string(20, 'b'));
  out.Write("3", std::string(8, 'c'));
  out.Write("4", "d");
  ASSERT_EQ(::truncate(out.At("2").c_str(), std::int64_t{1} << 40U), 0);

  std::vector<std::string> left_out;
  const auto files =
      Collect(out.path(), {.files = 3, .file_bytes = 10, .total_bytes = 22}, &left_out);

  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 3U);
  EXPECT_FALSE((*files)[0].truncated);
  EXPECT_EQ((*files)[1].bytes, std::string(10, 'b'));
  EXPECT_EQ((*files)[1].size_bytes, std::int64_t{1} << 40U);
  EXPECT_TRUE((*files)[1].truncated);
  EXPECT_EQ((*files)[2].bytes, "cccc");
  EXPECT_TRUE((*files)[2].truncated);
  EXPECT_THAT(left_out, ElementsAre("4: over the limit of 3 files"));
}

TEST(Collect, KeepsHostileNamesAsBytes) {
  Folder out;
  out.Write("\x1b]0;x\x07\n\xff", "");

  const auto files = Collect(out.path(), {});

  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().path, "\x1b]0;x\x07\n\xff");
}

TEST(Collect, StopsInAFolderWithTooManyNames) {
  Folder out;
  for (int i = 0; i < 1200; ++i) out.Link("l" + std::to_string(i), "x");
  out.Write("a", "1");

  std::vector<std::string> left_out;
  const auto files = Collect(out.path(), {.files = 1}, &left_out);

  EXPECT_TRUE(files.ok());
  EXPECT_THAT(left_out, ElementsAre("(the rest): too many files and directories"));
}

TEST(Collect, BearsDeepFolders) {
  Folder out;
  std::string path = "d";
  for (int i = 0; i < 100; ++i) path += "/d";
  out.Write(path + "/f", "1");

  std::vector<std::string> left_out;
  const auto files = Collect(out.path(), {}, &left_out);

  EXPECT_TRUE(files.ok());
  EXPECT_THAT(left_out, ElementsAre(HasSubstr("too deep")));
}

}  // namespace
}  // namespace inquest::sandbox
