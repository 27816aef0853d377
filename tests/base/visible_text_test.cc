#include "runtime/base/visible_text.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(ForTerminal, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(ForTerminal("assert 3 == 4\n\tπ ≈ 3.14 日本 🙂"),
            "assert 3 == 4\n\tπ ≈ 3.14 日本 🙂");
}

TEST(ForTerminal, ShowsControlSequencesInsteadOfObeyingThem) {
  EXPECT_EQ(ForTerminal("\x1b]0;title\x07"), "\\x1b]0;title\\x07");
  EXPECT_EQ(ForTerminal("a\rb\x7f"), "a\\x0db\\x7f");
  EXPECT_EQ(ForTerminal("\xc2\x9b"
                        "2J"),
            "\\u{9b}2J");
  EXPECT_EQ(ForTerminal(std::string_view("\0", 1)), "\\x00");
}

TEST(ForTerminal, ShowsWhatReordersOrHidesText) {
  EXPECT_EQ(ForTerminal("a\u202eb"), "a\\u{202e}b");
  EXPECT_EQ(ForTerminal("a\u200bb\u2066c"), "a\\u{200b}b\\u{2066}c");
  EXPECT_EQ(ForTerminal("\U000E0041"), "\\u{e0041}");
}

TEST(ForTerminal, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(ForTerminal("\xff"
                        "a\xc3"),
            "\\xffa\\xc3");
  EXPECT_EQ(ForTerminal("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(ForTerminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(ForTerminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(ForTerminal, NeverLetsAControlByteThrough) {
  std::string bytes;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      bytes.push_back(static_cast<char>(first));
      bytes.push_back(static_cast<char>(second));
    }
  }

  for (const char c : ForTerminal(bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE((byte >= 0x20 && byte != 0x7f) || byte == '\n' || byte == '\t');
  }
}

TEST(OneLine, FoldsAndCuts) {
  EXPECT_EQ(OneLine("a\nb\tc", 100), "a b c");
  EXPECT_EQ(OneLine("abcdef", 3), "abc...");
}

TEST(IsUtf8, RefusesOtherEncodings) {
  EXPECT_TRUE(IsUtf8("grün"));
  EXPECT_FALSE(IsUtf8("gr\xfcn"));
}

}  // namespace
}  // namespace inquest
