#include "sandbox/workspace/snapshot.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <atomic>
#include <thread>

#include "runtime/base/fd.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/beneath.h"
#include "tests/sandbox/workspace/folder.h"

namespace inquest::sandbox {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class SnapshotTest : public testing::Test {
 protected:
  Result<Snapshot> Take() { return SnapshotDirectory(folder_.path(), store_, options_, {}); }
  std::vector<std::string> Paths() {
    const auto snapshot = Take();
    if (!snapshot.ok()) return {snapshot.status().ToString()};
    std::vector<std::string> paths;
    for (const TreeEntry& entry : snapshot->tree.entries) paths.push_back(entry.path);
    return paths;
  }

  Folder folder_;
  store::MemoryStore store_;
  SnapshotOptions options_;
};

TEST_F(SnapshotTest, HoldsFilesExecutablesAndLinks) {
  folder_.Write("src/a.py", "print(1)\n");
  folder_.Write("run.sh", "#!/bin/sh\n", 0755);
  folder_.Link("src/link", "../run.sh");

  const auto snapshot = Take();

  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  ASSERT_EQ(snapshot->tree.entries.size(), 3U);
  EXPECT_EQ(snapshot->tree.Find("run.sh")->kind, TreeEntry::Kind::kExecutable);
  EXPECT_EQ(snapshot->tree.Find("src/link")->content, Sha256("../run.sh"));
  EXPECT_EQ(*store_.ReadAll(snapshot->tree.Find("src/a.py")->content.ToHex()), "print(1)\n");
  EXPECT_EQ(snapshot->tree_digest, Sha256(EncodeTree(snapshot->tree)).ToHex());
  EXPECT_EQ(snapshot->size_bytes, 9 + 10 + 9);
}

TEST_F(SnapshotTest, OfTheSameFilesHasTheSameDigestWhateverTheirTimes) {
  folder_.Write("b", "2");
  folder_.Write("a", "1");
  const auto first = Take();
  std::filesystem::remove(folder_.At("a"));
  folder_.Write("a", "1", 0600);

  EXPECT_EQ(Take()->tree_digest, first->tree_digest);
}

TEST_F(SnapshotTest, LeavesOutWhatToolsMakeAgain) {
  folder_.Write("kept.py", "");
  folder_.Write("node_modules/m/index.js", "");
  folder_.Write("__pycache__/kept.cpython-311.pyc", "");
  folder_.Write("pkg/.pytest_cache/x", "");
  folder_.Write(".git/config", "");
  folder_.Write("sub/.git/config", "");
  folder_.Write("venv/pyvenv.cfg", "");
  folder_.Write("venv/lib/x.py", "");

  EXPECT_THAT(Paths(), ElementsAre("kept.py", "node_modules/m/index.js"));
  EXPECT_THAT(Take()->left_out, ElementsAre(HasSubstr("venv: a virtual environment")));
}

TEST_F(SnapshotTest, NeverOpensOrFollowsWhatIsNoFileOfTheTree) {
  folder_.Write("kept", "");
  folder_.Link("abs", "/etc/passwd");
  folder_.Link("up", "../../../../etc/passwd");
  folder_.Link("folder", "/etc");
  ASSERT_EQ(::mkfifo(folder_.At("fifo").c_str(), 0666), 0);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  folder_.At("socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  std::vector<std::string> names = {"abs", "fifo", "folder", "socket", "up"};
  if (::geteuid() == 0) {
    ASSERT_EQ(::mknod(folder_.At("device").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
    names.insert(names.begin() + 1, "device");
  }

  const auto snapshot = Take();

  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  EXPECT_EQ(snapshot->tree.entries.size(), 1U);
  ASSERT_EQ(snapshot->left_out.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_THAT(snapshot->left_out[i], StartsWith(names[i] + ": "));
  }
}

TEST_F(SnapshotTest, ListsAtMostAHundredAsPrintableText) {
  for (int i = 0; i < 150; ++i) folder_.Link("l\x1b\xff" + std::to_string(i), "/x");

  const auto snapshot = Take();

  EXPECT_EQ(snapshot->left_out.size(), 100U);
  EXPECT_THAT(snapshot->left_out[0], StartsWith("l\\x1b\\xff0: a symbolic link"));
}

TEST_F(SnapshotTest, KeepsOddNamesAsBytes) {
  folder_.Write("new\nline", "");
  folder_.Write("\xff\xfe", "");
  folder_.Write("-rf", "");
  folder_.Write("..x", "");

  EXPECT_THAT(Paths(), ElementsAre("-rf", "..x", "new\nline", "\xff\xfe"));
}

TEST_F(SnapshotTest, SaysWhatIsWrongWithTheDirectory) {
  folder_.Write("file", "");

  EXPECT_EQ(SnapshotDirectory(folder_.At("none"), store_, {}, {}).status().reason(),
            "TARGET_NOT_FOUND");
  EXPECT_EQ(SnapshotDirectory(folder_.At("file"), store_, {}, {}).status().reason(),
            "TARGET_NOT_A_DIRECTORY");
}

TEST_F(SnapshotTest, RefusesMoreThanItsLimits) {
  folder_.Write("a", std::string(10, 'x'));
  folder_.Write("b", std::string(10, 'x'));
  const auto reason = [&](const SnapshotLimits& limits) {
    options_.limits = limits;
    const auto snapshot = Take();
    return snapshot.ok() ? "taken" : snapshot.status().reason();
  };

  EXPECT_EQ(reason({.files = 2, .total_bytes = 20, .file_bytes = 10}), "taken");
  EXPECT_EQ(reason({.files = 1, .total_bytes = 20, .file_bytes = 10}), "TARGET_TOO_LARGE");
  EXPECT_EQ(reason({.files = 2, .total_bytes = 19, .file_bytes = 10}), "TARGET_TOO_LARGE");
  EXPECT_EQ(reason({.files = 2, .total_bytes = 20, .file_bytes = 9}), "TARGET_TOO_LARGE");
  EXPECT_THAT(Take().status().message(), HasSubstr("point the target at a smaller directory"));
}

TEST_F(SnapshotTest, RefusesASparseGiantWithoutReadingIt) {
  folder_.Write("giant", "");
  ASSERT_EQ(::truncate(folder_.At("giant").c_str(), std::int64_t{1} << 40U), 0);

  EXPECT_EQ(Take().status().reason(), "TARGET_TOO_LARGE");
}

TEST_F(SnapshotTest, LeavesOutTheRuntimesOwnDirectories) {
  folder_.Write("data/inquest.db", "secret");
  folder_.Write("a", "");
  options_.own_directories = {folder_.At("data")};

  EXPECT_THAT(Paths(), ElementsAre("a"));
}

TEST_F(SnapshotTest, EndsWhenItIsToldTo) {
  folder_.Write("a", "");
  std::stop_source source;
  source.request_stop();

  const auto snapshot = SnapshotDirectory(folder_.path(), store_, {}, source.get_token());

  EXPECT_EQ(snapshot.status().code(), Code::kCancelled);
}

TEST_F(SnapshotTest, NeverMixesTwoVersionsOfAFileThatAnEditorReplaces) {
  const std::string a(300'000, 'a');
  const std::string b(200'000, 'b');
  folder_.Write("f", a);
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    for (bool flip = false; !stop; flip = !flip) folder_.Write("f", flip ? a : b);
  });
  for (int i = 0; i < 200; ++i) {
    const auto snapshot = Take();
    if (!snapshot.ok()) {
      ASSERT_EQ(snapshot.status().reason(), "TARGET_CHANGES");
      continue;
    }
    const TreeEntry* file = snapshot->tree.Find("f");
    ASSERT_NE(file, nullptr);
    const std::string bytes = *store_.ReadAll(file->content.ToHex());
    EXPECT_TRUE(bytes == a || bytes == b);
  }
  stop = true;
}

TEST(ReadFileAt, RefusesAFileThatIsNeverAsLongAsItSays) {
  const Fd folder(::open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

  EXPECT_EQ(ReadFileAt(folder.get(), "status", 1000).status().reason(), "FILE_CHANGES");
}

TEST_F(SnapshotTest, WritesNothingIntoTheDirectory) {
  folder_.Write("d/a", "1");
  const auto before = std::filesystem::last_write_time(folder_.At("d"));
  ASSERT_TRUE(Take().ok());

  EXPECT_EQ(std::filesystem::last_write_time(folder_.At("d")), before);
  EXPECT_EQ(std::distance(std::filesystem::recursive_directory_iterator(folder_.path()), {}), 2);
}

TEST_F(SnapshotTest, ReadsTheCommitOfACheckoutWithoutGit) {
  const std::string commit(40, 'c');
  folder_.Write("a", "");
  folder_.Write(".git/HEAD", "ref: refs/heads/main\n");
  folder_.Write(".git/packed-refs", "# pack-refs\n" + commit + " refs/heads/main\n");
  EXPECT_EQ(Take()->commit, commit);

  folder_.Write(".git/refs/heads/main", std::string(40, 'd') + "\n");
  EXPECT_EQ(Take()->commit, std::string(40, 'd'));

  folder_.Write(".git/HEAD", "ref: refs/../../../secret\n");
  EXPECT_EQ(Take()->commit, "");
  std::filesystem::remove(folder_.At(".git/HEAD"));
  folder_.Link(".git/HEAD", "/etc/hostname");
  EXPECT_EQ(Take()->commit, "");
}

}  // namespace
}  // namespace inquest::sandbox
