#include "runtime/formats/gtest_output.h"

#include <string>

#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::string_view kRun = "[ RUN      ] ";
constexpr std::string_view kOk = "[       OK ] ";
constexpr std::string_view kFailed = "[  FAILED  ] ";
constexpr std::string_view kSkipped = "[  SKIPPED ] ";

// "Shop.Adds (0 ms)", "All/P.Even/0, where GetParam() = 1 (0 ms)"
std::string_view NameOf(std::string_view text) {
  return WithoutDuration(text.substr(0, text.find(", where ")));
}

// "gt.cc:3: Failure"
std::optional<SourcePlace> FailurePlace(std::string_view text) {
  constexpr std::string_view kFailure = ": Failure";
  if (!text.ends_with(kFailure)) return std::nullopt;
  return ReadPlace(text.substr(0, text.size() - kFailure.size()));
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    bool recognised = false;
    std::size_t running = lines_.size();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view text = lines_[i].text;
      recognised = recognised || text.starts_with("[==========] ");
      // A test may print without ending its line before it ends.
      if (text.starts_with(kRun)) {
        if (running < lines_.size()) Close(running, i);
        running = i;
      } else if (running < lines_.size() && Ends(text, kOk, running)) {
        AddTest(NameAt(running), reading_.mutable_passed_tests());
        running = lines_.size();
      } else if (running < lines_.size() && Ends(text, kSkipped, running)) {
        AddTest(NameAt(running), reading_.mutable_skipped_tests());
        running = lines_.size();
      } else if (running < lines_.size() && Ends(text, kFailed, running)) {
        Close(running, i + 1);
        running = lines_.size();
      }
      nothing_ran_ = nothing_ran_ || text.starts_with("[==========] Running 0 tests");
    }
    if (running < lines_.size()) Close(running, lines_.size());
    if (!recognised && reading_.failures().empty() && reading_.passed_tests().empty()) return {};
    reading_.set_format("gtest");
    if (nothing_ran_) {
      reading_.set_not_started_because(
          "no test ran: --gtest_filter matches none; name the test as --gtest_list_tests does");
    }
    return std::move(reading_);
  }

 private:
  std::string_view NameAt(std::size_t run) const {
    return NameOf(lines_[run].text.substr(kRun.size()));
  }

  bool Ends(std::string_view text, std::string_view mark, std::size_t running) const {
    const std::size_t at = text.find(mark);
    return at != text.npos && NameOf(text.substr(at + mark.size())) == NameAt(running);
  }

  // The lines of a failed test: its name, and its failures with their places.
  void Close(std::size_t first, std::size_t last) {
    v1::Failure* failure =
        AddFailure(NameAt(first), stream_, lines_[first].begin, lines_[last - 1].end, reading_);
    if (failure == nullptr) return;
    FrameSections frames;
    std::string message;
    bool in_first = false;
    std::size_t failures = 0;
    for (std::size_t i = first + 1; i < last; ++i) {
      const std::string_view text = lines_[i].text;
      const auto place = FailurePlace(text);
      if (place.has_value() || text == "unknown file: Failure") {
        in_first = failures++ == 0;
        if (place.has_value()) frames.Add(TreeFrame(*place, ""));
      } else if (in_first && text.find(kFailed) == text.npos && message.size() < kMessageBytes) {
        message += (message.empty() ? "" : "\n") + std::string(text);
      }
    }
    if (failures > 0) {
      const bool thrown = message.starts_with("C++ exception with description");
      failure->set_kind(thrown ? "exception" : "assertion");
    }
    failure->set_message(ValidText(message, kMessageBytes));
    for (const v1::Location& frame : frames.InnermostLast(true)) *failure->add_frames() = frame;
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  v1::RunReading reading_;
  bool nothing_ran_ = false;
};

}  // namespace

v1::RunReading ReadGtest(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
