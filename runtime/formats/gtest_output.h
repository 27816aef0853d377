#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// GoogleTest. A test that began and did not end failed: its program died. Not recognised: the
// reading has no format.
v1::RunReading ReadGtest(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
