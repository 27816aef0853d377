#include "steps/hypothesize/halving.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace inquest::steps {
namespace {

using End = Halved::End;

// Letters, newest state first: b shows the bug, g does not, s is of no use.
struct Past {
  std::string truth;
  // How many runs of a bad state are clean before the bug shows.
  int clean_first = 0;
};

struct Search {
  Halved halved;
  int asked = 0;  // states
  int runs = 0;
};

Search Bisect(const Past& past, const HalvingRules& rules) {
  Search search;
  std::vector<StateTally> tallies(past.truth.size());
  for (int turn = 0; turn < 1000; ++turn) {
    search.halved = Halve(tallies, rules);
    if (search.halved.end != End::kGoing) return search;
    StateTally& tally = tallies[search.halved.wanted];
    const char truth = past.truth[search.halved.wanted];
    if (tally.clean == 0) ++search.asked;
    EXPECT_LT(tally.clean, search.halved.runs) << "asked for what is known";
    EXPECT_FALSE(tally.bug_showed || tally.useless);
    while (tally.clean < search.halved.runs && !tally.bug_showed && !tally.useless) {
      ++search.runs;
      if (truth == 'g' || (truth == 'b' && tally.clean < past.clean_first)) {
        ++tally.clean;
      } else {
        (truth == 'b' ? tally.bug_showed : tally.useless) = true;
      }
    }
  }
  ADD_FAILURE() << "it does not end";
  return search;
}

// All words of the letters.
void ForAllPasts(std::size_t length, const std::function<void(const std::string&)>& look) {
  const auto count = static_cast<std::size_t>(std::pow(3, length));
  for (std::size_t number = 0; number < count; ++number) {
    std::string truth;
    for (std::size_t rest = number; truth.size() < length; rest /= 3) truth += "bgs"[rest % 3];
    look(truth);
  }
}

TEST(Halve, FindsWhereBadBecomesGoodInEveryPastOfOneChange) {
  for (std::size_t length = 1; length <= 40; ++length) {
    for (std::size_t bad = 0; bad < length; ++bad) {
      const std::string truth = std::string(bad, 'b') + std::string(length - bad, 'g');

      const Search search = Bisect({truth}, {.screening_runs = 1, .sure_runs = 10});

      ASSERT_EQ(search.halved.end, End::kFound) << truth;
      EXPECT_EQ(search.halved.good, bad) << truth;
      EXPECT_EQ(search.halved.first_suspect, bad) << truth;
      EXPECT_LE(search.asked, 3 + std::log2(length)) << truth;
      EXPECT_LE(search.runs, search.asked + 9) << "only the end is to be sure of";
    }
  }
}

// Whatever the order of good, bad and useless states: an answer is true of the states that it
// names.
TEST(Halve, ClaimsNothingThatTheStatesContradictInEveryPastOfUpToEight) {
  for (std::size_t length = 1; length <= 8; ++length) {
    ForAllPasts(length, [](const std::string& truth) {
      const Search search = Bisect({truth}, {.screening_runs = 1, .sure_runs = 3});

      const Halved& halved = search.halved;
      ASSERT_NE(halved.end, End::kGoing);
      if (halved.end == End::kShowsAtGood) {
        EXPECT_EQ(truth.back(), 'b');
      } else if (halved.end == End::kFound) {
        EXPECT_EQ(truth[halved.good], 'g') << truth;
        EXPECT_TRUE(halved.first_suspect == 0 || truth[halved.first_suspect - 1] == 'b') << truth;
        for (std::size_t i = halved.first_suspect; i < halved.good; ++i) {
          EXPECT_EQ(truth[i], 's') << truth;
        }
      } else {
        EXPECT_EQ(truth.back(), 's') << truth;
      }
    });
  }
}

TEST(Halve, PassesOverUselessStatesAndNamesThemAmongTheSuspects) {
  const Search search = Bisect({"bbsssgg"}, {.screening_runs = 1, .sure_runs = 3});

  ASSERT_EQ(search.halved.end, End::kFound);
  EXPECT_EQ(search.halved.first_suspect, 2U);
  EXPECT_EQ(search.halved.good, 5U);
}

TEST(Halve, AWrongCleanRunOnTheWayComesOutBeforeTheAnswer) {
  for (std::size_t bad = 0; bad < 16; ++bad) {
    const std::string truth = std::string(bad, 'b') + std::string(16 - bad, 'g');

    const Search search = Bisect({truth, 3}, {.screening_runs = 1, .sure_runs = 10});

    ASSERT_EQ(search.halved.end, End::kFound) << truth;
    EXPECT_EQ(search.halved.good, bad) << truth;
  }
}

TEST(Halve, SaysThatTheBugShowsAtTheGoodStateAndThatNothingTells) {
  const HalvingRules rules = {.screening_runs = 1, .sure_runs = 3};
  EXPECT_EQ(Bisect({"gggb"}, rules).halved.end, End::kShowsAtGood);
  EXPECT_EQ(Bisect({"bbss"}, rules).halved.end, End::kUnclear);
  EXPECT_EQ(Bisect({""}, rules).halved.end, End::kUnclear);
}

TEST(Halve, LeavesABunchOfUselessStatesSoon) {
  const std::string truth =
      std::string(20, 'b') + std::string(25, 'g') + std::string(18, 's') + std::string(1, 'g');

  const Search search = Bisect({truth}, {.screening_runs = 1, .sure_runs = 3});

  EXPECT_EQ(search.halved.good, 20U);
  EXPECT_LE(search.asked, 12);
}

}  // namespace
}  // namespace inquest::steps
