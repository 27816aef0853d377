#pragma once

namespace inquest {

// Ends the process: a broken invariant of ours. Input from outside never reaches a CHECK.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace inquest

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::inquest::CheckFailed(#condition, __FILE__, __LINE__))
