#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What vitest prints: the failures to stderr, the rest to stdout. Ids are "file > suite > test"; of
// a passing file whose tests are not listed, the file. Not recognised: the reading has no format.
v1::RunReading ReadVitest(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
