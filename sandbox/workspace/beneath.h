#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"

namespace inquest::sandbox {

// Reading of hostile directories: what is named is opened relative to a directory that is open
// already, and neither a symbolic link nor ".." ever leads out of it.

// Opens `path` beneath `directory` (openat2: no symbolic links, no magic links, nothing above);
// O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK and O_NOCTTY are added to `flags`.
Result<Fd> OpenBeneath(int directory, const std::string& path, int flags);

// A name that a walk came by.
struct Found {
  std::string path;         // relative to where the walk began
  std::string name;         // the last part of it
  int directory = -1;       // where it is; open during the call
  struct stat status = {};  // of itself, never of a link's target
};

enum class Enter { kNo, kYes };

struct WalkLimits {
  std::int64_t entries = 1'000'000;
  std::int64_t depth = 128;
};

// Shows everything below `root`, folder by folder, each in the order of its names' bytes; folders
// for which `visit` answers kYes are entered. What vanishes meanwhile is passed over, what cannot
// be entered is told to `cannot_enter`. RESOURCE_EXHAUSTED (TOO_MANY_ENTRIES); CANCELLED
// (CANCELLED); what `visit` fails with.
Status WalkBeneath(int root, const WalkLimits& limits, const std::stop_token& stop,
                   const std::function<Result<Enter>(const Found&)>& visit,
                   const std::function<void(const std::string& path, const Status&)>& cannot_enter);

// A regular file's bytes, read while it had one size and one modification time.
struct FileBytes {
  std::string bytes;            // at most the limit
  std::int64_t size_bytes = 0;  // of the whole file
  bool executable = false;
};

// FAILED_PRECONDITION (NOT_A_FILE): it is no regular file any more. ABORTED (FILE_CHANGES): it was
// written in each of three tries.
Result<FileBytes> ReadFileAt(int directory, const std::string& name, std::int64_t limit_bytes);

// NOT_FOUND and the like, as ErrnoStatus.
Result<std::string> ReadLinkAt(int directory, const std::string& name);

}  // namespace inquest::sandbox
