#include "runtime/formats/jasmine_output.h"

#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

// "4 specs, 2 failures, 1 pending spec"
bool IsSummary(std::string_view text) {
  const Number number = LeadingNumber(text);
  const std::string_view rest = text.substr(number.digits);
  return number.digits > 0 && (rest.starts_with(" spec, ") || rest.starts_with(" specs, ")) &&
         rest.find(" failure") != rest.npos;
}

// "1) shop adds": the name.
std::string_view TitleOf(std::string_view text) {
  const Number number = LeadingNumber(text);
  if (number.digits == 0 || !text.substr(number.digits).starts_with(") ")) return {};
  return text.substr(number.digits + 2);
}

void DescribeBy(std::span<const Line> body, v1::Failure& failure) {
  FrameSections frames;
  bool in_message = false;
  std::string message;
  for (const Line& line : body) {
    const std::string_view text = Trim(line.text);
    if (text == "Message:" || text == "Stack:") {
      in_message = text == "Message:" && message.empty();
    } else if (in_message && message.size() < kMessageBytes) {
      message += (message.empty() ? "" : "\n") + std::string(text);
    } else {
      frames.Add(NodeTreeFrame(text));
    }
  }
  const ExceptionLine error = ReadNodeErrorLine(message);
  failure.set_kind(ValidText(error.kind, kNameBytes));
  failure.set_message(ValidText(error.kind.empty() ? message : error.message, kMessageBytes));
  for (const v1::Location& frame : frames.InnermostLast(true)) *failure.add_frames() = frame;
}

}  // namespace

v1::RunReading ReadJasmine(const Stream& stream, std::span<const Line> lines) {
  v1::RunReading reading;
  enum class Part { kNone, kFailures, kPending } part = Part::kNone;
  bool summary = false;
  for (std::size_t at = 0; at < lines.size();) {
    const Line& line = lines[at++];
    const std::string_view title = TitleOf(line.text);
    summary = summary || IsSummary(line.text);
    if (line.text == "Failures:") {
      part = Part::kFailures;
    } else if (line.text == "Pending:") {
      part = Part::kPending;
    } else if (part == Part::kPending && !title.empty()) {
      AddTest(title, reading.mutable_skipped_tests());
    } else if (part == Part::kFailures && !title.empty()) {
      const std::size_t first = at;
      while (at < lines.size() && (Trim(lines[at].text).empty() || lines[at].text[0] == ' ')) ++at;
      const auto body = lines.subspan(first, at - first);
      v1::Failure* failure =
          AddFailure(title, stream, line.begin, body.empty() ? line.end : body.back().end, reading);
      if (failure != nullptr) DescribeBy(body, *failure);
    }
  }
  if (!summary) return {};
  reading.set_format("jasmine");
  return reading;
}

}  // namespace inquest::formats
