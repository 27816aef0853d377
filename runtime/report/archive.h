#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest::report {

// A tar archive, compressed with zstd, as a stream (libarchive). One thread at a time.

class ArchiveWriter {
 public:
  using Sink = std::function<Status(std::string_view bytes)>;
  explicit ArchiveWriter(Sink sink);
  ~ArchiveWriter();

  // A file with no owner and no time: the same contents give the same bytes. What the sink fails
  // with.
  Status Add(const std::string& path, std::string_view bytes);
  Status Finish();

 private:
  struct Writing;
  std::unique_ptr<Writing> writing_;
};

class ArchiveReader {
 public:
  // The next bytes; empty: the end.
  using Source = std::function<Result<std::string>()>;
  explicit ArchiveReader(Source source);
  ~ArchiveReader();

  // The next file; false: the end. INVALID_ARGUMENT (BAD_BUNDLE): no such archive, or something
  // other than a file in it; RESOURCE_EXHAUSTED (BUNDLE_TOO_LARGE): longer than `limit_bytes`.
  Result<bool> Next(std::string& path, std::string& bytes, std::int64_t limit_bytes);

 private:
  struct Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace inquest::report
