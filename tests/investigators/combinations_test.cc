#include "runtime/investigators/combinations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace inquest::investigators {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Members = std::vector<std::size_t>;

Single At(std::uint32_t begin, double cost, std::uint32_t helps = 0) {
  return {.path = "a.py",
          .function = "f",
          .begin = begin,
          .end = begin + 1,
          .origin = "operator",
          .before = "<",
          .after = "change " + std::to_string(begin),
          .cost = cost,
          .helps = helps};
}

Single In(const std::string& path, Single single) {
  single.path = path;
  single.function = path;
  return single;
}

std::vector<Members> MembersOf(const std::vector<Combination>& combinations) {
  std::vector<Members> members;
  for (const Combination& combination : combinations) members.push_back(combination.members);
  return members;
}

TEST(Combine, PairsWhatHelpsDifferentTestsFirstAlsoAcrossFiles) {
  const std::vector<Single> singles = {At(0, 1), At(10, 1), In("b.py", At(0, 2, 0b01)),
                                       In("c.py", At(5, 3, 0b10)), In("d.py", At(9, 4, 0b10))};

  const auto combined = Combine(singles, 0b11, {});

  EXPECT_THAT(MembersOf(combined), ElementsAre(Members{2, 3}, Members{2, 4}, Members{0, 1}));
  EXPECT_LT(combined[0].cost, combined[1].cost);
}

TEST(Combine, NeedsAllTestsToBeHelped) {
  const std::vector<Single> singles = {In("a", At(0, 1, 0b001)), In("b", At(0, 1, 0b010)),
                                       In("c", At(0, 1, 0b110)), In("d", At(0, 1, 0b011))};

  EXPECT_THAT(MembersOf(Combine(singles, 0b111, {})),
              testing::UnorderedElementsAre(Members{0, 2}, Members{2, 3}));
}

TEST(Combine, MakesTheSameChangeAtAllPlacesOfAFunctionAndAtTwo) {
  std::vector<Single> singles = {At(0, 1), At(10, 1), At(20, 1), At(30, 1)};
  for (const std::size_t i : {0U, 1U, 2U}) singles[i].after = "<=";

  const auto combined = MembersOf(Combine(singles, 1, {}));

  ASSERT_GE(combined.size(), 4U);
  EXPECT_THAT(
      std::vector(combined.begin(), combined.begin() + 4),
      testing::UnorderedElementsAre(Members{0, 1, 2}, Members{0, 1}, Members{0, 2}, Members{1, 2}));
}

TEST(Combine, NeverTakesWhatOverlapsNorTheSameTwice) {
  std::vector<Single> singles = {At(0, 1), At(1, 1), At(5, 1), At(6, 2)};
  for (Single& single : singles) single.after = "x";

  const auto combined = MembersOf(Combine(singles, 1, {}));

  EXPECT_THAT(combined, Not(Contains(Members{0, 1})));
  EXPECT_THAT(combined, Not(Contains(Members{2, 3})));
  EXPECT_EQ(std::set(combined.begin(), combined.end()).size(), combined.size());
}

TEST(Combine, TakesOnlyTheLikeliestOfAFunctionAndNoMoreThanTheLimit) {
  std::vector<Single> singles;
  for (std::uint32_t i = 0; i < 50; ++i) singles.push_back(At(10 * i, i));

  const auto few = MembersOf(Combine(singles, 1, {.of_one_function = 4, .most = 100}));
  const auto most = Combine(singles, 1, {.of_one_function = 30, .most = 7});

  EXPECT_EQ(few.size(), 6U);
  EXPECT_THAT(few, Each(Each(testing::Lt(4U))));
  EXPECT_EQ(most.size(), 7U);
  EXPECT_EQ(most[0].members, (Members{0, 1}));
}

TEST(Combine, OfOneChangeOrNoneMakesNothing) {
  EXPECT_THAT(Combine({}, 1, {}), IsEmpty());
  EXPECT_THAT(Combine(std::vector{At(0, 1)}, 1, {}), IsEmpty());
}

}  // namespace
}  // namespace inquest::investigators
