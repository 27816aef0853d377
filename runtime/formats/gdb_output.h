#pragma once

#include <span>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// The signal that gdb reports in a batch run, with the stack of the thread that it names first, or
// of thread 1 (the one that crashed, in a core) when all are listed. At most one.
// A script of gdb may print the same as one line instead, the thread that crashed and the innermost
// frame first:
// JSON:{"signal":"SIGSEGV","threads":[{"frames":[{"function":"f","file":"/workspace/a.c",
// "line":3}]}]}
std::vector<Traceback> ReadGdbBacktrace(std::span<const Line> lines);

}  // namespace inquest::formats
