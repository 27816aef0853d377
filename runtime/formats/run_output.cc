#include "runtime/formats/run_output.h"

#include <string>

#include "runtime/formats/pytest_output.h"
#include "runtime/formats/python_traceback.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/unittest_output.h"

namespace inquest::formats {
namespace {

// What sh says of a command that it cannot run (POSIX, Shell Command Language, 2.8.2).
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

bool Failed(const v1::PhaseOutcome& phase) {
  return phase.ending() != v1::ENDING_EXITED || phase.exit_code() != 0;
}

// A program that prints a traceback and goes on has not failed by it; the caller asks for failing
// ones.
v1::RunReading ReadBareTracebacks(const Stream& stream, const std::vector<Line>& lines) {
  v1::RunReading reading;
  for (const Traceback& traceback : ReadTracebacks(lines)) {
    reading.set_format("traceback");
    v1::Failure& failure = *reading.add_failures();
    failure.set_kind(traceback.kind);
    failure.set_message(traceback.message);
    for (const v1::Location& frame : traceback.frames) *failure.add_frames() = frame;
    *failure.mutable_citation() = Cite(stream, traceback.begin, traceback.end);
  }
  return reading;
}

// "python3: No module named pytest", "python3: can't open file ...", "sh: 1: tox: not found".
std::string WhyNotStarted(const std::vector<Line>& lines, const v1::PhaseOutcome& phase) {
  constexpr std::size_t kLookAt = 20;
  if (phase.ending() != v1::ENDING_EXITED) return "";
  const bool shell = phase.exit_code() == kNotFound || phase.exit_code() == kNotExecutable;
  for (std::size_t i = lines.size() > kLookAt ? lines.size() - kLookAt : 0; i < lines.size(); ++i) {
    const std::string_view text = lines[i].text;
    const std::string said = ValidText(text, kMessageBytes);
    if (text.find(": No module named ") != text.npos && text.find("Error: ") == text.npos) {
      return MissingModuleAdvice(MissingModule(text)) + " (" + said + ")";
    }
    if (text.find(": can't open file ") != text.npos) {
      return "python cannot open the file that the command names: " + said;
    }
    if (shell &&
        (text.find("not found") != text.npos || text.find("ermission denied") != text.npos)) {
      return "the command cannot be started: " + said +
             "; name the tool's directory as a tool path if it is outside of the system folders";
    }
  }
  return "";
}

}  // namespace

v1::RunReading ReadOutput(std::string_view stdout_bytes, std::string_view stderr_bytes,
                          const v1::PhaseOutcome& phase) {
  const Stream out{stdout_bytes, phase.stdout().digest()};
  const Stream err{stderr_bytes, phase.stderr().digest()};
  const std::vector<Line> out_lines = LastLines(stdout_bytes);
  const std::vector<Line> err_lines = LastLines(stderr_bytes);
  for (const bool first : {true, false}) {
    auto reading = ReadPytest(first ? out : err, first ? out_lines : err_lines, phase);
    if (!reading.format().empty()) return reading;
  }
  for (const bool first : {true, false}) {
    auto reading = ReadUnittest(first ? err : out, first ? err_lines : out_lines);
    if (!reading.format().empty()) return reading;
  }
  v1::RunReading reading;
  if (!Failed(phase)) return reading;
  for (const bool first : {true, false}) {
    reading = ReadBareTracebacks(first ? err : out, first ? err_lines : out_lines);
    if (!reading.format().empty()) return reading;
  }
  reading.set_not_started_because(WhyNotStarted(err_lines, phase));
  if (reading.not_started_because().empty()) {
    reading.set_not_started_because(WhyNotStarted(out_lines, phase));
  }
  return reading;
}

}  // namespace inquest::formats
