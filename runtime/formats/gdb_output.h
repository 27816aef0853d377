#pragma once

#include <span>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// The signal that gdb reports in a batch run, with the stack of the thread that it names first, or
// of thread 1 (the one that crashed, in a core) when all are listed. At most one.
std::vector<Traceback> ReadGdbBacktrace(std::span<const Line> lines);

}  // namespace inquest::formats
