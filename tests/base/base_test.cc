#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "runtime/base/digest.h"
#include "runtime/base/edit_distance.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/base/mailbox.h"
#include "runtime/base/status.h"

namespace inquest {
namespace {

TEST(Digest, IsTheSha256OfTheStandardExample) {
  EXPECT_EQ(Sha256("abc").ToHex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, OfPiecesIsTheDigestOfTheWhole) {
  Hasher hasher;
  hasher.Update("a");
  hasher.Update("bc");

  EXPECT_EQ(hasher.Finish(), Sha256("abc"));
}

TEST(Digest, AFinishedHasherBeginsAnew) {
  Hasher hasher;
  EXPECT_EQ(hasher.Finish(), Sha256(""));
  hasher.Update("abc");
  EXPECT_EQ(hasher.Finish(), Sha256("abc"));
  EXPECT_EQ(hasher.Finish(), Sha256(""));
}

TEST(Digest, FromHexRefusesUpperCaseAndWrongLength) {
  const std::string good = Sha256("x").ToHex();

  EXPECT_TRUE(DigestFromHex(good).ok());
  EXPECT_EQ(DigestFromHex(good.substr(1)).status().reason(), "BAD_DIGEST");
  EXPECT_EQ(DigestFromHex("A" + good.substr(1)).status().reason(), "BAD_DIGEST");
}

TEST(EditDistance, CountsWhatIsInsertedRemovedAndReplaced) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("ab", "ba"), 2U);
}

TEST(Status, GainsContextOnTheWayUp) {
  const Status status = ErrnoStatus("open /x", ENOSPC).At("store");

  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(status.reason(), "DISK_FULL");
  EXPECT_EQ(status.message(), "store: open /x: No space left on device");
}

class FileTest : public testing::Test {
 protected:
  FileTest() : folder_(testing::TempDir() + NewId()) { CHECK(MakeDirectories(folder_, 0700).ok()); }
  ~FileTest() override { std::filesystem::remove_all(folder_); }
  const std::string folder_;
};

TEST_F(FileTest, WriteReplacesTheWholeFileAndLeavesNoTemporary) {
  const std::string path = folder_ + "/f";
  ASSERT_TRUE(WriteFileAtomically(path, "old", 0600, Durability::kNone).ok());
  ASSERT_TRUE(WriteFileAtomically(path, "new", 0600, Durability::kSynced).ok());

  const auto bytes = ReadFile(path, 10);

  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, ReadRefusesAFileOverTheLimit) {
  const std::string path = folder_ + "/f";
  ASSERT_TRUE(WriteFileAtomically(path, "12345", 0600, Durability::kNone).ok());

  EXPECT_EQ(ReadFile(path, 4).status().reason(), "FILE_TOO_LARGE");
}

TEST(Mailbox, RefusesWhenFullAndDrainsAfterClose) {
  Mailbox<int> mailbox(2);

  EXPECT_TRUE(mailbox.TryPut(1));
  EXPECT_TRUE(mailbox.TryPut(2));
  EXPECT_FALSE(mailbox.TryPut(3));
  EXPECT_TRUE(mailbox.Put(4));
  mailbox.Close();

  EXPECT_EQ(mailbox.TakeAll(), (std::vector<int>{1, 2, 4}));
  EXPECT_TRUE(mailbox.TakeAll().empty());
  EXPECT_FALSE(mailbox.Put(5));
}

TEST(Mailbox, WakesTheTakerInAnotherThread) {
  Mailbox<int> mailbox(1);
  std::vector<int> taken;
  std::thread taker([&] { taken = mailbox.TakeAll(); });

  ASSERT_TRUE(mailbox.Put(7));
  taker.join();

  EXPECT_EQ(taken, std::vector<int>{7});
}

TEST(Id, IsTypeableAndDiffers) {
  const std::string id = NewId();

  EXPECT_EQ(id.size(), 20U);
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_NE(id, NewId());
}

}  // namespace
}  // namespace inquest
