#pragma once

#include <span>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// What memcheck wrote, in order, at most 200; memory that is still reachable is no failure. It
// names files without their folders unless it is asked for them (--fullpath-after=).
std::vector<Traceback> ReadValgrindReports(std::span<const Line> lines);

}  // namespace inquest::formats
