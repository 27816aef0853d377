#pragma once

#include <span>
#include <string>
#include <vector>

#include "inquest/v1/run.pb.h"
#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What a native program says as it dies: a failed assert(), an exception that nobody caught, a
// check of libc, a fatal error of Node.js. In order, at most 200.
std::vector<Traceback> ReadAborts(std::span<const Line> lines);

// What a shell says of a program that a signal ended ("Segmentation fault"), or what the phase's
// own end says. At most one; there must be a line to cite.
std::vector<Traceback> ReadFatalSignal(std::span<const Line> lines, const v1::PhaseOutcome& phase);

// "SIGSEGV" if a signal ended the phase, by itself or under a shell (exit code 128 + number);
// empty: none did.
std::string SignalOf(const v1::PhaseOutcome& phase);

}  // namespace inquest::formats
