#include "runtime/formats/ctest_output.h"

#include <set>
#include <string>

#include "runtime/formats/catch_output.h"
#include "runtime/formats/gtest_output.h"
#include "runtime/formats/tap_output.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

struct Result {
  std::string_view name;
  std::string_view result;  // Passed, Failed, Timeout, "Exception: SegFault", "Not Run", Skipped
};

// "2/8 Test #2: bad ..............................***Failed    0.00 sec"
bool ReadResult(std::string_view text, Result& found) {
  text.remove_prefix(Indentation(text));
  const Number number = LeadingNumber(text);
  const std::size_t test = text.find(" Test ");
  if (number.digits == 0 || !text.substr(number.digits).starts_with('/') || test == text.npos) {
    return false;
  }
  const std::size_t colon = text.find(": ", test);
  const std::size_t dots = text.rfind("..");
  if (colon == text.npos || dots == text.npos || dots < colon) return false;
  std::string_view name = text.substr(colon + 2, dots - colon);
  while (name.ends_with('.')) name.remove_suffix(1);
  found.name = Trim(name);
  std::string_view result = text.substr(dots + 2);
  while (result.starts_with('*') || result.starts_with('.')) result.remove_prefix(1);
  result = Trim(result);
  if (result.ends_with(" sec")) {
    result.remove_suffix(4);
    result = Trim(result.substr(0, result.rfind(' ')));
  }
  found.result = result;
  return true;
}

// "	  2 - bad (Failed)", in the list at the end.
std::string_view NameInList(std::string_view text) {
  text = Trim(text);
  const Number number = LeadingNumber(text);
  const std::size_t open = text.rfind(" (");
  if (number.digits == 0 || !text.substr(number.digits).starts_with(" - ") || open == text.npos ||
      open < number.digits + 3) {
    return {};
  }
  return text.substr(number.digits + 3, open - number.digits - 3);
}

// What the program of a failed test reported of its own tests, under the name that CTest gives it.
bool AddNested(std::string_view program, const Stream& stream, std::span<const Line> lines,
               v1::RunReading& reading) {
  for (const auto read : {&ReadGtest, &ReadCatch, &ReadTap}) {
    v1::RunReading nested = read(stream, lines);
    if (nested.failures().empty()) continue;
    for (v1::Failure& failure : *nested.mutable_failures()) {
      if (static_cast<std::size_t>(reading.failures_size()) == kFailuresLimit) break;
      failure.set_test(ValidText(std::string(program) + " > " + failure.test(), kNameBytes));
      *reading.add_failures() = std::move(failure);
    }
    return true;
  }
  return false;
}

bool IsSeparator(std::string_view text) {
  return text.starts_with("    Start ") || text.find("% tests passed, ") != text.npos;
}

}  // namespace

v1::RunReading ReadCtest(const Stream& stream, std::span<const Line> lines) {
  v1::RunReading reading;
  std::set<std::string, std::less<>> failed;
  bool recognised = false;
  bool list = false;
  for (std::size_t at = 0; at < lines.size();) {
    const Line& line = lines[at++];
    Result result;
    recognised = recognised || line.text.starts_with("Test project ");
    if (line.text.starts_with("No tests were found!!!")) {
      reading.set_format("ctest");
      reading.set_not_started_because(
          "ctest found no test: build first, run it in the build folder, or correct its -R or -L");
      return reading;
    }
    if (line.text == "The following tests FAILED:") {
      list = true;
      recognised = true;
    } else if (list) {
      const std::string_view name = NameInList(line.text);
      if (name.empty() || failed.find(name) != failed.end()) continue;
      v1::Failure* failure = AddFailure(name, stream, line.begin, line.end, reading);
      if (failure != nullptr) failure->set_kind("Failed");
    } else if (ReadResult(line.text, result)) {
      if (result.result == "Passed") AddTest(result.name, reading.mutable_passed_tests());
      const bool skipped = result.result == "Skipped" || result.result.starts_with("Not Run (Dis");
      if (skipped) AddTest(result.name, reading.mutable_skipped_tests());
      if (result.result == "Passed" || skipped) continue;
      std::size_t last = at;
      while (last < lines.size() && !IsSeparator(lines[last].text)) ++last;
      failed.emplace(result.name);
      const auto printed = lines.subspan(at, last - at);
      at = last;
      if (AddNested(result.name, stream, printed, reading)) continue;
      v1::Failure* failure =
          AddFailure(result.name, stream, line.begin, lines[last - 1].end, reading);
      if (failure != nullptr) failure->set_kind(ValidText(result.result, kNameBytes));
    }
  }
  if (!recognised) return {};
  reading.set_format("ctest");
  return reading;
}

}  // namespace inquest::formats
