#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// CTest: one test per program, with what --output-on-failure shows of it. Not recognised: the
// reading has no format.
v1::RunReading ReadCtest(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
