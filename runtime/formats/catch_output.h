#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// The console reporters of Catch2 and doctest, which name failing test cases only. Ids are
// "test case > section". Not recognised: the reading has no format.
v1::RunReading ReadCatch(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
