#include "runtime/analysis/spectra.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace inquest::analysis {

double Ochiai(const Counts& counts) {
  const double failed = counts.failed_ran + counts.failed_not;
  const double ran = counts.failed_ran + counts.passed_ran;
  return counts.failed_ran == 0 ? 0 : counts.failed_ran / std::sqrt(failed * ran);
}

double DStar(const Counts& counts) {
  if (counts.failed_ran == 0) return 0;
  const double others = counts.passed_ran + counts.failed_not;
  const double square = static_cast<double>(counts.failed_ran) * counts.failed_ran;
  return square / (square + others);
}

void Spectra::Add(const Coverage& coverage) {
  const bool trigger = failing_.empty();
  const bool some_failed =
      std::any_of(coverage.tests.begin(), coverage.tests.end(), [](const TestCoverage& test) {
        return test.outcome == TestOutcome::kFailed || test.outcome == TestOutcome::kUnfinished;
      });
  const auto known = [](const std::vector<TestCoverage>& tests, const std::string& name) {
    return std::any_of(tests.begin(), tests.end(),
                       [&](const TestCoverage& test) { return test.test == name; });
  };
  std::set<std::string> passing_names;
  for (const TestCoverage& test : passing_) passing_names.insert(test.test);
  for (const TestCoverage& test : coverage.tests) {
    switch (test.outcome) {
      case TestOutcome::kFailed:
      case TestOutcome::kUnfinished:
        if (trigger) failing_.push_back(test);
        break;
      case TestOutcome::kPassed:
        if (known(failing_, test.test) || !passing_names.insert(test.test).second) break;
        passing_.push_back(test);
        break;
      case TestOutcome::kUnknown:
        // The command failed, and no test of it is known to: the process itself is what failed.
        if (trigger && !some_failed) failing_.push_back(test);
        break;
      case TestOutcome::kSkipped:
        break;
    }
  }
}

void Spectra::AddRun(const Coverage& coverage, bool failed) {
  const auto merge = [](const LinesByFile& from, LinesByFile& into) {
    for (const auto& [path, lines] : from) {
      std::vector<int>& all = into[path];
      std::vector<int> merged;
      std::set_union(all.begin(), all.end(), lines.begin(), lines.end(),
                     std::back_inserter(merged));
      all = std::move(merged);
    }
  };
  TestCoverage run;
  LinesByFile outside;
  for (const TestCoverage& test : coverage.tests) {
    merge(test.lines, run.lines);
    merge(*test.outside, outside);
  }
  run.outside = std::make_shared<const LinesByFile>(std::move(outside));
  (failed ? failing_ : passing_).push_back(std::move(run));
}

Counts Spectra::At(const std::string& path, int first_line, int last_line) const {
  Counts counts;
  for (const TestCoverage& test : failing_) {
    ++(Ran(test, path, first_line, last_line) ? counts.failed_ran : counts.failed_not);
  }
  for (const TestCoverage& test : passing_) {
    ++(Ran(test, path, first_line, last_line) ? counts.passed_ran : counts.passed_not);
  }
  return counts;
}

bool Spectra::FailingRanItself(const std::string& path, int first_line, int last_line) const {
  return std::any_of(failing_.begin(), failing_.end(), [&](const TestCoverage& test) {
    return RanItself(test, path, first_line, last_line);
  });
}

std::vector<std::string> Spectra::SuspectFiles() const {
  std::set<std::string> own;
  std::set<std::string> outside;
  for (const TestCoverage& test : failing_) {
    for (const auto& [path, lines] : test.lines) own.insert(path);
    for (const auto& [path, lines] : *test.outside) outside.insert(path);
  }
  std::vector<std::string> files(own.begin(), own.end());
  std::set_difference(outside.begin(), outside.end(), own.begin(), own.end(),
                      std::back_inserter(files));
  return files;
}

}  // namespace inquest::analysis
