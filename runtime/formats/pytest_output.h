#pragma once

#include <span>

#include "inquest/v1/run.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/formats/report.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What pytest wrote to its terminal, in any of its traceback styles. The exit code tells usage
// errors and empty collections from failing tests (pytest's documented codes 2 to 5). Not
// recognised: the reading has no format.
v1::RunReading ReadPytest(const Stream& stream, std::span<const Line> lines,
                          const v1::PhaseOutcome& phase);

}  // namespace inquest::formats
