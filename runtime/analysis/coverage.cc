#include "runtime/analysis/coverage.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace inquest::analysis {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kBytesLimit = std::size_t{64} << 20U;
constexpr std::size_t kRecordBytesLimit = std::size_t{4} << 20U;
constexpr std::size_t kTestsLimit = 20'000;
constexpr std::size_t kFilesLimit = 8'000;
constexpr std::size_t kPathBytesLimit = 1024;
constexpr std::size_t kTestBytesLimit = 512;
constexpr int kLineLimit = 1'000'000;
// Over all tests together.
constexpr std::size_t kLinesLimit = 20'000'000;

struct Process {
  std::map<std::string, std::string> files;
  LinesByFile outside;
  std::vector<std::size_t> tests;  // indices into Coverage.tests
  std::size_t record_begin = 0;
  std::size_t record_end = 0;
  TestOutcome outcome = TestOutcome::kUnfinished;
};

int ReadInt(std::string_view& text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0 || value > kLineLimit) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

class Reader {
 public:
  Coverage Read(std::string_view jsonl) {
    jsonl = jsonl.substr(0, kBytesLimit);
    for (std::size_t begin = 0; begin < jsonl.size();) {
      const std::size_t newline = jsonl.find('\n', begin);
      if (newline == jsonl.npos) break;  // cut off in the middle of a record
      const std::string_view line = jsonl.substr(begin, newline - begin);
      if (line.size() <= kRecordBytesLimit) ReadRecord(line, begin, newline + 1);
      begin = newline + 1;
    }
    return Finish();
  }

 private:
  void ReadRecord(std::string_view line, std::size_t begin, std::size_t end) {
    const Json record = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) return;
    const auto id = record.find("p");
    const auto test = record.find("test");
    const auto outcome = record.find("outcome");
    const auto lines = record.find("lines");
    if (id == record.end() || !id->is_number_integer() || test == record.end() ||
        !test->is_string() || outcome == record.end() || !outcome->is_string() ||
        lines == record.end() || !lines->is_object()) {
      return;
    }
    if (processes_.size() >= kTestsLimit && !processes_.contains(id->get<std::int64_t>())) return;
    auto [found, fresh] = processes_.try_emplace(id->get<std::int64_t>());
    if (fresh) order_.push_back(found->first);
    Process& process = found->second;
    AddFiles(record, process);
    const auto& name = test->get_ref<const std::string&>();
    const auto& word = outcome->get_ref<const std::string&>();
    if (name.empty()) {
      AddLines(*lines, process, process.outside);
      process.outcome = OutcomeOf(word);
      process.record_begin = begin;
      process.record_end = end;
      return;
    }
    AddTest(name.substr(0, kTestBytesLimit), OutcomeOf(word), *lines, process, begin, end);
  }

  void AddTest(const std::string& name, TestOutcome outcome, const Json& lines, Process& process,
               std::size_t begin, std::size_t end) {
    std::size_t index = coverage_.tests.size();
    if (!process.tests.empty() && coverage_.tests[process.tests.back()].test == name &&
        coverage_.tests[process.tests.back()].outcome == TestOutcome::kUnfinished) {
      index = process.tests.back();
    } else {
      if (coverage_.tests.size() >= kTestsLimit) return;
      coverage_.tests.emplace_back().test = name;
      process.tests.push_back(index);
    }
    TestCoverage& test = coverage_.tests[index];
    test.outcome = outcome;
    test.record_begin = begin;
    test.record_end = end;
    AddLines(lines, process, test.lines);
  }

  void AddFiles(const Json& record, Process& process) {
    const auto files = record.find("files");
    if (files == record.end() || !files->is_object()) return;
    for (const auto& [number, path] : files->items()) {
      if (!path.is_string() || process.files.size() >= kFilesLimit) continue;
      const auto& text = path.get_ref<const std::string&>();
      if (!text.empty() && text.size() <= kPathBytesLimit) process.files.emplace(number, text);
    }
  }

  // "1-5,9" of each file.
  void AddLines(const Json& lines, const Process& process, LinesByFile& into) {
    for (const auto& [number, ranges] : lines.items()) {
      const auto file = process.files.find(number);
      if (file == process.files.end() || !ranges.is_string()) continue;
      std::string_view text = ranges.get_ref<const std::string&>();
      std::vector<int>& all = into[file->second];
      while (!text.empty()) {
        const int first = ReadInt(text);
        if (first < 0) break;
        int last = first;
        if (text.starts_with('-')) {
          text.remove_prefix(1);
          last = ReadInt(text);
        }
        const auto count = static_cast<std::size_t>(std::max(0, last - first + 1));
        if (last < first || lines_ + count > kLinesLimit) break;
        lines_ += count;
        for (int line = first; line <= last; ++line) all.push_back(line);
        if (!text.starts_with(',')) break;
        text.remove_prefix(1);
      }
    }
  }

  static TestOutcome OutcomeOf(const std::string& word) {
    if (word == "passed") return TestOutcome::kPassed;
    if (word == "failed") return TestOutcome::kFailed;
    if (word == "skipped") return TestOutcome::kSkipped;
    if (word == "ended") return TestOutcome::kUnknown;
    return TestOutcome::kUnfinished;
  }

  static void SortLines(LinesByFile& by_file) {
    for (auto& [path, lines] : by_file) {
      std::sort(lines.begin(), lines.end());
      lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    }
  }

  static void Merge(const LinesByFile& from, LinesByFile& into) {
    for (const auto& [path, lines] : from) {
      std::vector<int>& all = into[path];
      all.insert(all.end(), lines.begin(), lines.end());
    }
  }

  // A process without tests of its own was started by the test that ended next in another process:
  // its records stand before that test's last one.
  TestCoverage* StarterOf(const Process& process) {
    for (TestCoverage& test : coverage_.tests) {
      if (test.record_begin >= process.record_begin) return &test;
    }
    return nullptr;
  }

  Coverage Finish() {
    std::vector<TestCoverage> bare;
    for (const std::int64_t id : order_) {
      Process& process = processes_[id];
      if (process.outside.empty()) continue;
      if (!process.tests.empty()) {
        SortLines(process.outside);
        const auto outside = std::make_shared<const LinesByFile>(std::move(process.outside));
        for (const std::size_t index : process.tests) coverage_.tests[index].outside = outside;
        continue;
      }
      if (TestCoverage* starter = StarterOf(process)) {
        Merge(process.outside, starter->lines);
        continue;
      }
      bare.push_back({.test = "",
                      .outcome = process.outcome,
                      .lines = std::move(process.outside),
                      .outside = NoLines(),
                      .record_begin = process.record_begin,
                      .record_end = process.record_end});
    }
    for (TestCoverage& test : bare) coverage_.tests.push_back(std::move(test));
    for (TestCoverage& test : coverage_.tests) SortLines(test.lines);
    return std::move(coverage_);
  }

  Coverage coverage_;
  std::map<std::int64_t, Process> processes_;
  std::vector<std::int64_t> order_;
  std::size_t lines_ = 0;
};

bool Holds(const LinesByFile& by_file, const std::string& path, int first_line, int last_line) {
  const auto file = by_file.find(path);
  if (file == by_file.end()) return false;
  const auto line = std::lower_bound(file->second.begin(), file->second.end(), first_line);
  return line != file->second.end() && *line <= last_line;
}

bool Fails(const TestCoverage& test) {
  return test.outcome == TestOutcome::kFailed || test.outcome == TestOutcome::kUnfinished;
}

}  // namespace

Coverage ReadCoverage(std::string_view jsonl) { return Reader().Read(jsonl); }

std::shared_ptr<const LinesByFile> NoLines() {
  static const auto kNone = std::make_shared<const LinesByFile>();
  return kNone;
}

bool Ran(const TestCoverage& test, const std::string& path, int first_line, int last_line) {
  return RanItself(test, path, first_line, last_line) ||
         Holds(*test.outside, path, first_line, last_line);
}

bool RanItself(const TestCoverage& test, const std::string& path, int first_line, int last_line) {
  return Holds(test.lines, path, first_line, last_line);
}

bool FailingPartRan(const Coverage& coverage, const std::string& path, int first_line,
                    int last_line) {
  const bool some_fail = std::any_of(coverage.tests.begin(), coverage.tests.end(), Fails);
  return std::any_of(coverage.tests.begin(), coverage.tests.end(), [&](const TestCoverage& test) {
    return (!some_fail || Fails(test)) && Ran(test, path, first_line, last_line);
  });
}

}  // namespace inquest::analysis
