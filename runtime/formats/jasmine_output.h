#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// Jasmine's default reporter, which names failing and pending specs only. Not recognised: the
// reading has no format.
v1::RunReading ReadJasmine(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
