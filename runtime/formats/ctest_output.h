#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// CTest: one test per program. Where --output-on-failure shows that a failed program has tests of
// its own, those that failed stand for it: "program > test". Not recognised: the reading has no
// format.
v1::RunReading ReadCtest(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
