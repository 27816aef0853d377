#include "runtime/formats/vitest_output.h"

#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::string_view kFail = " FAIL  ";
constexpr std::string_view kFrame = "❯ ";
constexpr std::string_view kRule = "⎯⎯";

// "file  (4 tests | 2 failed) 12ms": without what is counted there.
std::string_view FileOf(std::string_view text) {
  const std::size_t counts = text.find(" (");
  return Trim(text.substr(0, counts));
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    while (at_ < lines_.size()) ReadLine();
    if (!recognised_) return {};
    reading_.set_format("vitest");
    return std::move(reading_);
  }

 private:
  void ReadLine() {
    const Line& line = lines_[at_++];
    const std::string_view text = line.text;
    if (text.starts_with(" Test Files  ") ||
        (text.starts_with(kRule) && text.find(" Failed ") != text.npos)) {
      recognised_ = true;
    } else if (text.starts_with(kFail)) {
      ReadFailure(line, Trim(text.substr(kFail.size())));
    } else if (Indentation(text) == 1 || Indentation(text) == 3) {
      if (const auto passed = AfterMark(text, "✓ "); !passed.empty()) {
        AddTest(NameOf(passed), reading_.mutable_passed_tests());
      } else if (const auto skipped = AfterMark(text, "↓ "); !skipped.empty()) {
        AddTest(NameOf(skipped), reading_.mutable_skipped_tests());
      }
    }
  }

  // A test of the verbose reporter, "file > suite > test 12ms", or a file.
  static std::string_view NameOf(std::string_view text) {
    const std::size_t space = text.rfind(' ');
    if (space != text.npos && text.ends_with("ms") &&
        LeadingNumber(text.substr(space + 1)).digits > 0) {
      text = text.substr(0, space);
    }
    return text.find(" > ") == text.npos ? FileOf(text) : Trim(text);
  }

  void ReadFailure(const Line& title, std::string_view name) {
    const std::size_t first = at_;
    std::size_t last = at_;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view text = lines_[at_].text;
      if (text.starts_with(kFail) || text.starts_with(kRule)) break;
      if (!Trim(text).empty()) last = at_ + 1;
    }
    const auto body = lines_.subspan(first, last - first);
    const std::size_t end = body.empty() ? title.end : body.back().end;
    const std::string_view id =
        name.find(" > ") == name.npos ? name.substr(0, name.find(" [ ")) : name;
    v1::Failure* failure = AddFailure(id, stream_, title.begin, end, reading_);
    if (failure == nullptr || body.empty()) return;
    const ExceptionLine error = ReadNodeErrorLine(body.front().text);
    failure->set_kind(ValidText(error.kind, kNameBytes));
    failure->set_message(
        ValidText(error.kind.empty() ? body.front().text : error.message, kMessageBytes));
    FrameSections frames;
    for (const Line& line : body) {
      const auto frame = AfterMark(line.text, kFrame);
      if (!frame.empty()) frames.Add(ReadFrame(frame));
    }
    for (const v1::Location& frame : frames.InnermostLast(true)) *failure->add_frames() = frame;
  }

  // "Object.price lib/shop.js:4:15", or the place alone.
  static std::optional<v1::Location> ReadFrame(std::string_view text) {
    const std::size_t space = text.rfind(' ');
    const auto place = ReadPlace(space == text.npos ? text : text.substr(space + 1));
    if (!place.has_value()) return std::nullopt;
    return TreeFrame(*place, space == text.npos ? "" : text.substr(0, space));
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  std::size_t at_ = 0;
  v1::RunReading reading_;
  bool recognised_ = false;
};

}  // namespace

v1::RunReading ReadVitest(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
