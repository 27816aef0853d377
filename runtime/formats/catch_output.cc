#include "runtime/formats/catch_output.h"

#include <string>

#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kRuleLength = 79;

bool IsRule(std::string_view text, char drawn) {
  return text.size() == kRuleLength && text.find_first_not_of(drawn) == std::string_view::npos;
}

// Catch2: a header of names between two rules, then "file:line: FAILED:" for each failure.
// doctest: "file:line:", "TEST CASE:  name", "  section", then "file:line: ERROR: text".
class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view text = lines_[i].text;
      if (IsRule(text, '-')) {
        ReadHeader(i);
      } else if (text.starts_with("TEST CASE:  ")) {
        id_ = Trim(text.substr(12));
        if (i + 1 < lines_.size() && lines_[i + 1].text.starts_with("  ")) {
          id_ += " > " + std::string(Trim(lines_[i + 1].text));
        }
      } else if (text.ends_with(": FAILED:")) {
        AddAt(i, text.substr(0, text.size() - 9));
      } else {
        ReadDoctestFailure(i);
      }
      recognised_ = recognised_ || text.starts_with("test cases: ") ||
                    text.starts_with("All tests passed (") ||
                    text.starts_with("[doctest] test cases");
      nothing_ran_ = nothing_ran_ || text.starts_with("No tests ran") ||
                     text.starts_with("No test cases matched");
    }
    if (!recognised_ && !nothing_ran_) return {};
    reading_.set_format("catch");
    if (nothing_ran_) {
      reading_.set_not_started_because(
          "no test case matches the command: name it as --list-tests does");
    }
    return std::move(reading_);
  }

 private:
  void ReadHeader(std::size_t at) {
    constexpr std::size_t kNamesLimit = 16;
    std::string id;
    std::size_t i = at + 1;
    for (; i < lines_.size() && i < at + kNamesLimit && !IsRule(lines_[i].text, '-'); ++i) {
      if (Trim(lines_[i].text).empty()) return;
      id += (id.empty() ? "" : " > ") + std::string(Trim(lines_[i].text));
    }
    if (i < lines_.size() && i < at + kNamesLimit && !id.empty()) id_ = ValidText(id, kNameBytes);
  }

  void ReadDoctestFailure(std::size_t at) {
    const std::string_view text = lines_[at].text;
    for (const std::string_view mark : {": ERROR: ", ": FATAL ERROR: "}) {
      const std::size_t end = text.find(mark);
      if (end == text.npos || id_.empty() || !ReadPlace(text.substr(0, end))) continue;
      AddAt(at, text.substr(0, end));
      return;
    }
  }

  void AddAt(std::size_t at, std::string_view printed) {
    const auto place = ReadPlace(printed);
    if (id_.empty() || !place.has_value()) return;
    std::size_t last = at + 1;
    constexpr std::size_t kLines = 12;
    std::string message;
    for (; last < lines_.size() && last <= at + kLines; ++last) {
      const std::string_view text = Trim(lines_[last].text);
      if (text.empty()) break;
      message += (message.empty() ? "" : "\n") + std::string(text);
    }
    auto frame = TreeFrame(*place, "");
    const int failures = reading_.failures_size();
    if (failures > 0 && reading_.failures(failures - 1).test() == id_) return;
    v1::Failure* failure =
        AddFailure(id_, stream_, lines_[at].begin, lines_[last - 1].end, reading_);
    if (failure == nullptr) return;
    failure->set_kind(message.starts_with("due to unexpected exception") ? "exception"
                                                                         : "assertion");
    failure->set_message(ValidText(message, kMessageBytes));
    if (frame.has_value()) *failure->add_frames() = *frame;
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  v1::RunReading reading_;
  std::string id_;
  bool recognised_ = false;
  bool nothing_ran_ = false;
};

}  // namespace

v1::RunReading ReadCatch(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
