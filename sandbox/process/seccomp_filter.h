#pragma once

#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// The system call filter of every run, as the BPF program that bubblewrap's --seccomp takes: what a
// test has no business with and what has broken kernels before is refused (EPERM, or ENOSYS where
// libc has a fallback); calls of another architecture kill. FAILED_PRECONDITION
// (SECCOMP_UNAVAILABLE).
Result<std::string> CompileSeccompFilter();

}  // namespace inquest::sandbox
