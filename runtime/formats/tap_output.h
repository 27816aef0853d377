#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// The Test Anything Protocol, version 13 or 14: of Node.js (nested subtests, YAML), tape, mocha and
// others. A test of a test of ... goes by "outer > inner"; one that failed only because of what is
// in it is left out. Not recognised: the reading has no format.
v1::RunReading ReadTap(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
