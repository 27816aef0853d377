#include "sandbox/supervisor/capture.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "runtime/base/file.h"

namespace inquest::sandbox {

Result<Capture> Capture::Open(const std::string& path, Fd pipe, std::int64_t cap_bytes) {
  Capture capture;
  capture.file_ = Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!capture.file_.valid()) return ErrnoStatus("create " + path, errno);
  capture.pipe_ = std::move(pipe);
  capture.cap_bytes_ = cap_bytes;
  // Fewer wake-ups under a flood; a kernel that refuses is no worse than before.
  constexpr int kPipeBytes = 1 << 18;
  ::fcntl(capture.pipe_.get(), F_SETPIPE_SZ, kPipeBytes);
  return capture;
}

bool Capture::Drain(std::int64_t limit) {
  std::array<char, 1U << 16U> chunk;
  for (std::int64_t taken = 0; taken < limit && pipe_.valid();) {
    const ssize_t got = ::read(pipe_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
      pipe_.Close();
      return false;
    }
    const std::int64_t room = std::max<std::int64_t>(cap_bytes_ - total_bytes_, 0);
    const auto keep = static_cast<std::size_t>(std::min<std::int64_t>(room, got));
    if (status_.ok() && keep > 0) status_ = WriteAll(file_.get(), {chunk.data(), keep});
    total_bytes_ += got;
    taken += got;
  }
  return pipe_.valid();
}

}  // namespace inquest::sandbox
