#include "runtime/formats/mocha_output.h"

#include <optional>
#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

// "  3 passing (29ms)", "  2 failing"
bool IsCount(std::string_view text, std::string_view what) {
  if (Indentation(text) != 2) return false;
  text = text.substr(2);
  const Number number = LeadingNumber(text);
  if (number.digits == 0) return false;
  text = WithoutDuration(text.substr(number.digits));
  return text == what;
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

  v1::RunReading Read() {
    std::size_t summary = lines_.size();
    for (std::size_t i = lines_.size(); i > 0 && summary == lines_.size(); --i) {
      if (IsCount(lines_[i - 1].text, "passing")) summary = i - 1;
    }
    if (summary == lines_.size()) return {};
    reading_.set_format("mocha");
    for (std::size_t i = 0; i < summary; ++i) ReadTreeLine(i);
    std::size_t at = summary;
    while (at < lines_.size() && !IsCount(lines_[at].text, "failing")) ++at;
    while (at < lines_.size()) at = ReadBlock(at);
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

  // The block of a failure that opens at or after `at`; returns where it ends.
  std::size_t ReadBlock(std::size_t at) {
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
