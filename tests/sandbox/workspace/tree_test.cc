#include "sandbox/workspace/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/store/memory.h"

namespace inquest::sandbox {
namespace {

using Kind = TreeEntry::Kind;

Tree SmallTree() {
  return {{{"bin/run", Kind::kExecutable, Sha256("x"), 1},
           {"link", Kind::kSymlink, Sha256("src"), 3},
           {"src/odd\nname\xff", Kind::kFile, Sha256(""), 0}}};
}

std::string Entry(const std::string& path, const std::string& size = "1") {
  return "f " + Sha256("x").ToHex() + ' ' + size + ' ' + path + '\0';
}

std::string Why(const std::string& entries) {
  const auto tree = DecodeTree("inquest tree 1\n" + entries);
  if (tree.ok()) return "accepted";
  EXPECT_EQ(tree.status().reason(), "TREE_DAMAGED");
  return tree.status().message();
}

TEST(Tree, ReadsBackAsItWasWritten) {
  const std::string manifest = EncodeTree(SmallTree());
  const auto tree = DecodeTree(manifest);

  ASSERT_TRUE(tree.ok()) << tree.status().message();
  ASSERT_EQ(tree->entries.size(), 3U);
  EXPECT_EQ(EncodeTree(*tree), manifest);
  EXPECT_EQ(tree->entries[2].path, "src/odd\nname\xff");
  EXPECT_EQ(tree->entries[0].kind, Kind::kExecutable);
}

TEST(Tree, FindsAPathOrNothing) {
  const Tree tree = SmallTree();

  ASSERT_NE(tree.Find("link"), nullptr);
  EXPECT_EQ(tree.Find("link")->content, Sha256("src"));
  EXPECT_EQ(tree.Find("src"), nullptr);
  EXPECT_EQ(tree.Find("z"), nullptr);
}

TEST(Tree, TheFormatIsFixed) {
  EXPECT_EQ(EncodeTree({{{"a", Kind::kFile, Sha256("x"), 1}}}), "inquest tree 1\n" + Entry("a"));
}

TEST(Tree, RefusesWhatIsNotTheOneWayToWriteIt) {
  EXPECT_EQ(Why(Entry("a") + Entry("b")), "accepted");
  EXPECT_THAT(Why(Entry("b") + Entry("a")), testing::HasSubstr("order"));
  EXPECT_THAT(Why(Entry("a") + Entry("a")), testing::HasSubstr("order"));
  EXPECT_THAT(Why(Entry("a") + Entry("a-b") + Entry("a/b")),
              testing::HasSubstr("folder is a file"));
  EXPECT_THAT(Why(Entry("a", "01")), testing::HasSubstr("size"));
  EXPECT_THAT(Why(Entry("a", "-1")), testing::HasSubstr("size"));
  EXPECT_THAT(Why(Entry("a", "99999999999999999999")), testing::HasSubstr("size"));
  EXPECT_THAT(Why(Entry("a", "4611686018427387904")), testing::HasSubstr("size"));
  EXPECT_THAT(Why("f short 1 a" + std::string(1, '\0')), testing::HasSubstr("digest"));
  const std::string whole = Entry("a");
  EXPECT_THAT(Why(whole.substr(0, whole.size() - 1)), testing::HasSubstr("cut off"));
  EXPECT_EQ(DecodeTree("").status().reason(), "TREE_DAMAGED");
}

TEST(Tree, RefusesPathsThatLeaveItOrReachGit) {
  for (const std::string path : {"/a", "../a", "a/../b", "a//b", "a/", "./a", ".git/config",
                                 "sub/.Git/hooks/post-checkout", ""}) {
    EXPECT_THAT(Why(Entry(path)), testing::HasSubstr("its path")) << path;
  }
  EXPECT_THAT(Why(Entry(std::string(300, 'a'))), testing::HasSubstr("255"));
  std::string deep = "a";
  for (int i = 0; i < 200; ++i) deep += "/a";
  EXPECT_THAT(Why(Entry(deep)), testing::HasSubstr("128"));
}

TEST(Tree, IsReadFromItsManifestInTheStore) {
  store::MemoryStore store;
  const auto stored = store.Put(EncodeTree(SmallTree()), "application/vnd.inquest.tree");
  ASSERT_TRUE(stored.ok());

  EXPECT_TRUE(ReadTree(store, stored->digest()).ok());
  EXPECT_EQ(ReadTree(store, Sha256("none").ToHex()).status().reason(), "TREE_NOT_FOUND");
  EXPECT_EQ(ReadTree(store, "../../etc").status().reason(), "BAD_DIGEST");
}

TEST(Link, MayPointInsideTheTreeOnly) {
  EXPECT_EQ(WhyUnsafeLink("a/b/link", "../../c/d"), nullptr);
  EXPECT_EQ(WhyUnsafeLink("link", "."), nullptr);
  EXPECT_EQ(WhyUnsafeLink("link", "./x/./y"), nullptr);
  for (const std::string target : {"/etc/passwd", "..", "x/../../y", "x/..", ""}) {
    EXPECT_NE(WhyUnsafeLink("link", target), nullptr) << target;
  }
  EXPECT_NE(WhyUnsafeLink("a/link", "../../x"), nullptr);
}

}  // namespace
}  // namespace inquest::sandbox
