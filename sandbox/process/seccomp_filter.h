#pragma once

#include <string>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// The system call filter of every run, as the BPF program that bubblewrap's --seccomp takes: what a
// test has no business with and what has broken kernels before is refused (EPERM, or ENOSYS where
// libc has a fallback); calls of another architecture kill. For a debugger's run (RunSpec.debugger)
// ptrace, process_vm_readv and a fixed layout of addresses are let through: they reach what the
// run's own pid namespace shows. FAILED_PRECONDITION (SECCOMP_UNAVAILABLE).
enum class SeccompProfile { kPlain, kDebugger };
Result<std::string> CompileSeccompFilter(SeccompProfile profile = SeccompProfile::kPlain);

}  // namespace inquest::sandbox
