#pragma once

#include <string>
#include <vector>

namespace inquest::sandbox {

// One attempt at an escape or a harm. It succeeded when the host shows it: the secret's bytes in
// its output, a packet at a listener, a dead victim, a file outside, a process that outlives the
// run. Where only the kernel's answer tells, the probe prints ESCAPED.
struct Probe {
  const char* name;
  // Run by sh -c; {SECRET} {PRIVATE} {OUTSIDE} {PORT} {UDP} {ABSTRACT} {SHARED} {HOST} {VICTIM}
  // {MARK} stand for the host's.
  const char* command;
};

// Python that defines `call(number, arguments...)`: a raw system call's result, negative on
// failure.
std::string WithPrelude(const std::string& command);

const std::vector<Probe>& Probes();

}  // namespace inquest::sandbox
