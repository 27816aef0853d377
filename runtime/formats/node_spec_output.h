#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What the spec reporter of node:test prints (Node.js 18 and later). Ids are "suite > test". Not
// recognised: the reading has no format.
v1::RunReading ReadNodeSpec(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
