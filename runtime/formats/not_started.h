#pragma once

#include <span>
#include <string>

#include "inquest/v1/run.pb.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// Why a failed phase did not get as far as running a test, and what to do about it: a tool, script,
// make target, library or module that the command itself needs is not there. Empty: no reason is
// seen in `lines`.
std::string WhyNotStarted(std::span<const Line> lines, const v1::PhaseOutcome& phase);

}  // namespace inquest::formats
