#include "runtime/formats/unittest_output.h"

#include <algorithm>
#include <string>

#include "runtime/formats/python_traceback.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kRuleLength = 70;
constexpr std::string_view kLoaderFailure = "unittest.loader._FailedTest";

bool IsRule(std::string_view text, char drawn) {
  return text.size() == kRuleLength && text.find_first_not_of(drawn) == std::string_view::npos;
}

// "test_a (shop_test.Prices.test_a)", or "test_a (shop_test.Prices)" before Python 3.11: the id
// under which unittest runs it, shop_test.Prices.test_a.
std::string TestId(std::string_view described) {
  const std::size_t open = described.find(" (");
  const std::size_t close = described.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    return std::string(described);
  }
  const std::string_view name = described.substr(0, open);
  const std::string_view where = described.substr(open + 2, close - open - 2);
  if (where.ends_with(name)) return std::string(where);
  return std::string(where) + "." + std::string(name);
}

// The failure of a block: lines[first] is "FAIL: ..." or "ERROR: ...", the block ends before
// `last`.
v1::Failure ReadBlock(const Stream& stream, std::span<const Line> lines, std::size_t first,
                      std::size_t last) {
  v1::Failure failure;
  const std::string_view title = lines[first].text;
  failure.set_test(ValidText(TestId(title.substr(title.find(": ") + 2)), kNameBytes));
  const auto body = lines.subspan(first, last - first);
  const auto tracebacks = ReadTracebacks(body);
  if (!tracebacks.empty()) {
    const Traceback& traceback = tracebacks.front();
    failure.set_kind(traceback.kind);
    failure.set_message(traceback.message);
    for (const v1::Location& frame : traceback.frames) *failure.add_frames() = frame;
  } else {
    for (const Line& line : body.subspan(std::min<std::size_t>(2, body.size()))) {
      const ExceptionLine exception = ReadExceptionLine(line.text);
      if (exception.kind.empty()) continue;
      failure.set_kind(ValidText(exception.kind, kNameBytes));
      failure.set_message(ValidText(exception.message, kMessageBytes));
      break;
    }
  }
  *failure.mutable_citation() = Cite(stream, lines[first].begin, lines[last - 1].end);
  return failure;
}

// A verbose line: "test_a (shop_test.Prices.test_a) ... ok".
void ReadVerboseLine(std::string_view text, v1::RunReading& reading) {
  const std::size_t dots = text.rfind(" ... ");
  if (dots == std::string_view::npos) return;
  const std::string_view result = text.substr(dots + 5);
  if (result == "ok") AddTest(TestId(text.substr(0, dots)), reading.mutable_passed_tests());
  if (result.starts_with("skipped")) {
    AddTest(TestId(text.substr(0, dots)), reading.mutable_skipped_tests());
  }
}

// The loader turns what it cannot import into a failing test. That is a failure of the target when
// the target's own code raised it, and no start at all when a module or the named test is not
// there.
void JudgeLoader(v1::RunReading& reading) {
  for (const v1::Failure& failure : reading.failures()) {
    if (!failure.test().starts_with(kLoaderFailure)) return;
    const std::string_view module = MissingModule(failure.message());
    if (!module.empty()) {
      reading.set_not_started_because(MissingModuleAdvice(module));
      continue;
    }
    if (failure.frames().empty()) {
      reading.set_not_started_because("unittest cannot load the test that the command names: " +
                                      failure.message());
      continue;
    }
    reading.clear_not_started_because();
    return;
  }
}

bool IsTitle(std::string_view text) {
  return text.starts_with("FAIL: ") || text.starts_with("ERROR: ");
}

}  // namespace

v1::RunReading ReadUnittest(const Stream& stream, std::span<const Line> lines) {
  v1::RunReading reading;
  std::size_t summary = lines.size();
  for (std::size_t i = lines.size(); i > 1 && summary == lines.size(); --i) {
    const std::string_view text = lines[i - 1].text;
    if (text.starts_with("Ran ") && text.find(" test") != text.npos &&
        IsRule(lines[i - 2].text, '-')) {
      summary = i - 2;
    }
  }
  if (summary == lines.size()) return reading;
  reading.set_format("unittest");
  std::size_t at = 0;
  while (at < summary) {
    if (!IsRule(lines[at].text, '=') || at + 1 >= summary || !IsTitle(lines[at + 1].text)) {
      ReadVerboseLine(lines[at].text, reading);
      ++at;
      continue;
    }
    std::size_t next = at + 1;
    while (next < summary && !(IsRule(lines[next].text, '=') && next + 1 < summary &&
                               IsTitle(lines[next + 1].text))) {
      ++next;
    }
    if (static_cast<std::size_t>(reading.failures_size()) < kFailuresLimit) {
      *reading.add_failures() = ReadBlock(stream, lines, at + 1, next);
    }
    at = next;
  }
  const Number ran = LeadingNumber(lines[summary + 1].text.substr(4));
  if (ran.digits > 0 && ran.value == 0 && reading.failures().empty() &&
      reading.skipped_tests().empty()) {
    reading.set_not_started_because(
        "unittest found no test: name the module, or use \"discover\" with the folder of the "
        "tests");
  }
  JudgeLoader(reading);
  return reading;
}

}  // namespace inquest::formats
