#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// JUnit XML in any of its dialects, when the output itself is that. A test is what a testcase
// element names: "class.name", or "suite > name" without a class. Not recognised: the reading has
// no format.
v1::RunReading ReadJunit(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
