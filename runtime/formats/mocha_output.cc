#include "runtime/formats/mocha_output.h"

#include <algorithm>
#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

// N of "  N passing (29ms)" or "  N failing"; -1: the line is another one.
int CountOf(std::string_view text, std::string_view what) {
  if (Indentation(text) != 2) return -1;
  text = text.substr(2);
  const Number number = LeadingNumber(text);
  if (number.digits == 0) return -1;
  return WithoutDuration(text.substr(number.digits)) == what ? number.value : -1;
}

// "1) adds": what follows the number.
std::string_view AfterNumber(std::string_view text) {
  text = text.substr(Indentation(text));
  const Number number = LeadingNumber(text);
  if (number.digits == 0 || !text.substr(number.digits).starts_with(") ")) return {};
  return text.substr(number.digits + 2);
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  // One run after the other: a tree, the counts, the blocks of the failures.
  v1::RunReading Read() {
    for (std::size_t at = 0, next = 0; next < lines_.size(); ++next) {
      if (CountOf(lines_[next].text, "passing") < 0) continue;
      reading_.set_format("mocha");
      names_ = SuiteNames();
      for (; at < next; ++at) ReadTreeLine(at);
      constexpr std::size_t kCounts = 3;  // passing, pending, failing
      int failing = -1;
      while (failing < 0 && at < std::min(lines_.size(), next + kCounts)) {
        failing = CountOf(lines_[at++].text, "failing");
      }
      for (; failing > 0 && at < lines_.size(); --failing) at = ReadBlock(at, failing == 1);
      next = at > next ? at - 1 : next;
    }
    return std::move(reading_);
  }

 private:
  // The tree of suites and tests, two spaces a level.
  void ReadTreeLine(std::size_t at) {
    const std::string_view text = lines_[at].text;
    const std::size_t indentation = Indentation(text);
    if (indentation < 2 || indentation == text.size()) return;
    const std::size_t depth = indentation / 2 - 1;
    for (const std::string_view mark : {"✔ ", "✓ "}) {
      const std::string_view name = AfterMark(text, mark);
      if (name.empty()) continue;
      AddTest(names_.Of(depth, WithoutDuration(name)), reading_.mutable_passed_tests());
      return;
    }
    if (const auto pending = AfterMark(text, "- "); !pending.empty()) {
      AddTest(names_.Of(depth, pending), reading_.mutable_skipped_tests());
      return;
    }
    if (!AfterNumber(text).empty()) return;  // it has a block below
    // A blank line precedes an outermost suite: what a test prints is rarely taken for one.
    const bool after_blank = at > 0 && Trim(lines_[at - 1].text).empty();
    if (depth > 0 || after_blank) names_.Set(depth, text.substr(indentation));
  }

  static bool OpensBlock(std::string_view text) {
    return Indentation(text) == 2 && !AfterNumber(text).empty();
  }

  // The block of a failure that opens at or after `at`; returns where it ends. Two blank lines end
  // the run's last one.
  std::size_t ReadBlock(std::size_t at, bool last_one) {
    while (at < lines_.size() && !OpensBlock(lines_[at].text)) ++at;
    if (at == lines_.size()) return at;
    const std::size_t first = at;
    SuiteNames names;
    std::string_view title = AfterNumber(lines_[at++].text);
    std::size_t depth = 0;
    while (!title.ends_with(':') && at < lines_.size() && Indentation(lines_[at].text) >= 5 &&
           !Trim(lines_[at].text).empty()) {
      names.Set(depth++, title);
      title = Trim(lines_[at++].text);
    }
    if (title.ends_with(':')) title.remove_suffix(1);
    const std::size_t body = at;
    std::size_t last = at;
    for (; at < lines_.size() && !OpensBlock(lines_[at].text); ++at) {
      if (!Trim(lines_[at].text).empty()) last = at + 1;
      if (last_one && at > body && at > last) break;
    }
    v1::Failure* failure = AddFailure(names.Of(depth, title), stream_, lines_[first].begin,
                                      lines_[last - 1].end, reading_);
    if (failure != nullptr) DescribeBy(lines_.subspan(body, last - body), *failure);
    return at;
  }

  static void DescribeBy(std::span<const Line> body, v1::Failure& failure) {
    const auto errors = ReadNodeErrors(body);
    if (!errors.empty() && !errors.front().kind.empty()) {
      Describe(errors.front(), failure);
      return;
    }
    for (const Line& line : body) {
      if (Trim(line.text).empty()) continue;
      const ExceptionLine error = ReadNodeErrorLine(line.text);
      failure.set_kind(ValidText(error.kind, kNameBytes));
      failure.set_message(
          ValidText(error.kind.empty() ? Trim(line.text) : error.message, kMessageBytes));
      return;
    }
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  v1::RunReading reading_;
  SuiteNames names_;
};

}  // namespace

v1::RunReading ReadMocha(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
