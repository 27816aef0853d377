#include "runtime/analysis/minimiser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

namespace inquest::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Elements = Minimiser::Elements;
using Shows = std::function<bool(const Elements&)>;

Shows Needs(const Elements& needed) {
  return [needed](const Elements& kept) {
    return std::includes(kept.begin(), kept.end(), needed.begin(), needed.end());
  };
}

struct Done {
  Elements kept;
  std::size_t tests = 0;
  std::size_t batches = 0;
};

Done Minimise(std::size_t count, const Shows& shows, Minimiser::Limits limits = {}) {
  Minimiser minimiser(count, limits);
  std::set<Elements> asked;
  std::size_t batches = 0;
  for (auto batch = minimiser.Next(); !batch.empty(); batch = minimiser.Next()) {
    EXPECT_LE(batch.size(), limits.batch);
    std::vector<bool> answers;
    for (const Elements& kept : batch) {
      EXPECT_TRUE(asked.insert(kept).second) << "asked twice";
      answers.push_back(shows(kept));
    }
    minimiser.Take(answers);
    if (++batches > 10'000) {
      ADD_FAILURE() << "it does not end";
      break;
    }
  }
  return {minimiser.kept(), minimiser.tests(), batches};
}

// A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002: how many
// tests its algorithm takes.
std::size_t TestsOfDdmin(std::size_t count, const Shows& shows) {
  Elements kept(count);
  for (std::size_t i = 0; i < count; ++i) kept[i] = i;
  std::size_t tests = 0;
  const auto chunk = [&](std::size_t i, std::size_t n) {
    return std::pair{i * kept.size() / n, (i + 1) * kept.size() / n};
  };
  for (std::size_t n = 2; kept.size() > 1;) {
    bool reduced = false;
    for (const bool complement : {false, true}) {
      for (std::size_t i = 0; i < n && !reduced; ++i) {
        const auto [begin, end] = chunk(i, n);
        Elements some;
        for (std::size_t at = 0; at < kept.size(); ++at) {
          if ((at >= begin && at < end) != complement) some.push_back(kept[at]);
        }
        ++tests;
        if (!shows(some)) continue;
        kept = some;
        n = complement ? std::max<std::size_t>(n - 1, 2) : 2;
        reduced = true;
      }
      if (reduced) break;
    }
    if (reduced) continue;
    if (n >= kept.size()) break;
    n = std::min(2 * n, kept.size());
  }
  return tests;
}

TEST(Minimiser, FindsTheOneElementThatIsNeeded) {
  for (const std::size_t needed : {0U, 1U, 211U, 427U}) {
    EXPECT_THAT(Minimise(428, Needs({needed})).kept, ElementsAre(needed));
  }
}

TEST(Minimiser, FindsTwoThatAreFarApart) {
  EXPECT_THAT(Minimise(428, Needs({3, 400})).kept, ElementsAre(3, 400));
}

TEST(Minimiser, KeepsAllWhereAllAreNeeded) {
  Elements all(30);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;

  EXPECT_EQ(Minimise(30, Needs(all)).kept, all);
}

TEST(Minimiser, KeepsNoneWhereNoneIsNeeded) {
  const Done done = Minimise(1000, Needs({}));

  EXPECT_THAT(done.kept, IsEmpty());
  EXPECT_LE(done.batches, 3U);
}

TEST(Minimiser, HasNothingToTryOfNothing) { EXPECT_THAT(Minimiser(0, {}).Next(), IsEmpty()); }

TEST(Minimiser, LeavesOneOfTwoThatMayEachGoButNotBoth) {
  const Done done = Minimise(100, [](const Elements& kept) {
    return std::ranges::count(kept, 20U) + std::ranges::count(kept, 70U) > 0;
  });

  ASSERT_THAT(done.kept, SizeIs(1));
  EXPECT_TRUE(done.kept[0] == 20 || done.kept[0] == 70);
}

TEST(Minimiser, EndsWithNoElementThatCouldStillGo) {
  // Brackets: 2i opens and 2i + 1 closes; pairs are kept or removed together, pair 7 is needed.
  const auto shows = [](const Elements& kept) {
    const std::set<std::size_t> in(kept.begin(), kept.end());
    for (std::size_t i = 0; i < 40; i += 2) {
      if (in.contains(i) != in.contains(i + 1)) return false;
    }
    return in.contains(14);
  };

  const Done done = Minimise(40, shows);

  EXPECT_TRUE(shows(done.kept));
  EXPECT_LT(done.kept.size(), 40U);
  for (const std::size_t element : done.kept) {
    Elements without = done.kept;
    std::erase(without, element);
    EXPECT_FALSE(shows(without));
  }
}

TEST(Minimiser, TakesFewerTestsThanPlainDdminWhereSeveralAreNeeded) {
  const auto scattered = Needs({5, 61, 99, 140, 188, 230, 291, 333, 370, 399});

  EXPECT_LT(Minimise(400, scattered).tests, TestsOfDdmin(400, scattered) / 2);
  EXPECT_LT(Minimise(428, Needs({3, 400})).tests, 2 * TestsOfDdmin(428, Needs({3, 400})));
}

TEST(Minimiser, NeedsFewBatches) { EXPECT_LE(Minimise(428, Needs({3, 400})).batches, 7U); }

TEST(Minimiser, AFlakyAnswerLeavesMoreButNeverLosesWhatItNeeds) {
  std::mt19937 random(7);
  const Shows needs = Needs({3, 400});
  const Done done = Minimise(428, [&](const Elements& kept) {
    return needs(kept) && random() % 10 < 7;  // the bug shows in seven of ten runs
  });

  EXPECT_TRUE(needs(done.kept));
  EXPECT_LT(done.kept.size(), 60U);
}

TEST(Minimiser, StopsAtItsLimitWithWhatItHas) {
  const Shows needs = Needs({3, 400});

  const Done done = Minimise(428, needs, {.tests = 60, .batch = 50, .base_probability = 0.1});

  EXPECT_EQ(done.tests, 60U);
  EXPECT_TRUE(needs(done.kept));
  EXPECT_LT(done.kept.size(), 428U);
}

}  // namespace
}  // namespace inquest::analysis
