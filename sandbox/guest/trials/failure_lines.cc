#include "sandbox/guest/trials/failure_lines.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace inquest::sandbox::guest {

bool SaysFailure(std::string_view line) {
  if (line.starts_with("not ok")) return line.find('#') == line.npos;
  return line.starts_with("FAIL: ") || line.starts_with("[  FAILED  ] ");
}

FailureLines::FailureLines(const std::string& path, std::string says) : says_(std::move(says)) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  changes_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (file_ < 0 || changes_ < 0) return;
  ::fcntl(changes_, F_SETOWN, ::getpid());
  ::fcntl(changes_, F_SETFL, O_ASYNC | O_NONBLOCK);
  ::inotify_add_watch(changes_, path.c_str(), IN_MODIFY);
}

FailureLines::~FailureLines() {
  if (file_ >= 0) ::close(file_);
  if (changes_ >= 0) ::close(changes_);
}

bool FailureLines::Found() {
  char bytes[16384];
  // What changed does not matter, but what is not read raises nothing anew.
  while (changes_ >= 0 && ::read(changes_, bytes, sizeof bytes) > 0) continue;
  while (file_ >= 0) {
    const ssize_t got = ::read(file_, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      if (bytes[i] != '\n') {
        if (line_.size() < kLineBytes) line_ += bytes[i];
        continue;
      }
      if (SaysFailure(line_) && line_.find(says_) != line_.npos) return true;
      line_.clear();
    }
  }
  return false;
}

}  // namespace inquest::sandbox::guest
