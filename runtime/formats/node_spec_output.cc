#include "runtime/formats/node_spec_output.h"

#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::string_view kPassed = "✔ ";
constexpr std::string_view kFailed = "✖ ";
constexpr std::string_view kSkipped = "﹣ ";
constexpr std::string_view kSuite = "▶ ";
constexpr std::string_view kCount = "ℹ ";
// A file whose program failed outside of its tests; why stands elsewhere in the output.
constexpr std::string_view kFileFailed = "'test failed'";
constexpr std::string_view kFailingTests = "✖ failing tests:";

// "name (0.08ms) # later": a test with a comment was skipped, or is not expected to pass yet.
std::string_view NameOf(std::string_view text, bool* excused) {
  const std::size_t comment = text.rfind(") # ");
  *excused = comment != std::string_view::npos;
  if (*excused) text = text.substr(0, comment + 1);
  return WithoutRoot(WithoutDuration(text));
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    while (at_ < lines_.size() && lines_[at_].text != kFailingTests) ReadLine();
    if (!counts_) return {};
    // Later versions show the errors here only; names stand without their suites.
    while (at_ < lines_.size()) ReadFailing();
    reading_.set_format("node-spec");
    if (none_ran_ && reading_.failures().empty() && reading_.passed_tests().empty()) {
      reading_.set_not_started_because(
          "node found no test: name the file or folder of the tests after --test");
    }
    return std::move(reading_);
  }

 private:
  void ReadLine() {
    const Line& line = lines_[at_++];
    const std::size_t depth = Indentation(line.text) / 2;
    bool excused = false;
    if (const auto suite = AfterMark(line.text, kSuite); !suite.empty()) {
      const std::string_view name = WithoutDuration(suite);
      // With a time it ends the suite, which Node.js 18 marks this way even when it failed.
      if (name == Trim(suite)) names_.Set(depth, WithoutRoot(name));
    } else if (const auto passed = AfterMark(line.text, kPassed); !passed.empty()) {
      const std::string id = names_.Of(depth, NameOf(passed, &excused));
      AddTest(id, excused ? reading_.mutable_skipped_tests() : reading_.mutable_passed_tests());
    } else if (const auto skipped = AfterMark(line.text, kSkipped); !skipped.empty()) {
      AddTest(names_.Of(depth, NameOf(skipped, &excused)), reading_.mutable_skipped_tests());
    } else if (const auto count = AfterMark(line.text, kCount); !count.empty()) {
      counts_ = counts_ || count.starts_with("tests ");
      none_ran_ = none_ran_ || count == "tests 0";
    } else if (const auto failed = AfterMark(line.text, kFailed); !failed.empty()) {
      ReadFailed(line, depth, NameOf(failed, &excused));
    }
  }

  // The error stands under the name, indented. A suite's end has none: what is in it speaks.
  void ReadFailed(const Line& line, std::size_t depth, std::string_view name) {
    const auto body = TakeBody(Indentation(line.text));
    if (body.empty() && names_.Of(depth + 1, "") == names_.Of(depth, name) + " > ") return;
    const std::size_t end = body.empty() ? line.end : body.back().end;
    v1::Failure* failure = AddFailure(names_.Of(depth, name), stream_, line.begin, end, reading_);
    if (failure != nullptr) DescribeBy(body, *failure);
  }

  static void DescribeBy(std::span<const Line> body, v1::Failure& failure) {
    const auto errors = ReadNodeErrors(body);
    if (!errors.empty()) {
      Describe(errors.front(), failure);
    } else if (!body.empty() && Trim(body.front().text) != kFileFailed) {
      failure.set_message(ValidText(Trim(body.front().text), kMessageBytes));
    }
  }

  std::span<const Line> TakeBody(std::size_t indentation) {
    const std::size_t first = at_;
    std::size_t last = at_;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view text = lines_[at_].text;
      if (Trim(text).empty()) continue;
      bool marked = false;
      for (const auto mark : {kPassed, kFailed, kSkipped, kSuite}) {
        marked = marked || !AfterMark(text, mark).empty();
      }
      if (marked || Indentation(text) <= indentation) break;
      last = at_ + 1;
    }
    return lines_.subspan(first, last - first);
  }

  // "test at nt/shop.test.js:6:1", "✖ adds (2ms)" and the error.
  void ReadFailing() {
    constexpr std::string_view kAt = "test at ";
    const Line& place = lines_[at_++];
    if (!place.text.starts_with(kAt) || at_ == lines_.size()) return;
    const Line& title = lines_[at_++];
    bool excused = false;
    const std::string_view name = NameOf(AfterMark(title.text, kFailed), &excused);
    if (name.empty()) return;
    const auto body = TakeBody(0);
    v1::Failure* failure = nullptr;
    for (; next_ < reading_.failures_size() && failure == nullptr; ++next_) {
      v1::Failure& candidate = *reading_.mutable_failures(next_);
      if (candidate.test() == name || candidate.test().ends_with(" > " + std::string(name))) {
        failure = &candidate;
      }
    }
    if (failure == nullptr) {
      next_ = 0;
      if (!reading_.failures().empty()) return;
      failure = AddFailure(name, stream_, place.begin, body.empty() ? title.end : body.back().end,
                           reading_);
    }
    if (failure == nullptr) return;
    if (failure->kind().empty()) DescribeBy(body, *failure);
    const bool file = !body.empty() && Trim(body.front().text) == kFileFailed;
    if (file || !failure->frames().empty()) return;
    if (const auto frame = NodeTreeFrame(place.text.substr(kAt.size()))) {
      *failure->add_frames() = *frame;
    }
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  std::size_t at_ = 0;
  v1::RunReading reading_;
  SuiteNames names_;
  int next_ = 0;
  bool counts_ = false;
  bool none_ran_ = false;
};

}  // namespace

v1::RunReading ReadNodeSpec(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
