#pragma once

#include <span>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// Errors of gcc, clang and the linker ("compile error", "link error"), in order, at most 200: a
// build that fails, which is no failing test.
std::vector<Traceback> ReadCompilerErrors(std::span<const Line> lines);

// The last recipe that make gave up on ("make error"). At most one.
std::vector<Traceback> ReadMakeError(std::span<const Line> lines);

}  // namespace inquest::formats
