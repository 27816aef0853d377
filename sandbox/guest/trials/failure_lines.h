#pragma once

#include <string>
#include <string_view>

namespace inquest::sandbox::guest {

// Whether a line of output says that a test failed, as runners say it while they go on: TAP's
// "not ok", automake's "FAIL: ", GoogleTest's "[  FAILED  ]". What is expected to fail is no
// failure.
bool SaysFailure(std::string_view line);

// The lines of a file that grows, looked at as they come.
class FailureLines {
 public:
  // Empties the file, or makes it. SIGIO is blocked. Only lines that have `says` in them count.
  explicit FailureLines(const std::string& path, std::string says = "");
  ~FailureLines();
  FailureLines(const FailureLines&) = delete;
  FailureLines& operator=(const FailureLines&) = delete;

  // Of whole lines, those that came since the last look.
  bool Found();

 private:
  static constexpr std::size_t kLineBytes = 4096;

  const std::string says_;
  int file_ = -1;
  int changes_ = -1;  // raises SIGIO at each change
  std::string line_;  // its end is not there yet
};

}  // namespace inquest::sandbox::guest
