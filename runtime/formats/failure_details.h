#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "inquest/v1/run.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What explains a failure, whatever ran the program.
struct Detail {
  std::string_view format;  // "sanitizer", "node", "compiler", ...
  Traceback what;
};

// A sanitizer's, valgrind's or a debugger's report, or an abort: a failure whatever tests say.
// Exceptions are not (programs log them), nor what compilers and make say.
bool IsFinding(const Detail& detail);

// Reports of sanitizers, valgrind and gdb, exceptions with their stacks, aborts, compiler errors,
// in this order, at most 200 of each; a bare signal or make's own error only if there is nothing
// else.
std::vector<Detail> ReadDetails(std::span<const Line> lines, const v1::PhaseOutcome& phase);

// Those of a failure's own text, which a test report quotes.
std::vector<Traceback> ReadFailureText(std::string_view text);

// The failures of a report take the kind, message and frames that they lack from the details that
// stand within them; those of a test that died silently, from what its program said as it died.
// What belongs to none of them is a failure of its own. Both are of one run, `stream` is the
// details'.
void AddDetails(const std::vector<Detail>& details, const Stream& stream, v1::RunReading& reading);

}  // namespace inquest::formats
