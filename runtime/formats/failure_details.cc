#include "runtime/formats/failure_details.h"

#include <iterator>

#include "runtime/formats/compiler_output.h"
#include "runtime/formats/crash_output.h"
#include "runtime/formats/gdb_output.h"
#include "runtime/formats/node_stack.h"
#include "runtime/formats/sanitizer_output.h"
#include "runtime/formats/valgrind_output.h"

namespace inquest::formats {
namespace {

void Append(std::string_view format, std::vector<Traceback> found, std::vector<Detail>& details) {
  for (Traceback& one : found) details.push_back({format, std::move(one)});
}

bool Within(const Traceback& what, const v1::Failure& failure, const Stream& stream) {
  const v1::Citation& at = failure.citation();
  return at.digest() == stream.digest && static_cast<std::int64_t>(what.begin) >= at.begin_byte() &&
         static_cast<std::int64_t>(what.begin) < at.end_byte();
}

bool SamePlace(const v1::Failure& failure, const Traceback& what) {
  if (what.frames.empty()) return failure.kind() == what.kind;
  const v1::Location& place = what.frames.back();
  for (const v1::Location& frame : failure.frames()) {
    if (frame.path() == place.path() && frame.first_line() == place.first_line()) return true;
  }
  return false;
}

void Complete(const Traceback& what, v1::Failure& failure) {
  if (failure.message().empty()) {
    const bool named = failure.kind().empty() || what.message.empty();
    failure.set_message(named ? what.message : what.kind + ": " + what.message);
  }
  if (failure.kind().empty()) failure.set_kind(what.kind);
  if (!failure.frames().empty()) return;
  for (const v1::Location& frame : what.frames) *failure.add_frames() = frame;
}

// The failure that `what` explains; nullptr: none.
v1::Failure* Owner(const Traceback& what, const Stream& stream, v1::RunReading& reading) {
  for (v1::Failure& failure : *reading.mutable_failures()) {
    if (Within(what, failure, stream) || SamePlace(failure, what)) return &failure;
  }
  // It ended without a word where the report is: it died.
  for (v1::Failure& failure : *reading.mutable_failures()) {
    if (failure.kind().empty() && failure.frames().empty() && !failure.test().empty()) {
      return &failure;
    }
  }
  return nullptr;
}

}  // namespace

bool IsFinding(const Detail& detail) {
  return detail.format == "sanitizer" || detail.format == "valgrind" || detail.format == "gdb" ||
         detail.format == "crash";
}

std::vector<Detail> ReadDetails(std::span<const Line> lines, const v1::PhaseOutcome& phase) {
  std::vector<Detail> details;
  Append("sanitizer", ReadSanitizerReports(lines), details);
  Append("valgrind", ReadValgrindReports(lines), details);
  Append("gdb", ReadGdbBacktrace(lines), details);
  Append("node", ReadNodeErrors(lines), details);
  Append("traceback", ReadTracebacks(lines), details);
  if (details.empty()) Append("crash", ReadAborts(lines), details);
  if (details.empty()) Append("compiler", ReadCompilerErrors(lines), details);
  if (details.empty()) Append("crash", ReadFatalSignal(lines, phase), details);
  if (details.empty()) Append("make", ReadMakeError(lines), details);
  return details;
}

std::vector<Traceback> ReadFailureText(std::string_view text) {
  std::vector<Traceback> found;
  for (Detail& detail : ReadDetails(LastLines(text), v1::PhaseOutcome())) {
    found.push_back(std::move(detail.what));
  }
  return found;
}

void AddDetails(const std::vector<Detail>& details, const Stream& stream, v1::RunReading& reading) {
  const bool report_tells = !reading.failures().empty();
  for (const Detail& detail : details) {
    v1::Failure* owner = Owner(detail.what, stream, reading);
    if (owner != nullptr) {
      Complete(detail.what, *owner);
      continue;
    }
    if (report_tells && !IsFinding(detail)) continue;
    v1::Failure* failure = AddFailure("", stream, detail.what.begin, detail.what.end, reading);
    if (failure != nullptr) Describe(detail.what, *failure);
  }
}

}  // namespace inquest::formats
