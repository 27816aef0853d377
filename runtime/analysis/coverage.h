#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What a coverage instrument recorded, as instruments of every language write it: JSON lines,
// described at the top of languages/python/instrument/inquest_coverage.py. Hostile input:
// everything has a limit, and a record that does not make sense is skipped.
namespace inquest::analysis {

enum class TestOutcome {
  kPassed,
  kFailed,
  kSkipped,
  kUnfinished,  // it never ended: killed, or out of time
  kUnknown,     // a process without tests that ended by itself
};

// Lines by file, each list sorted and without repeats.
using LinesByFile = std::map<std::string, std::vector<int>>;

// Empty; the same one each time.
std::shared_ptr<const LinesByFile> NoLines();

struct TestCoverage {
  std::string test;  // empty: a process in which no test was seen
  TestOutcome outcome = TestOutcome::kUnknown;
  LinesByFile lines;  // that it ran itself
  // What its process ran outside of all tests (imports, fixtures of a class), which counts as run
  // by each of them; never null, shared by them.
  std::shared_ptr<const LinesByFile> outside = NoLines();
  // Bytes of the last record of this test.
  std::size_t record_begin = 0;
  std::size_t record_end = 0;
};

struct Coverage {
  std::vector<TestCoverage> tests;  // in the order in which they ended
};

Coverage ReadCoverage(std::string_view jsonl);

// Any of the lines: itself, or outside of it.
bool Ran(const TestCoverage& test, const std::string& path, int first_line, int last_line);
bool RanItself(const TestCoverage& test, const std::string& path, int first_line, int last_line);

// Whether the failing part of a run (its failing tests; all of it when none is known to fail) ran
// any of the lines.
bool FailingPartRan(const Coverage& coverage, const std::string& path, int first_line,
                    int last_line);

}  // namespace inquest::analysis
