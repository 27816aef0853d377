#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest {

// Files of our own: configuration, run directories, sockets' folders. Never used on a workspace
// (its names and links are hostile; sandbox/workspace has its own openat2 reader).

// The whole file, refused with RESOURCE_EXHAUSTED (FILE_TOO_LARGE) over `limit_bytes`.
Result<std::string> ReadFile(const std::string& path, std::uint64_t limit_bytes);

enum class Durability { kNone, kSynced };

// Writes a temporary file beside `path` and renames it over: readers see the old bytes or the new
// ones. With kSynced, the bytes and the name are on disk when this returns.
Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode,
                           Durability durability);

// Makes `path` and its parents, new ones with `mode`.
Status MakeDirectories(const std::string& path, unsigned mode);

// fsync of a directory, so that a name in it survives a power cut.
Status SyncDirectory(const std::string& path);

Status WriteAll(int fd, std::string_view bytes);

// Where this very program was loaded from; its siblings are found beside it.
std::string ProgramDirectory();

}  // namespace inquest
