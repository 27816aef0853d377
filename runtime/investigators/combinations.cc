#include "runtime/investigators/combinations.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace inquest::investigators {
namespace {

constexpr std::size_t kSiblingsMost = 8;
// Of the changes that help the same tests.
constexpr std::size_t kHelpersMost = 30;
// How much less likely a kind of combination is than its changes are on the average.
constexpr double kPartialCost = 0.5;
constexpr double kSiblingCost = 1;
constexpr double kFunctionCost = 2.5;

using Group = std::vector<std::size_t>;

bool Overlap(const Single& a, const Single& b) {
  return a.path == b.path && a.begin <= b.end && b.begin <= a.end;
}

class Combiner {
 public:
  Combiner(std::span<const Single> singles, const CombinationLimits& limits)
      : singles_(singles), limits_(limits) {}

  void AddPartial(std::uint32_t all_tests) {
    std::map<std::uint32_t, Group> helpers;
    for (std::size_t i = 0; i < singles_.size(); ++i) {
      Group& group = helpers[singles_[i].helps];
      if (singles_[i].helps != 0 && group.size() < kHelpersMost) group.push_back(i);
    }
    for (const auto& [left, some] : helpers) {
      for (const auto& [right, others] : helpers) {
        const bool both = (left | right) == all_tests && left != all_tests && right != all_tests;
        if (!both || left >= right) continue;
        for (const std::size_t a : some) {
          for (const std::size_t b : others) Add({a, b}, kPartialCost);
        }
      }
    }
    Sort();
  }

  void AddSiblings() {
    using Change = std::tuple<std::string, std::string, std::string, std::string, std::string>;
    std::map<Change, Group> groups;
    for (std::size_t i = 0; i < singles_.size(); ++i) {
      const Single& one = singles_[i];
      if (one.function.empty()) continue;
      Group& group = groups[{one.path, one.function, one.origin, one.before, one.after}];
      if (group.size() < kSiblingsMost) group.push_back(i);
    }
    for (const auto& [change, group] : groups) {
      if (group.size() > 2) Add(group, kSiblingCost);
      AddPairs(group, kSiblingCost);
    }
    Sort();
  }

  void AddOfFunctions() {
    std::map<std::pair<std::string, std::string>, Group> functions;
    for (std::size_t i = 0; i < singles_.size(); ++i) {
      Group& group = functions[{singles_[i].path, singles_[i].function}];
      if (group.size() < limits_.of_one_function) group.push_back(i);
    }
    for (const auto& [name, group] : functions) AddPairs(group, kFunctionCost);
    Sort();
  }

  std::vector<Combination> Finish() {
    if (combinations_.size() > limits_.most) combinations_.resize(limits_.most);
    return std::move(combinations_);
  }

 private:
  void AddPairs(const Group& group, double cost) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (std::size_t j = i + 1; j < group.size(); ++j) Add({group[i], group[j]}, cost);
    }
  }

  void Add(Group members, double cost) {
    std::sort(members.begin(), members.end());
    double sum = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < members.size(); ++j) {
        if (Overlap(singles_[members[i]], singles_[members[j]])) return;
      }
      sum += singles_[members[i]].cost;
    }
    if (!known_.insert(members).second) return;
    cost += sum / static_cast<double>(members.size());
    combinations_.push_back({std::move(members), cost});
  }

  // Of what was added since the last time.
  void Sort() {
    std::stable_sort(combinations_.begin() + static_cast<std::ptrdiff_t>(sorted_),
                     combinations_.end(),
                     [](const auto& a, const auto& b) { return a.cost < b.cost; });
    sorted_ = combinations_.size();
  }

  std::span<const Single> singles_;
  const CombinationLimits& limits_;
  std::vector<Combination> combinations_;
  std::size_t sorted_ = 0;
  std::set<Group> known_;
};

}  // namespace

std::vector<Combination> Combine(std::span<const Single> singles, std::uint32_t all_tests,
                                 const CombinationLimits& limits) {
  Combiner combiner(singles, limits);
  combiner.AddPartial(all_tests);
  combiner.AddSiblings();
  combiner.AddOfFunctions();
  return combiner.Finish();
}

}  // namespace inquest::investigators
