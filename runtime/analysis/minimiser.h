#pragma once

#include <cstddef>
#include <map>
#include <vector>

// Counter-based delta debugging: M. Zhang, Z. Xu, Y. Tian, X. Cheng, C. Sun, "Toward a Better
// Understanding of Probabilistic Delta Debugging", ICSE 2025. Pure.
namespace inquest::analysis {

// Makes a list of elements smaller while something that is asked of what is left stays true (the
// bug still shows). Each element counts the tests that removed it in vain; p = base * (1 / (1 -
// 1/e))^count is the probability that it is needed, and so many elements with that count are
// removed together as are likeliest to remove most: -1 / ln(1 - p).
//
// Tests come in batches that may be done in any order, at once: removals of one part each, and,
// speculating that the parts of the batch before can go together, removals from what would be left
// then. What is left in the end is 1-minimal if the answers are a function of what is kept and no
// limit was met; other answers (of a flaky bug) only make it larger or smaller. Asks nothing twice.
class Minimiser {
 public:
  using Elements = std::vector<std::size_t>;  // ascending

  struct Limits {
    std::size_t tests = 2000;
    std::size_t batch = 64;
    // Of an element's being needed before anything is known; less where the first removals would
    // otherwise not fit into a batch.
    double base_probability = 0.1;
  };

  // Of elements 0 ... count - 1, which together are known to show the bug.
  Minimiser(std::size_t count, Limits limits);

  // What to keep in each of the next tests; empty: nothing is left to be tried.
  std::vector<Elements> Next();
  // Whether the bug showed, one answer for each test of the last batch, in its order.
  void Take(const std::vector<bool>& shows);

  // The fewest elements so far with which the bug shows.
  const Elements& kept() const { return kept_; }
  std::size_t tests() const { return answers_.size(); }

 private:
  std::size_t SizeFor(int count) const;
  // What is to be removed from `from`, a part each.
  std::vector<Elements> Parts(const Elements& from) const;
  // The next batch at the present counters; none: all of it was asked before.
  void Plan();
  // Removes what the parts of the batch before showed that can go. True: all of them together.
  bool Settle();
  bool RaiseCounters();
  bool Showed(const Elements& kept) const;

  const Limits limits_;
  double probability_;
  Elements kept_;
  std::vector<int> counters_;         // by element
  std::map<Elements, bool> answers_;  // by what was kept
  std::vector<Elements> removable_;   // each by itself, from kept_
  std::vector<Elements> parts_;       // of the batch, removed from kept_ without removable_
  std::vector<Elements> batch_;       // what is kept
};

}  // namespace inquest::analysis
