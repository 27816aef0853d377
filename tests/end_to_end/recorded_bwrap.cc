// Stands in for bwrap in the crash tests: writes down that the command of this run starts now, and
// becomes bwrap. recorded_run.cc opened what it needs before the root changed.
#include <unistd.h>

#include <array>
#include <string>

#include "tests/end_to_end/start_log.h"

int main(int, char** argv) {
  using inquest::tests::kStartLineFd;
  using inquest::tests::kStartLogFd;
  std::array<char, 4096> bytes;
  const ssize_t size = ::pread(kStartLineFd, bytes.data(), bytes.size(), 0);
  if (size <= 0) return 70;
  const std::string text(bytes.data(), static_cast<std::size_t>(size));
  const std::size_t end = text.find('\n') + 1;
  // One write in append mode: lines never mix.
  if (::write(kStartLogFd, text.data(), end) != static_cast<ssize_t>(end)) return 70;
  ::close(kStartLogFd);
  ::close(kStartLineFd);
  ::execv(text.substr(end).c_str(), argv);
  return 127;
}
