#pragma once

#include <span>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What unittest's text runner wrote (to stderr, as a rule). Not recognised: the reading has no
// format.
v1::RunReading ReadUnittest(const Stream& stream, std::span<const Line> lines);

}  // namespace inquest::formats
