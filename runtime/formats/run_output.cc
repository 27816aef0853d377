#include "runtime/formats/run_output.h"

#include <array>
#include <string>

#include "runtime/formats/catch_output.h"
#include "runtime/formats/crash_output.h"
#include "runtime/formats/ctest_output.h"
#include "runtime/formats/failure_details.h"
#include "runtime/formats/gtest_output.h"
#include "runtime/formats/jasmine_output.h"
#include "runtime/formats/jest_output.h"
#include "runtime/formats/junit_output.h"
#include "runtime/formats/mocha_output.h"
#include "runtime/formats/node_spec_output.h"
#include "runtime/formats/not_started.h"
#include "runtime/formats/pytest_output.h"
#include "runtime/formats/report.h"
#include "runtime/formats/result_lines_output.h"
#include "runtime/formats/tap_output.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/unittest_output.h"
#include "runtime/formats/vitest_output.h"

namespace inquest::formats {
namespace {

using ReadReport = v1::RunReading (*)(const Stream&, std::span<const Line>);

// In the order in which they are asked: what may quote another's output (CTest, a report in XML)
// comes before it, and what is told by little comes last.
constexpr std::array<ReadReport, 12> kReports = {
    &ReadUnittest, &ReadJunit, &ReadCtest,   &ReadTap,   &ReadNodeSpec, &ReadVitest,
    &ReadJest,     &ReadMocha, &ReadJasmine, &ReadGtest, &ReadCatch,    &ReadResultLines};

struct Output {
  Stream stream;
  std::vector<Line> lines;
};

bool Failed(const v1::PhaseOutcome& phase) {
  return phase.ending() != v1::ENDING_EXITED || phase.exit_code() != 0;
}

// Runners write to both streams: vitest, programs of several test programs.
void Merge(v1::RunReading other, v1::RunReading& reading) {
  for (v1::Failure& failure : *other.mutable_failures()) {
    if (static_cast<std::size_t>(reading.failures_size()) == kFailuresLimit) break;
    *reading.add_failures() = std::move(failure);
  }
  for (const std::string& test : other.passed_tests()) {
    AddTest(test, reading.mutable_passed_tests());
  }
  for (const std::string& test : other.skipped_tests()) {
    AddTest(test, reading.mutable_skipped_tests());
  }
  if (reading.failures().empty() && reading.passed_tests().empty() &&
      reading.not_started_because().empty()) {
    reading.set_not_started_because(other.not_started_because());
  }
}

v1::RunReading ReadTestReport(const Output& out, const Output& err, const v1::PhaseOutcome& phase) {
  for (const Output* output : {&out, &err}) {
    auto reading = ReadPytest(output->stream, output->lines, phase);
    if (!reading.format().empty()) return reading;
  }
  for (const ReadReport read : kReports) {
    auto reading = read(out.stream, out.lines);
    auto other = read(err.stream, err.lines);
    if (reading.format().empty()) std::swap(reading, other);
    if (reading.format().empty()) continue;
    if (!other.format().empty()) Merge(std::move(other), reading);
    return reading;
  }
  return {};
}

// What a program says beside a test report.
void ReadBesides(const Output& out, const Output& err, const v1::PhaseOutcome& phase,
                 v1::RunReading& reading) {
  const bool python = reading.format() == "pytest" || reading.format() == "unittest";
  for (const Output* output : {&err, &out}) {
    std::vector<Detail> details = ReadDetails(output->lines, phase);
    // These reports quote every traceback that belongs to a test.
    if (python) std::erase_if(details, [](const Detail& one) { return !IsFinding(one); });
    AddDetails(details, output->stream, reading);
  }
}

// What a program says that reports no tests. The stream that says anything is read alone.
v1::RunReading ReadWithoutReport(const Output& out, const Output& err,
                                 const v1::PhaseOutcome& phase) {
  v1::RunReading reading;
  for (const Output* output : {&err, &out}) {
    const std::vector<Detail> details = ReadDetails(output->lines, phase);
    if (details.empty()) continue;
    reading.set_format(std::string(details.front().format));
    AddDetails(details, output->stream, reading);
    break;
  }
  // A failure in the tree speaks for itself; what make gives up on does not.
  for (const v1::Failure& failure : reading.failures()) {
    if (!failure.frames().empty() && reading.format() != "make") return reading;
  }
  for (const Output* output : {&err, &out}) {
    const std::string why = WhyNotStarted(output->lines, phase);
    if (why.empty()) continue;
    reading.Clear();
    reading.set_not_started_because(why);
    return reading;
  }
  return reading;
}

// A test that its program's death ended, and of which nothing else is known.
void NameSilentDeaths(const v1::PhaseOutcome& phase, v1::RunReading& reading) {
  const std::string signal = SignalOf(phase);
  if (signal.empty()) return;
  for (v1::Failure& failure : *reading.mutable_failures()) {
    if (failure.kind().empty() && failure.frames().empty()) failure.set_kind(signal);
  }
}

}  // namespace

v1::RunReading ReadOutput(std::string_view stdout_bytes, std::string_view stderr_bytes,
                          const v1::PhaseOutcome& phase) {
  const Output out{{stdout_bytes, phase.stdout().digest()}, LastLines(stdout_bytes)};
  const Output err{{stderr_bytes, phase.stderr().digest()}, LastLines(stderr_bytes)};
  v1::RunReading reading = ReadTestReport(out, err, phase);
  if (!Failed(phase)) return reading;
  // A program that prints a stack and goes on has not failed by it.
  if (reading.format().empty()) return ReadWithoutReport(out, err, phase);
  ReadBesides(out, err, phase, reading);
  NameSilentDeaths(phase, reading);
  return reading;
}

}  // namespace inquest::formats
