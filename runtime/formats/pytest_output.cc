#include "runtime/formats/pytest_output.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/tree_path.h"

namespace inquest::formats {
namespace {

// pytest's exit codes (its reference documentation, "Exit codes").
constexpr int kInterrupted = 2;
constexpr int kInternalError = 3;
constexpr int kUsageError = 4;
constexpr int kNothingCollected = 5;

// The title in "==== TITLE ====" or "____ TITLE ____"; empty: the line is no such rule.
std::string_view Title(std::string_view text, char drawn) {
  if (text.size() < 5 || text.front() != drawn || text.back() != drawn) return {};
  const std::size_t first = text.find_first_not_of(drawn);
  if (first == std::string_view::npos || text[first] != ' ') return {};
  const std::size_t last = text.find_last_not_of(drawn);
  return text[last] == ' ' ? Trim(text.substr(first, last - first)) : std::string_view{};
}

enum class Section { kOther, kFailures, kErrors, kSummary };

Section SectionOf(std::string_view title) {
  if (title == "FAILURES") return Section::kFailures;
  if (title == "ERRORS") return Section::kErrors;
  if (title == "short test summary info") return Section::kSummary;
  return Section::kOther;
}

// "3 failed, 1 passed in 0.04s", drawn or (with -q) bare.
bool IsVerdict(std::string_view text) {
  const std::string_view title = Title(text, '=');
  if (!title.empty()) text = title;
  if (text.starts_with("no tests ran")) return true;
  if (LeadingNumber(text).digits == 0 || text.find(" in ") == text.npos) return false;
  return text.find(" passed") != text.npos || text.find(" failed") != text.npos ||
         text.find(" error") != text.npos || text.find(" skipped") != text.npos ||
         text.find(" deselected") != text.npos || text.find(" xfailed") != text.npos;
}

// The name by which a failure's block goes: "T.test_a[1]" for "shop_test.py::T::test_a[1]".
std::string BlockName(std::string_view id) {
  const std::size_t file_end = id.find("::");
  if (file_end == std::string_view::npos) return std::string(id);
  std::string name(id.substr(file_end + 2));
  const std::size_t parameters = name.find('[');
  for (std::size_t at = name.find("::"); at < parameters && at != std::string::npos;
       at = name.find("::", at)) {
    name.replace(at, 2, ".");
  }
  return name;
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    Section section = Section::kOther;
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t block = kNone;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view text = lines_[i].text;
      const std::string_view rule = Title(text, '=');
      const std::string_view name = Title(text, '_');
      const bool in_blocks = section == Section::kFailures || section == Section::kErrors;
      if (!rule.empty() || (in_blocks && !name.empty() && !name.starts_with("_ "))) {
        if (block != kNone) Close(block, i);
        block = kNone;
      }
      if (!rule.empty()) {
        recognised_ = recognised_ || rule == "test session starts" || IsVerdict(text) ||
                      SectionOf(rule) != Section::kOther;
        section = SectionOf(rule);
        continue;
      }
      if (in_blocks && !name.empty() && !name.starts_with("_ ")) {
        block = i;
      } else if (section == Section::kSummary) {
        ReadSummaryLine(text);
      } else if (section == Section::kOther) {
        ReadProgressLine(text);
      }
      recognised_ = recognised_ || IsVerdict(text);
    }
    if (block != kNone) Close(block, lines_.size());
    if (!recognised_) return {};
    Join();
    reading_.set_format("pytest");
    return std::move(reading_);
  }

 private:
  struct Summary {
    std::string id;
    std::string message;
    std::size_t line = 0;
  };

  void ReadSummaryLine(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view word = text.substr(0, space);
    std::string_view rest = text.substr(space + 1);
    if (word == "PASSED") AddTest(rest, reading_.mutable_passed_tests());
    if (word != "FAILED" && word != "ERROR") return;
    const std::size_t dash = rest.find(" - ");
    const std::string_view id = rest.substr(0, dash);
    const std::string_view message = dash == rest.npos ? std::string_view{} : rest.substr(dash + 3);
    if (failing_.size() >= kFailuresLimit) return;
    const auto line = static_cast<std::size_t>(text.data() - stream_.bytes.data());
    failing_.push_back({ValidText(id, kNameBytes), ValidText(message, kMessageBytes), line});
  }

  // "shop_test.py::test_a PASSED  [ 14%]", or "[gw0] [ 14%] PASSED shop_test.py::test_a".
  void ReadProgressLine(std::string_view text) {
    const std::size_t id_end = text.find(' ');
    if (id_end == std::string_view::npos) return;
    if (text.substr(0, id_end).find("::") != text.npos) {
      const std::string_view result = text.substr(id_end + 1);
      if (result.starts_with("PASSED")) {
        AddTest(text.substr(0, id_end), reading_.mutable_passed_tests());
      } else if (result.starts_with("SKIPPED")) {
        AddTest(text.substr(0, id_end), reading_.mutable_skipped_tests());
      }
      return;
    }
    const std::size_t passed = text.find(" PASSED ");
    if (text.starts_with("[gw") && passed != text.npos) {
      AddTest(Trim(text.substr(passed + 8)), reading_.mutable_passed_tests());
    }
  }

  // The block of a failure: lines [first, last), the first of which is its title.
  void Close(std::size_t first, std::size_t last) {
    if (static_cast<std::size_t>(reading_.failures_size()) >= kFailuresLimit) return;
    v1::Failure& failure = *reading_.add_failures();
    failure.set_test(ValidText(Title(lines_[first].text, '_'), kNameBytes));
    const auto body = lines_.subspan(first + 1, last - first - 1);
    std::vector<v1::Location> segment;
    std::vector<v1::Location> frames;
    for (std::size_t i = 0; i < body.size(); ++i) {
      const std::string_view text = body[i].text;
      if (Title(text, '-').starts_with("Captured ")) break;
      if (text.starts_with("The above exception was") || text.starts_with("During handling of")) {
        frames.insert(frames.begin(), segment.begin(), segment.end());
        segment.clear();
        failure.clear_kind();
        failure.clear_message();
      } else if (text.starts_with("E ")) {
        ReadErrorLine(Trim(text.substr(1)), failure);
      } else {
        ReadFrameLine(text, segment, failure);
      }
    }
    for (v1::Location& frame : frames) AddFrame(std::move(frame), segment);
    const auto tracebacks = segment.empty() ? ReadTracebacks(body) : std::vector<Traceback>{};
    if (!tracebacks.empty()) {
      segment = tracebacks.front().frames;
      failure.set_kind(tracebacks.front().kind);
      failure.set_message(tracebacks.front().message);
    }
    for (const v1::Location& frame : segment) *failure.add_frames() = frame;
    *failure.mutable_citation() = Cite(stream_, lines_[first].begin, lines_[last - 1].end);
  }

  static void ReadErrorLine(std::string_view text, v1::Failure& failure) {
    if (failure.kind().empty() && failure.message().empty()) {
      const ExceptionLine exception = ReadExceptionLine(text);
      // "assert 2 == 1" stands without its type.
      failure.set_kind(exception.kind.empty() ? "" : ValidText(exception.kind, kNameBytes));
      failure.set_message(
          ValidText(exception.kind.empty() ? text : exception.message, kMessageBytes));
      return;
    }
    if (failure.message().size() + text.size() < kMessageBytes) {
      failure.set_message(failure.message() + "\n" + ValidText(text, kMessageBytes));
    }
  }

  // "shop.py:8: ZeroDivisionError", "shop.py:7: " or "shop.py:8: in boom".
  static void ReadFrameLine(std::string_view text, std::vector<v1::Location>& frames,
                            v1::Failure& failure) {
    if (text.empty() || text.front() == ' ' || text.front() == '>') return;
    const std::size_t colon = text.find(".py:");
    if (colon == std::string_view::npos) return;
    const std::string_view path = text.substr(0, colon + 3);
    const std::string_view rest = text.substr(colon + 4);
    const Number line = LeadingNumber(rest);
    if (line.digits == 0 || !rest.substr(line.digits).starts_with(':')) return;
    auto in_tree = TreePath(path);
    const std::string_view after = Trim(rest.substr(line.digits + 1));
    const std::string_view function = after.starts_with("in ") ? after.substr(3) : "";
    if (in_tree.has_value()) {
      AddFrame(MakeFrame(*std::move(in_tree), line.value, function), frames);
    }
    if (!function.empty()) return;
    const ExceptionLine exception = ReadExceptionLine(after);
    if (failure.kind().empty() && !exception.kind.empty()) {
      failure.set_kind(ValidText(exception.kind, kNameBytes));
    }
  }

  // Blocks go by short names, the summary has the ids: same names in the same order.
  void Join() {
    std::map<std::string, std::deque<const Summary*>> by_name;
    for (const Summary& summary : failing_) by_name[BlockName(summary.id)].push_back(&summary);
    for (v1::Failure& failure : *reading_.mutable_failures()) {
      std::string name = failure.test();
      for (const std::string_view prefix :
           {"ERROR collecting ", "ERROR at setup of ", "ERROR at teardown of "}) {
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
      }
      auto found = by_name.find(name);
      if (found != by_name.end() && !found->second.empty()) {
        failure.set_test(found->second.front()->id);
        found->second.pop_front();
        continue;
      }
      failure.set_test(name);
    }
    // With --tb=no, or cut off, there are failures without a block.
    for (const auto& [name, summaries] : by_name) {
      for (const Summary* summary : summaries) {
        if (static_cast<std::size_t>(reading_.failures_size()) >= kFailuresLimit) return;
        v1::Failure& failure = *reading_.add_failures();
        failure.set_test(summary->id);
        const ExceptionLine exception = ReadExceptionLine(summary->message);
        failure.set_kind(std::string(exception.kind));
        failure.set_message(exception.kind.empty() ? summary->message
                                                   : std::string(exception.message));
        *failure.mutable_citation() =
            Cite(stream_, summary->line, stream_.bytes.find('\n', summary->line));
      }
    }
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  v1::RunReading reading_;
  std::vector<Summary> failing_;
  bool recognised_ = false;
};

// Why no test ran, from the exit code and what failed.
std::string WhyNotStarted(const v1::RunReading& reading, int exit_code) {
  if (exit_code == kUsageError) {
    return "pytest does not understand the command (exit 4): a file, test id or option that it "
           "names "
           "does not exist";
  }
  if (exit_code == kNothingCollected) {
    return "pytest collected no test (exit 5): name the file or folder of the tests, or the -k "
           "expression as it is spelled";
  }
  if (exit_code == kInternalError) return "pytest itself failed (exit 3): see its output";
  if (exit_code != kInterrupted) return "";
  if (reading.failures().empty()) return "pytest was interrupted (exit 2) before it ran a test";
  for (const v1::Failure& failure : reading.failures()) {
    if (MissingModule(failure.message()).empty()) return "";
  }
  return MissingModuleAdvice(MissingModule(reading.failures(0).message()));
}

}  // namespace

v1::RunReading ReadPytest(const Stream& stream, std::span<const Line> lines,
                          const v1::PhaseOutcome& phase) {
  v1::RunReading reading = Reader(stream, lines).Read();
  if (reading.format().empty() || phase.ending() != v1::ENDING_EXITED) return reading;
  reading.set_not_started_because(WhyNotStarted(reading, phase.exit_code()));
  return reading;
}

}  // namespace inquest::formats
