#include "runtime/formats/result_lines_output.h"

#include <algorithm>
#include <string>

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
  // "ERROR: ..." alone is what any program may say.
  const bool told = std::any_of(reading.failures().begin(), reading.failures().end(),
                                [](const v1::Failure& one) { return one.kind() != "ERROR"; });
  if (reading.passed_tests().empty() && !told) return {};
  reading.set_format("result-lines");
  return reading;
}

}  // namespace inquest::formats
