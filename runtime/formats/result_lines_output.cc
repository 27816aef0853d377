#include "runtime/formats/result_lines_output.h"

#include <algorithm>
#include <optional>
#include <string>

#include "runtime/formats/python_traceback.h"

namespace inquest::formats {
namespace {

// "PASS: tests/a.sh": what follows `word`; without a name it is no test's line ("FAIL: 2", a
// count).
std::string_view NameAfter(std::string_view text, std::string_view word) {
  if (!text.starts_with(word)) return {};
  text = Trim(text.substr(word.size()));
  return LeadingNumber(text).digits == text.size() ? std::string_view{} : text;
}

// "FAIL: a.sh (exit status: 1)"
std::string_view WithoutStatus(std::string_view name) {
  return name.substr(0, name.find(" (exit status: "));
}

// "ok name", "not ok name": TAP without its plan and numbers. Names are single words, as prose may
// begin like that, too.
struct PlainResult {
  bool ok = false;
  std::string_view name;
};
std::optional<PlainResult> ReadPlainResult(std::string_view text) {
  const bool ok = text.starts_with("ok ");
  if (!ok && !text.starts_with("not ok ")) return std::nullopt;
  return PlainResult{ok, Trim(text.substr(ok ? 3 : 7))};
}

// The comments after a failure say what it is about: "# expected: 3".
std::string CommentsFrom(std::span<const Line> lines) {
  constexpr std::size_t kComments = 10;
  std::string text;
  for (const Line& line : lines.first(std::min(lines.size(), kComments))) {
    if (!line.text.starts_with("#")) break;
    if (!text.empty()) text += '\n';
    text += Trim(line.text.substr(1));
  }
  return ValidText(text, kMessageBytes);
}

void ReadPlainResults(const Stream& stream, std::span<const Line> lines, v1::RunReading& reading) {
  for (const Line& line : lines) {
    const auto result = ReadPlainResult(line.text);
    if (!result.has_value()) continue;
    if (result->name.empty() || result->name.find_first_of(" \t") != std::string_view::npos) return;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto result = ReadPlainResult(lines[i].text);
    if (!result.has_value()) continue;
    if (result->ok) {
      AddTest(result->name, reading.mutable_passed_tests());
      continue;
    }
    v1::Failure* failure = AddFailure(result->name, stream, lines[i].begin, lines[i].end, reading);
    if (failure == nullptr) continue;
    failure->set_kind("not ok");
    failure->set_message(CommentsFrom(lines.subspan(i + 1)));
  }
}

}  // namespace

v1::RunReading ReadResultLines(const Stream& stream, std::span<const Line> lines) {
  v1::RunReading reading;
  for (const Line& line : lines) {
    for (const std::string_view word : {"PASS: ", "XFAIL: "}) {
      AddTest(NameAfter(line.text, word), reading.mutable_passed_tests());
    }
    AddTest(NameAfter(line.text, "SKIP: "), reading.mutable_skipped_tests());
    for (const std::string_view word : {"FAIL: ", "XPASS: ", "ERROR: "}) {
      const std::string_view name = WithoutStatus(NameAfter(line.text, word));
      if (name.empty()) continue;
      v1::Failure* failure = AddFailure(name, stream, line.begin, line.end, reading);
      if (failure != nullptr) failure->set_kind(std::string(word.substr(0, word.size() - 2)));
    }
  }
  ReadPlainResults(stream, lines, reading);
  // "ERROR: ..." alone is what any program may say.
  const bool told = std::any_of(reading.failures().begin(), reading.failures().end(),
                                [](const v1::Failure& one) { return one.kind() != "ERROR"; });
  if (reading.passed_tests().empty() && !told) return {};
  reading.set_format("result-lines");
  return reading;
}

}  // namespace inquest::formats
