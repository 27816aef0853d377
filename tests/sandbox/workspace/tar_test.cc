#include "sandbox/workspace/tar.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#include "runtime/store/memory.h"
#include "sandbox/workspace/snapshot.h"
#include "tests/sandbox/workspace/folder.h"

namespace inquest::sandbox {
namespace {

using testing::HasSubstr;

// One entry: its header with a right checksum, its bytes, padded.
std::string Entry(const std::string& name, char type, const std::string& body,
                  const std::string& link = "", const std::string& size = "") {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  block.replace(100, 7, "0000644");
  char octal[12];
  std::snprintf(octal, sizeof(octal), "%011o", static_cast<unsigned>(body.size()));
  block.replace(124, 11, size.empty() ? octal : size);
  block.replace(148, 8, "        ");
  block[156] = type;
  block.replace(157, link.size(), link);
  block.replace(257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(octal, sizeof(octal), "%06o", sum);
  block.replace(148, 7, std::string(octal) + '\0');
  block += body;
  block.resize((block.size() + 511) / 512 * 512);
  return block;
}

const std::string kEnd(1024, '\0');

class TarTest : public testing::Test {
 protected:
  // Comes in pieces of odd sizes, as an upload does.
  Result<Snapshot> Take(const std::string& archive, const SnapshotLimits& limits = {}) {
    std::size_t at = 0;
    const ByteSource source = [&](std::span<char> buffer) -> Result<std::size_t> {
      const std::size_t size = std::min({buffer.size(), archive.size() - at, std::size_t{333}});
      archive.copy(buffer.data(), size, at);
      at += size;
      return size;
    };
    return SnapshotTar(source, store_, limits, {});
  }
  std::string Why(const std::string& archive) {
    const auto snapshot = Take(archive);
    return snapshot.ok() ? "taken"
                         : snapshot.status().reason() + ": " + snapshot.status().message();
  }

  store::MemoryStore store_;
};

TEST_F(TarTest, OfADirectoryIsTheTreeOfThatDirectoryInEachFormat) {
  Folder folder;
  folder.Write("s/a.py", "print(1)\n");
  folder.Write("s/run", std::string(3000, 'x'), 0755);
  folder.Write("s/" + std::string(90, 'd') + "/" + std::string(90, 'f'), "long");
  folder.Write("s/\xc3\xa9", "");
  folder.Link("s/link", "a.py");
  folder.Write("s/.git/hooks/post-checkout", "#!/bin/sh\n", 0755);
  ASSERT_EQ(::link(folder.At("s/a.py").c_str(), folder.At("s/hard").c_str()), 0);
  const auto expected = SnapshotDirectory(folder.At("s"), store_, {}, {});
  ASSERT_TRUE(expected.ok());

  for (const std::string format : {"ustar", "pax", "gnu"}) {
    const std::string command =
        "tar --format=" + format + " -C " + folder.At("s") + " -cf " + folder.At("t") + " .";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const auto snapshot = Take(folder.Read("t"));

    ASSERT_TRUE(snapshot.ok()) << format << ": " << snapshot.status().message();
    EXPECT_EQ(snapshot->tree_digest, expected->tree_digest) << format;
    EXPECT_EQ(snapshot->size_bytes, expected->size_bytes) << format;
    EXPECT_THAT(snapshot->left_out, testing::IsEmpty()) << format;
  }
}

TEST_F(TarTest, RefusesPathsThatLeaveTheTree) {
  EXPECT_THAT(Why(Entry("/etc/passwd", '0', "x") + kEnd), HasSubstr("is absolute"));
  EXPECT_THAT(Why(Entry("a/../../x", '0', "x") + kEnd), HasSubstr("'..'"));
  EXPECT_THAT(Why(Entry("x", 'x', "19 path=../../evil\n") + Entry("a", '0', "x") + kEnd),
              HasSubstr("BAD_ARCHIVE"));
  EXPECT_THAT(Why(Entry("././@LongLink", 'L', "../long") + Entry("a", '0', "x") + kEnd),
              HasSubstr("'..'"));
}

TEST_F(TarTest, NeverWritesThroughALink) {
  EXPECT_THAT(Why(Entry("d", '2', "", "sub") + Entry("d/x", '0', "x") + kEnd),
              HasSubstr("BAD_TREE"));
  EXPECT_THAT(Why(Entry("a", '0', "1") + Entry("a", '0', "2") + kEnd), HasSubstr("BAD_TREE"));
}

TEST_F(TarTest, LeavesOutDevicesAndLinksThatLeadOutside) {
  const auto snapshot =
      Take(Entry("dev", '3', "") + Entry("fifo", '6', "") + Entry("out", '2', "", "../x") +
           Entry("hard", '1', "", "/etc/passwd") + Entry("kept", '0', "x") + kEnd);

  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  EXPECT_EQ(snapshot->tree.entries.size(), 1U);
  EXPECT_EQ(snapshot->left_out.size(), 4U);
}

TEST_F(TarTest, RefusesWhatIsMalformed) {
  std::string flipped = Entry("a", '0', "x") + kEnd;
  flipped[0] = 'b';
  EXPECT_THAT(Why(flipped), HasSubstr("checksum"));
  EXPECT_THAT(Why("no archive at all"), HasSubstr("cut off"));
  EXPECT_THAT(Why(Entry("a", '0', "x")), HasSubstr("cut off"));
  EXPECT_THAT(Why(Entry("a", '0', std::string(600, 'x')).substr(0, 1024)), HasSubstr("cut off"));
  EXPECT_THAT(Why(Entry("a", 'S', "x") + kEnd), HasSubstr("unknown type"));
  EXPECT_THAT(Why(Entry("x", 'x', "99 path=a\n") + kEnd), HasSubstr("malformed pax"));
  EXPECT_THAT(Why(Entry("x", 'x', "9 size=-1\n") + Entry("a", '0', "") + kEnd),
              HasSubstr("malformed"));
  EXPECT_THAT(Why(Entry("x", 'x', std::string(100'000, 'x')) + kEnd), HasSubstr("too long"));
  EXPECT_THAT(Why(Entry("a", '0', "", "", "7777777777x") + kEnd), HasSubstr("not ustar's"));
}

TEST_F(TarTest, RefusesMoreThanItsLimitsBeforeItReadsThem) {
  const std::string giant = Entry("a", '0', "", "", "77777777777");
  EXPECT_EQ(Take(giant + kEnd).status().reason(), "TARGET_TOO_LARGE");
  EXPECT_EQ(
      Take(Entry("a", '0', "1") + Entry("b", '0', "1") + kEnd, {.files = 1}).status().reason(),
      "TARGET_TOO_LARGE");
}

}  // namespace
}  // namespace inquest::sandbox
