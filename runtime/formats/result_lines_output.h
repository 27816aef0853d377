#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// "PASS: name", "FAIL: name", "SKIP: name" as Automake's harness and many shell drivers print them,
// or "ok name", "not ok name" with what went wrong in comments.
// Not recognised: the reading has no format.
v1::RunReading ReadResultLines(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
