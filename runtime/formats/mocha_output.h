#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// Mocha's spec and dot reporters, and others that end in its summary. Ids are "suite > test"; the
// dot reporter does not name passing tests. Not recognised: the reading has no format.
v1::RunReading ReadMocha(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
