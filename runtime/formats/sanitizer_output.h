#pragma once

#include <span>
#include <vector>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// Reports of AddressSanitizer, LeakSanitizer, MemorySanitizer, ThreadSanitizer and
// UndefinedBehaviorSanitizer, in order, at most 200. The stacks of where memory came from and was
// freed, or of the other thread, come before the stack of the failure itself. Linear time.
std::vector<Traceback> ReadSanitizerReports(std::span<const Line> lines);

}  // namespace inquest::formats
