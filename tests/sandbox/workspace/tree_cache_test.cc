#include "sandbox/workspace/tree_cache.h"

#include <gmock/gmock.h>

#include <thread>

#include "runtime/store/memory.h"
#include "sandbox/workspace/snapshot.h"
#include "tests/sandbox/workspace/folder.h"

namespace inquest::sandbox {
namespace {

class TreeCacheTest : public testing::Test {
 protected:
  // The digest of a tree with one file of that text, an executable and a link.
  std::string Tree(const std::string& text) {
    Folder source;
    source.Write("d/f", text);
    source.Write("run", "#!/bin/sh\n", 0755);
    source.Link("link", "d/f");
    return SnapshotDirectory(source.path(), store_, {}, {})->tree_digest;
  }
  std::unique_ptr<TreeCache> Open(const TreeCacheLimits& limits = {}) {
    auto cache = std::make_unique<TreeCache>(folder_.At("trees"), store_, limits);
    EXPECT_TRUE(cache->Open().ok());
    return cache;
  }
  int TreesOnDisk() const {
    int trees = 0;
    for (const auto& at : std::filesystem::directory_iterator(folder_.At("trees"))) {
      trees += at.is_directory() ? 1 : 0;
    }
    return trees;
  }

  // Somebody else where that is possible.
  const uid_t owner_ = ::geteuid() == 0 ? 54321 : ::geteuid();
  Folder folder_;
  store::MemoryStore store_;
};

TEST_F(TreeCacheTest, WritesTheTreeForItsOwner) {
  const auto cache = Open();
  const auto tree = cache->Materialise(Tree("text"), owner_);

  ASSERT_TRUE(tree.ok()) << tree.status().message();
  const std::string root = (*tree)->path();
  EXPECT_EQ(*ReadFile(root + "/d/f", 100), "text");
  EXPECT_EQ(*ReadFile(root + "/link", 100), "text");
  const auto check = [&](const std::string& path, mode_t mode) {
    struct stat status = {};
    ASSERT_EQ(::lstat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_uid, owner_) << path;
    if (!S_ISLNK(status.st_mode)) {
      EXPECT_EQ(status.st_mode & 07777, mode) << path;
    }
  };
  check(root + "/..", 0700);
  check(root, 0755);
  check(root + "/d", 0755);
  check(root + "/d/f", 0644);
  check(root + "/run", 0755);
  check(root + "/link", 0);
}

TEST_F(TreeCacheTest, WritesItOnceForAllWhoAskAtTheSameTime) {
  const auto cache = Open();
  const std::string digest = Tree("text");
  std::vector<std::shared_ptr<const MaterialisedTree>> trees(8);
  {
    std::vector<std::jthread> threads;
    for (auto& tree : trees) {
      threads.emplace_back([&] { tree = *cache->Materialise(digest, owner_); });
    }
  }

  for (const auto& tree : trees) EXPECT_EQ(tree, trees.front());
  EXPECT_EQ(TreesOnDisk(), 1);
}

TEST_F(TreeCacheTest, KeepsTreesOverARestart) {
  const std::string digest = Tree("text");
  const std::string path = (*Open()->Materialise(digest, owner_))->path();
  store::MemoryStore empty;
  TreeCache cache(folder_.At("trees"), empty, {});
  ASSERT_TRUE(cache.Open().ok());

  const auto tree = cache.Materialise(digest, owner_);

  ASSERT_TRUE(tree.ok()) << tree.status().message();
  EXPECT_EQ((*tree)->path(), path);
}

TEST_F(TreeCacheTest, ThrowsAwayWhatWasHalfMadeAndWhatIsFromBeforeAReboot) {
  const std::string digest = Tree("text");
  ASSERT_TRUE(Open()->Materialise(digest, owner_).ok());
  folder_.Write("trees/new-abc/tree/d/f", "half");

  Open();
  EXPECT_EQ(TreesOnDisk(), 1);

  folder_.Write("trees/boot", "another boot");
  Open();
  EXPECT_EQ(TreesOnDisk(), 0);
}

TEST_F(TreeCacheTest, ThrowsAwayWhatACopiedDirectoryBrings) {
  static_cast<void>(Open()->Materialise(Tree("text"), owner_));
  std::filesystem::rename(folder_.At("trees"), folder_.At("original"));
  std::filesystem::copy(folder_.At("original"), folder_.At("trees"),
                        std::filesystem::copy_options::recursive);

  const auto cache = Open();

  EXPECT_EQ(TreesOnDisk(), 0);
}

TEST_F(TreeCacheTest, LeavesNothingOfATreeThatCannotBeMade) {
  const auto cache = Open();
  const std::string digest = Tree("text");
  ASSERT_TRUE(store_.DamageArtifact(Sha256("text")));

  EXPECT_EQ(cache->Materialise(digest, owner_).status().reason(), "ARTIFACT_DAMAGED");
  EXPECT_EQ(cache->Materialise(Sha256("none").ToHex(), owner_).status().reason(), "TREE_NOT_FOUND");
  EXPECT_EQ(cache->Materialise("../x", owner_).status().reason(), "BAD_DIGEST");
  EXPECT_EQ(TreesOnDisk(), 0);
}

TEST_F(TreeCacheTest, RefusesAManifestThatLies) {
  const auto cache = Open({.tree_bytes = std::int64_t{1} << 30U});
  const auto put = [&](const sandbox::Tree& tree) {
    return store_.Put(EncodeTree(tree), "application/vnd.inquest.tree")->digest();
  };
  ASSERT_TRUE(store_.Put("/etc/passwd", "x").ok());
  const Digest target = Sha256("/etc/passwd");

  const auto link = put({{{"link", TreeEntry::Kind::kSymlink, target, 11}}});
  const auto size = put({{{"file", TreeEntry::Kind::kFile, target, 12}}});
  sandbox::Tree large;
  for (char name = 'a'; name <= 'z'; ++name) {
    large.entries.push_back(
        {std::string(1, name), TreeEntry::Kind::kFile, target, store::kArtifactLimitBytes});
  }
  const auto giant = put(large);

  EXPECT_EQ(cache->Materialise(link, owner_).status().reason(), "TREE_DAMAGED");
  EXPECT_EQ(cache->Materialise(size, owner_).status().reason(), "TREE_DAMAGED");
  EXPECT_EQ(cache->Materialise(giant, owner_).status().reason(), "TREE_TOO_LARGE");
  EXPECT_EQ(TreesOnDisk(), 0);
}

TEST_F(TreeCacheTest, EvictsTheLeastRecentlyUsedButNoneInUse) {
  const std::string a = Tree("a");
  const std::string b = Tree("b");
  const std::string c = Tree("c");
  const std::int64_t one = (*Open()->Materialise(a, owner_))->disk_bytes();
  const auto cache = Open({.disk_bytes = 2 * one});
  auto held = *cache->Materialise(a, owner_);
  const std::string path_of_b = (*cache->Materialise(b, owner_))->path();

  const std::string path_of_c = (*cache->Materialise(c, owner_))->path();

  EXPECT_TRUE(std::filesystem::exists(held->path()));
  EXPECT_FALSE(std::filesystem::exists(path_of_b));
  EXPECT_TRUE(std::filesystem::exists(path_of_c));
  EXPECT_EQ(TreesOnDisk(), 2);

  const std::string path_of_a = held->path();
  held.reset();
  ASSERT_TRUE(cache->Materialise(c, owner_).ok());
  ASSERT_TRUE(cache->Materialise(b, owner_).ok());
  EXPECT_FALSE(std::filesystem::exists(path_of_a));
}

// A run that an earlier daemon started uses its tree although nobody here asked for it.
TEST_F(TreeCacheTest, NeverEvictsWhatIsHeldByItsPath) {
  const std::string digest = Tree("used");
  const std::string path = (*Open()->Materialise(digest, ::geteuid()))->path();
  const auto cache = Open({.disk_bytes = 1, .tree_bytes = 1 << 20, .tree_files = 100});
  auto held = cache->Hold(path);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(cache->Hold(path + "x"), nullptr);

  ASSERT_TRUE(cache->Materialise(Tree("new"), ::geteuid()).ok());
  EXPECT_TRUE(std::filesystem::exists(path));
  held.reset();
  ASSERT_TRUE(cache->Materialise(Tree("newer"), ::geteuid()).ok());

  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(TreeCacheTest, HasATreeForEachOwner) {
  if (::geteuid() != 0) {
    EXPECT_EQ(Open()->Materialise(Tree("x"), ::geteuid() + 1).status().code(),
              Code::kPermissionDenied);
    return;
  }
  const auto cache = Open();
  const std::string digest = Tree("x");

  EXPECT_NE((*cache->Materialise(digest, 54321))->path(),
            (*cache->Materialise(digest, 54322))->path());
}

}  // namespace
}  // namespace inquest::sandbox
