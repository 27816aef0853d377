#include "runtime/cli/parse.h"

#include <gtest/gtest.h>

namespace inquest::cli {
namespace {

using std::chrono::milliseconds;

TEST(Duration, AddsUpItsParts) {
  EXPECT_EQ(*ParseDuration("90s"), milliseconds(90'000));
  EXPECT_EQ(*ParseDuration("10m"), milliseconds(600'000));
  EXPECT_EQ(*ParseDuration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(*ParseDuration("2d1h1m1s1ms"), milliseconds(176'461'001));
  EXPECT_EQ(*ParseDuration("250ms"), milliseconds(250));
}

TEST(Duration, WithoutAUnitIsRefused) {
  EXPECT_EQ(ParseDuration("10").status().reason(), "BAD_DURATION");
}

TEST(Duration, NonsenseIsRefused) {
  for (const char* text : {"", "m", "-5m", "5 m", "5x", "1m1h", "1m1m", "5m3", "1.5h", "+5m", "5mm",
                           "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(NearestWord, FindsASlipOfTheFinger) {
  const std::vector<std::string> verbs{"investigate", "list", "show", "watch"};

  EXPECT_EQ(NearestWord("investgate", verbs), "investigate");
  EXPECT_EQ(NearestWord("lits", verbs), std::nullopt);
  EXPECT_EQ(NearestWord("shw", verbs), "show");
  EXPECT_EQ(NearestWord("frobnicate", verbs), std::nullopt);
  EXPECT_EQ(NearestWord(std::string(100'000, 'x'), verbs), std::nullopt);
}

TEST(InvestigationWord, TellsLastFromFullFromPrefix) {
  using Kind = InvestigationWord::Kind;

  EXPECT_EQ(ParseInvestigationWord("@last")->kind, Kind::kLast);
  EXPECT_EQ(ParseInvestigationWord("abc2")->kind, Kind::kPrefix);
  EXPECT_EQ(ParseInvestigationWord("abcdefghijklmnopqrst")->kind, Kind::kFull);
  EXPECT_EQ(ParseInvestigationWord("investigations/abc2")->id, "abc2");
}

TEST(InvestigationWord, WhatNoIdBeginsWithIsRefused) {
  for (const char* word : {"", "@first", "ABC", "a/b", "../x", "a1", "abcdefghijklmnopqrstu"}) {
    EXPECT_EQ(ParseInvestigationWord(word).status().reason(), "BAD_ID") << word;
  }
}

}  // namespace
}  // namespace inquest::cli
