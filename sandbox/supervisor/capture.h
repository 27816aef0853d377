#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"

namespace inquest::sandbox {

// Drains one output pipe into a file, up to a cap: past it bytes are counted and dropped, so that a
// flood neither fills the disk nor stalls the command.
class Capture {
 public:
  // `path`: the file, made new. `pipe` is non-blocking.
  static Result<Capture> Open(const std::string& path, Fd pipe, std::int64_t cap_bytes);

  // -1 after the end.
  int fd() const { return pipe_.get(); }
  // Takes what is there now, at most `limit` bytes; false when there is nothing more for now.
  bool Drain(std::int64_t limit);
  std::int64_t total_bytes() const { return total_bytes_; }
  bool over_cap() const { return total_bytes_ > cap_bytes_; }
  // Why the file could not be written, if it could not.
  const Status& status() const { return status_; }

 private:
  Fd pipe_;
  Fd file_;
  std::int64_t cap_bytes_ = 0;
  std::int64_t total_bytes_ = 0;
  Status status_;
};

}  // namespace inquest::sandbox
