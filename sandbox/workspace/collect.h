#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::sandbox {

struct CollectLimits {
  std::int64_t files = 1000;
  std::int64_t file_bytes = std::int64_t{16} << 20U;
  std::int64_t total_bytes = std::int64_t{64} << 20U;
};

// A regular file that a run left behind.
struct Collected {
  std::string path;             // relative to the folder; bytes, as the run named it
  std::string bytes;            // the first bytes of the file
  std::int64_t size_bytes = 0;  // of the whole file
  bool truncated = false;       // there are more than `bytes`
};

// What a run left in its output folder, in the order of paths, first to last until a limit is met:
// a file over file_bytes or over what is left of total_bytes is cut, files past `files` are not
// there. Only for a run whose whole process tree is dead. Nothing but regular files is ever opened.
//
// `left_out`, if given, gets "path: why" of what is not there (links, FIFOs, sockets, devices,
// unreadable or too many files), at most 100, fit for a message. Errors: `directory` cannot be
// read.
Result<std::vector<Collected>> Collect(const std::string& directory, const CollectLimits& limits,
                                       std::vector<std::string>* left_out = nullptr);

}  // namespace inquest::sandbox
